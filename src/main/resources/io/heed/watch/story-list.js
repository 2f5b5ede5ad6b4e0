// What happened, caption by caption; each leads to its step.
import {byId, element} from "../inspect/page/elements.js";
import {changeOf} from "./pure/said.js";

export class StoryList {
  constructor(watch) {
    this.watch = watch;
    this.items = [];
  }

  show({run, step}) {
    const told = [...run.captions.map(caption => ({event: caption, text: caption.text})), ...run.changes.map(change => ({event: change, text: changeOf(change)}))]
      .sort((a, b) => a.event.step - b.event.step);
    if (told.length !== this.items.length || told.some(({event}, i) => event !== this.items[i].event)) this.put(told);
    let now = null;
    for (const {event, button} of this.items) {
      button.classList.toggle("later", event.step > step);
      if (event.step <= step) now = button;
    }
    this.items.forEach(({button}) => button.setAttribute("aria-current", button === now ? "step" : "false"));
    if (now && now !== this.now) this.reveal(now);
    this.now = now;
  }

  put(told) {
    this.items = told.map(({event, text}) => {
      const [, step, sentence] = text.match(/^((?:from )?step \d+(?: on)?): (.*)$/s) ?? [null, `step ${event.step}`, text];
      const button = element("button", {type: "button"}, element("b", {textContent: step}), element("span", {textContent: sentence}));
      button.addEventListener("click", () => {
        this.watch.change({head: null, playing: false});
        this.watch.goToEvent(event);
      });
      return {event, button};
    });
    byId("story").replaceChildren(...this.items.map(({button}) => element("li", {}, button)));
  }

  // Scrolls the list, and nothing else, to an entry.
  reveal(button) {
    const list = byId("story");
    list.scrollTop = button.parentElement.offsetTop - (list.clientHeight - button.offsetHeight) / 2;
  }
}
