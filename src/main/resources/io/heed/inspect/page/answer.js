// The words that may come next, as bars: those of the model as it is, without the heads that are off, or at another temperature.
import {element} from "./elements.js";
import {NextBars} from "./next-bars.js";
import {barsOf} from "./pure/bars.js";
import {namesOf} from "./pure/story.js";
import {phrase} from "./sentences.js";
import {Temperature} from "./temperature.js";

// What differs from the model as it is, and whether that is known.
function noteOn({recording, off, temperature, now}) {
  const names = off.length === 1 ? `Head ${namesOf(off)} is off` : `Heads ${namesOf(off)} are off`;
  if (off.length > 0 && !now) return `${names}, but this page knows only what the model says without one head at a time. heed serve tells it for any set.`;
  if (off.length > 0 && !recording.asks) return `${names}, as it was recorded with this page. The dashed outlines are the model with all heads on.`;
  if (temperature === 1) return off.length === 0 ? "" : `${names}. The dashed outlines are the model with all heads on.`;
  const at = temperature.toFixed(1);
  return off.length === 0 ? `The dashed outlines are temperature 1. Continue draws from the bars as they are at ${at}.`
    : `${names}, at temperature ${at}. The dashed outlines are the model with all heads on, at temperature 1.`;
}

export class Answer {
  constructor(page, goOn) {
    this.page = page;
    this.title = element("h2", {id: "answer-title"});
    this.note = element("p", {className: "hint"});
    this.note.setAttribute("role", "status");
    this.all = element("button", {type: "button", textContent: "Switch all heads on", hidden: true});
    this.all.addEventListener("click", () => page.change({off: ""}));
    this.bars = new NextBars(goOn);
    this.temperature = new Temperature(page);
    this.root = element("section", {className: "answer", hidden: true}, this.title, this.temperature.root, this.bars.root, this.note, this.all);
    this.root.setAttribute("aria-labelledby", "answer-title");
  }

  show(told) {
    const {words, position, next, off, now} = told;
    this.root.hidden = next.length === 0;
    if (next.length === 0) return;
    this.title.replaceChildren("Next word after ", ...phrase([words[position]]));
    this.temperature.show(told);
    this.note.textContent = noteOn(told);
    this.all.hidden = off.length === 0;
    this.bars.root.classList.toggle("stale", off.length > 0 && !now);
    this.bars.show(barsOf(next, now?.next), position === words.length - 1);
  }
}
