// The large maps: one, or two side by side.
class Panel {
  constructor() {
    this.title = element("h2");
    this.legend = element("p", {className: "legend"});
    this.note = element("p", {className: "hint"});
    this.canvas = element("canvas");
    this.space = element("div", {className: "space"}, this.canvas);
    this.scroller = element("div", {className: "map", tabIndex: 0}, this.space);
    this.scroller.setAttribute("role", "application");
    this.scroller.setAttribute("aria-describedby", "cell");
    this.root = element("div", {className: "panel"}, element("div", {className: "head"}, this.title, this.legend), this.note, this.scroller);
    this.scroller.addEventListener("scroll", () => this.draw());
    this.scroller.addEventListener("pointermove", event => change({hover: this.under(event)}));
    this.scroller.addEventListener("pointerleave", () => change({hover: null}));
    this.scroller.addEventListener("click", event => {
      const hit = this.under(event);
      if (hit) change(hit);
    });
    this.scroller.addEventListener("keydown", event => this.key(event));
  }

  show(map) {
    this.map = map;
    const {title, note} = kinds[map.what];
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.title.textContent = [title(map.layer, map.head), ...map.title ? [map.title] : []].join(" · ");
    const kind = state.view === "map" ? "Heat map" : "Lines";
    this.scroller.setAttribute("aria-label", `${kind} of ${this.title.textContent}. Arrow keys move from cell to cell.`);
    this.showLegend();
    this.resize();
  }

  showLegend() {
    const {map} = this;
    const canvas = element("canvas", {width: 100, height: 10});
    const context = canvas.getContext("2d");
    const top = state.scale === "largest" ? largest(map) : map.top;
    for (let x = 0; x < 100; x++) {
      context.fillStyle = css(colour(map, top * (map.signed ? x / 49.5 - 1 : x / 99)));
      context.fillRect(x, 0, 1, 10);
    }
    const end = String(+top.toPrecision(3));
    const crowded = state.view === "lines" && map.units.length > LINES_PER_ROW;
    const toGo = map.what === "flow" ? flowOf(map).rows.size : 0;
    const note = toGo > 0 ? [`at work, ${toGo} rows to go`] : crowded ? ["the strongest lines; point at a word to see all of its own"] : [];
    this.legend.replaceChildren(...note, map.signed ? `−${end}` : "0", canvas, end);
  }

  // Some of the map's values have come.
  grow() {
    this.map.look = "";
    this.showLegend();
    this.draw();
  }

  resize() {
    const room = this.root.clientWidth;
    if (!this.map || room === 0) return;
    this.layout = drawing().layout(this.map, room - 2);
    const tall = Math.max(320, Math.round(window.innerHeight * .8));
    this.seen = {width: Math.min(room, this.layout.width), height: Math.min(this.layout.height, tall)};
    this.space.style.width = `${this.layout.width}px`;
    this.space.style.height = `${this.layout.height}px`;
    this.scroller.style.height = `${this.seen.height}px`;
    this.scroller.style.maxWidth = `${this.layout.width + 18}px`;
    this.draw();
  }

  draw() {
    if (!this.map) return;
    const port = {x: this.scroller.scrollLeft, y: this.scroller.scrollTop, ...this.seen};
    drawing().draw(new CanvasPen(this.canvas, port.width, port.height), this.map, this.layout, port);
  }

  under(event) {
    const box = this.scroller.getBoundingClientRect();
    const x = event.clientX - box.left + this.scroller.scrollLeft;
    const y = event.clientY - box.top + this.scroller.scrollTop;
    if (state.view === "map" && (event.clientX - box.left < this.layout.left || event.clientY - box.top < this.layout.top)) return null;
    const hit = drawing().at(this.map, this.layout, x, y);
    const same = hit && state.hover && ["query", "key", "side"].every(name => hit[name] === state.hover[name]);
    return same ? state.hover : hit;
  }

  key(event) {
    const last = this.map.units.length - 1;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
      Home: [0, -last], End: [0, last],
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const limit = (index, end) => Math.max(0, Math.min(end, index));
    if (state.view === "map") {
      const query = limit(Math.min(state.query, last) + move[0], last);
      change({hover: null, side: "query", query, key: limit(state.key + move[1], query)});
    } else {
      const side = move[1] === 0 ? state.side : move[1] < 0 ? "query" : "key";
      const index = limit(state[side] + move[0], last);
      const to = side === "query" ? {query: index, key: strongestKey(this.map, index)} : {key: index, query: strongestQuery(this.map, index)};
      change({hover: null, side, ...to});
    }
    this.reveal();
  }

  // Scrolls to the chosen cell.
  reveal() {
    const {x, y, width, height, left, top} = drawing().box(this.map, this.layout);
    const into = (start, size, from, edge, room) => start - from < edge ? start - edge : start + size - from > room ? start + size - room : from;
    const {scroller} = this;
    scroller.scrollTo(
      into(x, width, scroller.scrollLeft, left, scroller.clientWidth), into(y, height, scroller.scrollTop, top, scroller.clientHeight));
  }
}

const panels = [new Panel(), new Panel()];
let current = [];          // the maps that are shown
let asked = 0;
let shownMaps = Promise.resolve();   // resolved when the maps that were asked for are there

function showMaps() {
  shownMaps = takeMaps(++asked);
  return shownMaps;
}

async function takeMaps(mine) {
  const maps = await mapsOf(state.layer, state.head);
  if (mine !== asked) return;   // something else was asked for meanwhile
  current = maps;
  byId("maps").replaceChildren(...maps.map((_, i) => panels[i].root));
  if (maps.length === 0) byId("maps").textContent = `${nameOf(state.layer, state.head)} is not in this recording.`;
  const last = (maps[0]?.units.length ?? 1) - 1;
  const query = Math.min(state.query, last);
  Object.assign(state, {query, key: Math.min(state.key, last), hover: null});
  if (state.side === "query") state.key = Math.min(state.key, state.query);
  maps.forEach((map, i) => panels[i].show(map));
  showDetails();
}

watch(changed => {
  const other = ["recording", "other", "comparison", "what", "layer", "head", "view", "merge", "scale", "threshold", "theme"];
  if (other.some(name => changed.has(name))) return void showMaps();
  const shownPanels = panels.slice(0, current.length);
  if (changed.has("zoom")) shownPanels.forEach(panel => panel.resize());
  else if (["query", "key", "side", "hover", "search"].some(name => changed.has(name))) {
    shownPanels.forEach(panel => panel.draw());
    showDetails();
  }
});
new ResizeObserver(() => panels.slice(0, current.length).forEach(panel => panel.resize())).observe(byId("maps"));
