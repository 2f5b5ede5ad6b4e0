// A translation in two rows: above the source, of which keys and values are made, below it the words written, whose queries ask.
import {chooseByKeys, element, svg} from "./elements.js";
import {FlowCards} from "./flow-cards.js";
import {arcsOf} from "./pure/chips.js";
import {palettes} from "./pure/colours.js";
import {share} from "./pure/numbers.js";
import {lookUpStages} from "./pure/stages.js";
import {sameHead} from "./pure/heads.js";
import {nextWord, readings, shortName} from "./pure/story.js";
import {chip, paragraph} from "./sentences.js";

const LITTLE = .01;    // the least weight that is named
const NAMED = 3;
const STRONG = .1;     // the least weight of the arcs of words that are not chosen

const dark = matchMedia("(prefers-color-scheme: dark)");
const wordsOf = tokens => tokens.map(token => nextWord({token, shown: token}));

export class TwoRows {
  // `weights` are those of the cross-attention, by layer, head, query and key. The query that asks for a word is made from the one before.
  // `vectors` are its numbers by layer, then by head; null where there is no room for them.
  constructor(root, {source, target, weights, clearest, vectors}) {
    this.source = wordsOf(source.tokens);
    this.before = wordsOf(target.tokens);
    this.written = [...this.before.slice(1), {label: "the end", unknown: false}];
    this.vectors = vectors;
    this.weights = weights.cross;
    this.clearest = {layer: clearest[0], head: clearest[1]};
    this.head = this.clearest;
    this.position = 0;
    this.told = element("div", {className: "story", ariaLive: "polite"});
    this.picture = svg("svg", {class: "arcs", "aria-hidden": "true"});
    this.read = this.source.map(word => chip("span", word));
    this.asking = this.written.map((word, index) => this.choice(word, () => this.lookAt(index, this.head)));
    this.heads = this.weights.flatMap((heads, layer) => heads.map((_, head) => ({layer, head})));
    this.switches = this.heads.map(head => this.choice({label: `head ${shortName(head)}`}, () => this.lookAt(this.position, head)));
    this.rows = element("div", {className: "two-rows"}, this.picture,
      element("p", {className: "hint", textContent: "The sentence: each word has a key, by which it is found, and a value, which it gives."}),
      element("div", {className: "words"}, ...this.read),
      element("div", {className: "between"}),
      group("The words written: choose one to see which words of the sentence it reads", this.asking),
      element("p", {className: "hint", textContent: "The translation: before a word is written, a query made from the word before looks for what it needs. Choose a word."}));
    this.cards = new FlowCards({get palette() { return dark.matches ? palettes.dark : palettes.light; }});
    dark.addEventListener("change", () => this.show());
    root.replaceChildren(this.told, this.rows, this.cards.root, element("h2", {textContent: "What each head reads to write this word"}),
      group("Heads", this.switches));
    new ResizeObserver(() => this.draw()).observe(this.rows);
    this.show();
  }

  choice(word, chosen) {
    const button = chip("button", word);
    button.type = "button";
    button.setAttribute("role", "radio");
    button.addEventListener("click", chosen);
    return button;
  }

  lookAt(position, head) {
    this.position = position;
    this.head = head;
    this.show();
  }

  row({layer, head}) {
    return this.weights[layer][head][this.position];
  }

  show() {
    const row = this.row(this.head);
    this.read.forEach((word, key) => {
      word.style.setProperty("--weight", row[key].toFixed(3));
      word.lastChild.textContent = row[key] >= LITTLE ? share(row[key]) : "";
      word.title = `weight ${row[key]}`;
    });
    choose(this.asking, this.position);
    choose(this.switches, this.heads.findIndex(head => sameHead(head, this.head)));
    this.switches.forEach((button, i) => {
      const {key, weight} = readings(this.row(this.heads[i]))[0];
      button.lastChild.textContent = `${this.source[key].label} ${share(weight)}`;
    });
    const asker = this.before[this.position];
    const lead = sameHead(this.head, this.clearest) ? ", the clearest of all," : "";
    this.told.replaceChildren(
      paragraph(["To write ", this.written[this.position], `, head ${shortName(this.head)}${lead} reads `, ...this.named(row), "."]),
      paragraph(["Its query is made from ", asker, ", the word before; keys and values are made from the sentence."]));
    this.cards.root.hidden = !this.vectors;
    if (this.vectors) this.cards.put(`What head ${shortName(this.head)} computes`, lookUpStages({words: this.source, asker, computation: this.computation(row)}));
    this.draw();
  }

  computation(weights) {
    const {queries, keys, scores, values, blends} = this.vectors[this.head.layer][this.head.head];
    return {query: queries[this.position], keys, scores: scores[this.position], weights, values, blend: blends[this.position]};
  }

  // The words that a row reads most, for a sentence.
  named(row) {
    const read = readings(row).filter(({weight}, rank) => rank === 0 || weight >= LITTLE).slice(0, NAMED);
    return read.flatMap(({key, weight}, i) => [i === 0 ? "" : i === read.length - 1 ? " and " : ", ", this.source[key], ` (${share(weight)})`]);
  }

  draw() {
    if (this.rows.clientWidth === 0) return;
    const outer = this.rows.getBoundingClientRect();
    const boxOf = word => {
      const {left, top, width, height} = word.getBoundingClientRect();
      return {x: left - outer.left, y: top - outer.top, width, height};
    };
    const read = this.read.map(boxOf);
    this.picture.setAttribute("width", outer.width);
    this.picture.setAttribute("height", outer.height);
    const rows = this.weights[this.head.layer][this.head.head];
    const arcs = position => arcsOf([...read, boxOf(this.asking[position])], rows[position], read.length);
    const others = rows.flatMap((_, position) => position === this.position ? [] : arcs(position).filter(({weight}) => weight >= STRONG));
    this.picture.replaceChildren(...others.map(({d, weight}) => svg("path", {d, class: "other", "stroke-opacity": weight})),
      ...arcs(this.position).map(({d, thick, weight}) => svg("path", {d, class: "own", "stroke-width": thick, "stroke-opacity": .25 + .75 * weight})));
  }
}

// Buttons of which one is chosen; the arrow keys choose another.
function group(label, buttons) {
  const made = element("div", {className: "words"}, ...buttons);
  made.setAttribute("role", "radiogroup");
  made.setAttribute("aria-label", label);
  chooseByKeys(made, buttons);
  return made;
}

function choose(buttons, chosen) {
  buttons.forEach((button, index) => {
    button.setAttribute("aria-checked", index === chosen);
    button.tabIndex = index === chosen ? 0 : -1;
  });
}
