// The words of the text as chips, and arcs from the chosen one to those that the chosen head reads.
import {element, svg} from "./elements.js";
import {arcsOf, labelsOf} from "./pure/chips.js";
import {share} from "./pure/numbers.js";
import {isWritten} from "./pure/written.js";
import {alsoNeeded, nextWord, shortName} from "./pure/story.js";
import {chip} from "./sentences.js";

const MANY = 40;      // words, from which they are drawn smaller
const STRONG = .1;    // the least weight of an arc that has a name

const pathsOf = ({arcs, own}) => arcs.map(({d, thick, weight}) => svg("path", {d, class: own ? "own" : "other", "stroke-width": thick, "stroke-opacity": .25 + .75 * weight}));

// `goOn` continues the text by a word, where that can be done.
export class Chips {
  constructor(page, goOn) {
    this.page = page;
    this.goOn = goOn;
    this.picture = svg("svg", {class: "arcs", "aria-hidden": "true"});
    this.row = element("div", {className: "words"});
    this.row.setAttribute("role", "radiogroup");
    this.row.setAttribute("aria-label", "The words: choose one to see what it reads");
    this.root = element("div", {className: "chips"}, this.picture, this.row);
    this.buttons = [];
    this.ghost = element("span", {className: "ghost"});
    this.root.append(this.ghost);
    this.row.addEventListener("keydown", event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.root);
    addEventListener("beforeprint", () => this.fit("42rem"));    // the width of a page
    addEventListener("afterprint", () => this.fit(""));
  }

  show(told) {
    if (this.told?.recording !== told.recording) this.put(told);
    this.told = told;
    const {words, position, next, rows, head, recording: {tokens, written = []}} = told;
    const weights = rows.get(shortName(head));
    this.buttons.forEach((button, index) => {
      const weight = weights && index <= position ? weights[index] : 0;
      button.setAttribute("aria-checked", index === position);
      button.tabIndex = index === position ? 0 : -1;
      button.classList.toggle("later", index > position);
      const model = isWritten(tokens[index], written);
      button.classList.toggle("written", model);
      button.style.setProperty("--weight", weight.toFixed(3));
      button.lastChild.textContent = weight >= .01 ? share(weight) : "";
      button.title = weights && index <= position ? `weight ${weight}` : "";
      const read = weight >= .01 ? `, read ${share(weight)} by head ${shortName(head)}` : "";
      button.setAttribute("aria-label", `${words[index].label}, word ${index}${words[index].unknown ? ", unknown to the model" : ""}${model ? ", written by the model" : ""}${read}`);
    });
    this.ghost.hidden = next.length === 0;
    if (next.length > 0) this.showGhost(nextWord(next[0]), next[0], position === words.length - 1);
    this.draw();
  }

  put({words}) {
    this.root.classList.toggle("many", words.length > MANY);
    this.buttons = words.map((word, index) => {
      const button = chip("button", word);
      button.type = "button";
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => this.page.lookAt(index));
      return button;
    });
    this.row.replaceChildren(...this.buttons);
  }

  // The likeliest next word, which goes on with the text where it is the last one's.
  showGhost(word, guess, last) {
    const next = chip(this.goOn && last ? "button" : "span", word, share(guess.probability));
    if (this.goOn && last) {
      next.type = "button";
      next.setAttribute("aria-label", `go on with ${word.label}, ${share(guess.probability)}`);
      next.addEventListener("click", () => this.goOn(guess));
    }
    next.title = `probability ${guess.probability}`;
    const focused = this.ghost.contains(document.activeElement);
    this.ghost.replaceChildren(element("span", {className: "arrow", textContent: "→", ariaHidden: "true"}), next);
    if (focused) next.focus();
  }

  draw() {
    if (!this.told || this.root.clientWidth === 0) return;
    const {rows, head, position} = this.told;
    this.root.classList.toggle("flat", this.buttons[position].offsetTop > this.buttons[0].offsetTop);   // no arcs above the first line
    const boxes = this.boxes();
    this.picture.setAttribute("width", Math.max(...boxes.map(({x, width}) => x + width)));
    this.picture.setAttribute("height", Math.max(...boxes.map(({y, height}) => y + height)));
    const heads = [...rows.has(shortName(head)) ? [head] : [], ...alsoNeeded(this.told)].map((each, rank) => this.arcs(boxes, shortName(each), rank === 0 && each === head));
    const named = heads.map(each => ({...each, arcs: each.arcs.filter(({weight}) => weight >= STRONG)}));
    this.picture.replaceChildren(...[...heads].reverse().flatMap(pathsOf),
      ...labelsOf(named, boxes, boxes[position], this.root.clientWidth).map(({text, own, x, y}) => svg("text", {x, y, class: own ? "own" : "other", "text-anchor": "middle"}, text)));
  }

  fit(width) {
    this.root.style.width = width;
    this.draw();
  }

  boxes() {
    const outer = this.root.getBoundingClientRect();
    return this.buttons.map(button => {
      const {left, top, width, height} = button.getBoundingClientRect();
      return {x: left - outer.left + this.root.scrollLeft, y: top - outer.top + this.root.scrollTop, width, height};
    });
  }

  // The arcs of a head. Of another head than the chosen one only the strong arcs are drawn.
  arcs(boxes, name, own) {
    const {rows, position} = this.told;
    const arcs = arcsOf(boxes, rows.get(name), position);
    return {text: `head ${name}`, own, arcs: own ? arcs : arcs.filter(({weight}) => weight >= STRONG).map(arc => ({...arc, thick: 2}))};
  }

  key(event) {
    const {position, words} = this.told;
    const moves = {ArrowLeft: position - 1, ArrowUp: position - 1, ArrowRight: position + 1, ArrowDown: position + 1, Home: 0, End: words.length - 1};
    if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(words.length - 1, moves[event.key]));
    this.buttons[to].focus();
    this.page.lookAt(to);
  }
}
