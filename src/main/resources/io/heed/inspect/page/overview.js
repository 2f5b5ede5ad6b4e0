// The overview: every head as a small map.
import {byId, element} from "./elements.js";
import {pixels} from "./pens.js";
import {measuresOf, nameOf, ordered} from "./pure/heads.js";
import {number} from "./pure/numbers.js";

const SMALL = 64;               // the largest side of a small map, in pixels

export class Overview {
  constructor(page) {
    this.page = page;
    this.root = byId("heads");
    this.buttons = new Map();      // by "layer head"
    this.waiting = new Set();
    this.drawing = false;
    this.seeing = new IntersectionObserver(entries => this.see(entries));
    this.root.addEventListener("keydown", event => this.key(event));
    page.watchIn("maps", changed => {
      const other = ["recording", "other", "comparison", "merge", "scale", "threshold", "theme", "sort", "layerFilter", "headFilter"];
      if (this.empty || other.some(name => changed.has(name))) this.show();
      else if (changed.has("layer") || changed.has("head")) this.showChosen();
    });
  }

  get empty() {
    return this.root.children.length === 0;
  }

  // The measure that heads are sorted by, if any.
  get measure() {
    return measuresOf(this.page.first).get(this.page.state.sort);
  }

  show() {
    const {page, root} = this;
    this.seeing.disconnect();
    this.waiting.clear();
    const heads = ordered(page.first, page.state);
    const perRow = page.state.headFilter < 0 && !this.measure ? page.first.heads : 0;
    root.classList.toggle("dense", page.first.heads > 6);
    root.style.gridTemplateColumns = perRow ? `repeat(${perRow}, max-content)` : "";
    root.replaceChildren(...heads.map(each => this.buttonOf(each)));
    this.showChosen();
    this.drawAgain();
  }

  // Redraws what is there; replacing it would lose the focus.
  drawAgain() {
    for (const button of this.root.children) this.seeing.observe(button);
  }

  buttonOf({layer, head, name}) {
    if (!this.buttons.has(name)) {
      const button = element("button", {type: "button", tabIndex: -1}, element("canvas", {width: 1, height: 1}), element("span"));
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => this.page.change({layer, head}));
      Object.assign(button, {layer, head});
      this.buttons.set(name, button);
    }
    const button = this.buttons.get(name);
    const {measure} = this;
    const value = measure ? number(measure.values.get(name)) : "";
    button.lastChild.textContent = measure ? `${layer}·${head}: ${value}` : `${layer}·${head}`;
    button.setAttribute("aria-label", nameOf(layer, head) + (measure ? `, ${this.page.state.sort} ${value}` : ""));
    return button;
  }

  showChosen() {
    const {layer, head} = this.page.state;
    let stop = this.root.firstElementChild;
    for (const button of this.root.children) {
      const chosen = button.layer === layer && button.head === head;
      button.setAttribute("aria-checked", chosen);
      button.tabIndex = -1;
      if (chosen) stop = button;
    }
    if (stop) stop.tabIndex = 0;
  }

  // Draws small maps as they come into view, a few at a time, so that the page stays responsive.
  see(entries) {
    for (const {target, isIntersecting} of entries) {
      if (isIntersecting) {
        this.seeing.unobserve(target);
        this.waiting.add(target);
      }
    }
    this.drawWaiting();
  }

  async drawWaiting() {
    if (this.drawing) return;
    this.drawing = true;
    let started = performance.now();
    for (const button of this.waiting) {
      this.waiting.delete(button);
      await this.page.taken;   // the large map goes first
      const [map] = await this.page.mapsOf(button.layer, button.head, "attention");
      if (map) button.firstChild.replaceWith(pixels(this.page, map, Math.min(SMALL, map.units.length)));
      if (performance.now() - started > 12) {
        await new Promise(resolve => setTimeout(resolve));
        started = performance.now();
      }
    }
    this.drawing = false;
  }

  key(event) {
    const heads = [...this.root.children];
    const at = heads.indexOf(document.activeElement);
    const perRow = heads.filter(button => button.offsetTop === heads[0].offsetTop).length;
    const moves = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow, Home: -at, End: heads.length - 1 - at};
    const next = heads[at + moves[event.key]];
    if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (next) {
      next.focus();
      this.page.change({layer: next.layer, head: next.head});
    }
  }
}
