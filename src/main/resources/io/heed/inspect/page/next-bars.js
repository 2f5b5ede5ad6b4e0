// The likeliest next words as a list of bars.
import {element} from "./elements.js";
import {nextWord} from "./pure/story.js";
import {wordElement} from "./sentences.js";

const emptyRow = () => element("li", {}, element("span"), element("span", {className: "bar"}, element("i"), element("u")), element("span", {className: "share"}));

export class NextBars {
  // `goOn` continues the text by a word, where that can be done.
  constructor(goOn) {
    this.goOn = goOn;
    this.root = element("ol", {className: "bars"});
  }

  // Shows what barsOf returns. Bars stay in their places and only change their length, so that the change can be seen. `last` says whether the text
  // ends before these words.
  show(bars, last) {
    bars.forEach((bar, index) => this.fill(index, bar, last));
    while (this.root.children.length > bars.length) this.root.lastChild.remove();
  }

  fill(index, {guess, probability, before, text}, last) {
    const row = this.root.children[index] ?? this.root.appendChild(emptyRow());
    const [, line, said] = row.children;
    const word = guess ? nextWord(guess) : {label: "other", unknown: false};
    const live = this.goOn && guess && last;
    const name = element(live ? "button" : "span", {className: "name"}, wordElement(word, "span"));
    if (live) {
      name.type = "button";
      name.title = `go on with ${word.label}`;
      name.addEventListener("click", () => this.goOn(guess));
    }
    const focused = row.firstChild === document.activeElement;
    row.firstChild.replaceWith(name);
    if (focused) name.focus();
    row.className = guess ? "" : "rest";
    row.dataset.probability = probability ?? "";
    row.title = `probability ${probability ?? text}${before === null ? "" : `; the model’s own ${before}`}`;
    line.firstChild.style.width = `${100 * (probability ?? 0)}%`;
    line.lastChild.style.width = `${100 * (before ?? 0)}%`;
    line.lastChild.hidden = before === null;
    said.textContent = text;
  }
}
