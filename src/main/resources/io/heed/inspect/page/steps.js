// Step by step: seven sentences on what the chosen head does for the chosen word, each of which lights up what it is about.
import {element} from "./elements.js";
import {bars} from "./flow-cards.js";
import {share} from "./pure/numbers.js";
import {reading, softened, stepsOf} from "./pure/steps.js";
import {readings, shortName} from "./pure/story.js";
import {phrase} from "./sentences.js";

const SHOWN = 4;       // words whose shares are shown beside the slider
const LIT = {"look-up": ".chip[aria-checked=true]", query: "[data-stage=scores]", keys: "[data-stage=scores]", scores: "[data-stage=scores]",
  softmax: "[data-stage=softmax]", blend: "[data-stage=blend]", heads: ".switches"};

function button(label, sign, act) {
  const made = element("button", {type: "button"}, element("span", {textContent: sign, ariaHidden: "true"}), element("span", {textContent: label}));
  made.addEventListener("click", act);
  return made;
}

// From soft, every word alike, to hard, the best alone; `changed` gets the shares, or null where they are the model's own.
class Softness {
  constructor(changed) {
    this.changed = changed;
    this.slider = element("input", {type: "range", min: -2, max: 2, step: .1, value: 0, ariaLabel: "From soft to hard"});
    this.said = element("output");
    this.shares = element("div");
    this.root = element("div", {className: "softness"}, element("label", {}, "soft", this.slider, "hard"), this.said, this.shares);
    this.slider.addEventListener("input", () => this.slide());
  }

  show(told) {
    this.told = told;
    this.slider.value = 0;
    this.slider.parentElement.hidden = !told.computation.scores;
    this.fill();
  }

  fill() {
    const {computation: {scores, weights}, words} = this.told;
    const own = +this.slider.value === 0;
    const times = 10 ** this.slider.value;
    this.weights = own ? Array.from(weights) : softened(Array.from(scores), times);
    const most = readings(weights).slice(0, SHOWN);
    const rest = Math.max(0, 1 - most.reduce((sum, {key}) => sum + this.weights[key], 0));
    this.said.textContent = !scores ? "The scores are not in this page." : own ? "the model’s own" : `scores × ${+times.toPrecision(2)}`;
    this.slider.setAttribute("aria-valuetext", `${this.said.textContent}: ${words[most[0].key].label} ${share(this.weights[most[0].key])}`);
    this.shares.replaceChildren(...bars([...most.map(({key}) => ({label: words[key].label, value: this.weights[key], text: share(this.weights[key])})),
      ...weights.length > most.length ? [{label: "the others", value: rest, text: share(rest)}] : []]));
  }

  slide() {
    this.fill();
    this.changed(+this.slider.value === 0 ? null : this.weights);
  }

  reset() {
    if (+this.slider.value === 0) return;
    this.slider.value = 0;
    this.slide();
  }
}

// `arcs` shows the words with other shares of the chosen head; `example` is the one that follows the last step.
export class Steps {
  constructor(page, arcs, example) {
    this.page = page;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.timer = 0;
    this.start = button("Step by step", "▶ ", () => this.open());
    this.title = element("h2", {id: "step-title"});
    this.sentence = element("p", {className: "sentence"});
    this.sentence.setAttribute("aria-live", "polite");
    this.softness = new Softness(weights => arcs({...this.told, rows: weights ? new Map(this.told.rows).set(shortName(this.told.head), weights) : this.told.rows}));
    this.back = button("Back", "← ", () => this.go(-1));
    this.on = button("Next", "→ ", () => this.go(1));
    this.play = button("Play", "▶ ", () => this.timer ? this.stop() : this.run());
    this.example = button("By hand", "↓ ", () => {
      this.stop();
      example.open = true;
      example.scrollIntoView({behavior: this.still.matches ? "auto" : "smooth"});
      example.firstChild.focus({preventScroll: true});
    });
    this.panel = element("div", {className: "panel-of-steps", hidden: true}, this.title, this.sentence, this.softness.root,
      element("p", {className: "buttons"}, this.back, this.on, this.play, this.example, button("Close", "", () => this.close())));
    this.root = element("section", {className: "steps"}, this.start, this.panel);
    this.root.setAttribute("aria-label", "Step by step");
    this.root.addEventListener("keydown", event => this.key(event));
    page.watch(changed => {
      if (changed.has("step")) this.fill();
      if (changed.has("tab")) this.stop();
    });
  }

  show(told) {
    this.told = told;
    this.steps = told.computation ? stepsOf(told) : [];
    this.root.hidden = this.steps.length === 0;
    if (this.steps.length > 0) this.softness.show(told);
    this.fill();
  }

  open() {
    this.page.change({step: 1});
    this.on.focus();
    if (!this.still.matches) this.run();
  }

  close() {
    this.stop();
    this.page.change({step: 0});
    this.start.focus();
  }

  go(by) {
    this.stop();
    this.turn(by);
  }

  turn(by) {
    this.page.change({step: Math.max(1, Math.min(this.steps.length, this.page.state.step + by))});
  }

  // Goes on by itself, each time when the sentence has been read.
  run() {
    if (this.page.state.step >= this.steps.length) this.page.change({step: 1});
    this.wait();
    this.tellPlay();
  }

  wait() {
    this.timer = setTimeout(() => {
      this.turn(1);
      if (this.page.state.step < this.steps.length) this.wait();
      else this.stop();
    }, reading(this.step.sentence));
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.tellPlay();
  }

  tellPlay() {
    this.play.firstChild.textContent = this.timer ? "❚❚ " : "▶ ";
    this.play.lastChild.textContent = this.timer ? "Pause" : "Play";
  }

  get step() {
    return this.steps?.[this.page.state.step - 1];
  }

  // The first screen's data-step says what is lit.
  fill() {
    const {step, root} = this;
    const first = root.closest("#first");
    if (!first || !this.steps) return;
    this.start.hidden = !!step;
    this.panel.hidden = !step;
    if (first.dataset.step !== "softmax" || step?.name !== "softmax") this.softness.reset();
    if (!step) return void delete first.dataset.step;
    const moved = first.dataset.step !== step.name;
    first.dataset.step = step.name;
    this.title.textContent = `${this.page.state.step} of ${this.steps.length}: ${step.title}`;
    this.sentence.replaceChildren(...phrase(step.sentence));
    this.softness.root.hidden = step.name !== "softmax";
    this.example.hidden = this.page.state.step !== this.steps.length;
    for (const [end, place] of [[this.back, 1], [this.on, this.steps.length]]) end.setAttribute("aria-disabled", this.page.state.step === place);
    if (moved) first.querySelector(LIT[step.name])?.scrollIntoView({block: "nearest", behavior: this.still.matches ? "auto" : "smooth"});
  }

  key(event) {
    if (!this.step || event.ctrlKey || event.altKey || event.metaKey) return;
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (event.key === "Escape") this.close();
    else if (by && event.target !== this.softness.slider) this.go(by);
    else return;
    event.preventDefault();
  }
}
