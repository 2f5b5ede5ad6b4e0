// What is chosen on a page, and who is told when it changes.

export class Choices {
  constructor(state) {
    this.state = state;
    this.watchers = [];
  }

  // A watcher is called with the set of the names of what has changed.
  watch(watcher) {
    this.watchers.push(watcher);
  }

  // A watcher of what only one tab shows. While another is open it is not called, and then at once with all that has changed.
  watchIn(tab, watcher) {
    const missed = new Set();
    this.watch(changed => {
      changed.forEach(name => missed.add(name));
      if (this.state.tab !== tab) return;
      const all = new Set(missed);
      missed.clear();
      watcher(all);
    });
  }

  tell(...names) {
    const changed = new Set(names);
    this.watchers.forEach(watcher => watcher(changed));
  }

  change(update) {
    const changed = Object.keys(update).filter(key => this.state[key] !== update[key]);
    if (changed.length === 0) return;
    Object.assign(this.state, update);
    this.tell(...changed);
  }
}
