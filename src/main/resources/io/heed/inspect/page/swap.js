// Another text beside the one that is read, with a word swapped: what each leads to, and where in the model the difference lies.
import {Chips} from "./chips.js";
import {element} from "./elements.js";
import {sameHead} from "./pure/heads.js";
import {carrier, changesOf, differences, followed, partnerOf, reversed, sentenceOf, swapped} from "./pure/swap.js";
import {rowsOf, shortName, wordsIn} from "./pure/story.js";
import {paragraph} from "./sentences.js";

export class Swap {
  // `chips` are the words of the text itself.
  constructor(page, chips) {
    this.page = page;
    this.own = chips;
    this.asked = 0;
    this.others = new Chips({lookAt: index => page.lookAt(partnerOf(reversed(this.aligned), index))}, null);
    this.others.row.setAttribute("aria-label", "The words of the other text");
    this.told = element("div", {className: "differences"});
    this.told.setAttribute("role", "status");
    this.follow = element("button", {type: "button"});
    this.follow.addEventListener("click", () => page.change({layer: this.carrier.layer, head: this.carrier.head, chosen: true}));
    this.close = element("button", {type: "button", textContent: "Close the comparison"});
    this.close.addEventListener("click", () => page.change({swap: ""}));
    this.name = element("label", {htmlFor: "swap-word"});
    this.word = element("input", {id: "swap-word", size: 12, spellcheck: false, autocomplete: "off", autocapitalize: "off"});
    this.form = element("form", {}, this.name, this.word, element("button", {textContent: "Compare"}));
    this.form.addEventListener("submit", event => {
      event.preventDefault();
      this.ask();
    });
    this.compared = element("div", {hidden: true}, this.others.root, this.told, element("p", {className: "buttons"}, this.follow, this.close));
    this.root = element("section", {className: "swap"}, this.form, this.compared);
    this.root.setAttribute("aria-label", "Compare with another text");
    page.watch(changed => changed.has("swap") && this.first && this.show(this.first));
  }

  ask() {
    const {recording, position} = this.first;
    if (this.word.value.trim() !== "") this.page.change({swap: swapped(recording.text, recording.tokens[position], this.word.value)});
  }

  // Shows what is known of the other text, if there is one.
  async show(told) {
    this.first = told;
    const {recording, words, position} = told;
    const token = recording.tokens[position];
    this.form.hidden = !recording.asks || token.start === token.end;
    this.close.hidden = !recording.asks;
    this.name.textContent = `Swap “${words[position].label}” for`;
    const mine = ++this.asked;
    const stale = () => mine !== this.asked || told.stale();
    try {
      const comparison = await recording.compare(this.page.state.swap);
      const other = comparison && await this.read(comparison, told);
      if (stale()) return;
      this.put(told, comparison, other);
    } catch (error) {
      if (!error.told) throw error;   // where the server was asked
    }
  }

  // What the first screen tells of the corresponding word of the other text.
  async read({recording, aligned}, {position: own, head}) {
    const position = partnerOf(aligned, own);
    const [{next}, rows] = await Promise.all([recording.story(position), rowsOf(recording, position, [head])]);
    return {recording, words: wordsIn(recording), position, next, rows, head, effects: null};
  }

  put(told, comparison, other) {
    this.compared.hidden = !comparison;
    const changes = comparison ? changesOf(comparison.aligned, told.recording.tokens, comparison.recording.tokens) : [];
    this.mark(this.own, changes.map(({first}) => first));
    if (!comparison) return this.mark(this.others, []);
    this.aligned = comparison.aligned;
    this.others.show(other);
    this.mark(this.others, changes.map(({second}) => second));
    const {sentence, why} = comparison;
    const side = ({recording, words, rows}) => ({tokens: recording.tokens, words, weights: rows.get(shortName(told.head))});
    const [after, ...where] = differences(changes, told, other, sentence);
    const follows = followed(shortName(told.head), comparison.aligned, side(told), side(other));
    this.told.replaceChildren(...[after, ...follows, ...where, ...why ? [[sentenceOf(why)]] : []].map(each => paragraph(each)));
    this.carrier = carrier(comparison.recovered_by_head);
    this.follow.hidden = !this.carrier || sameHead(this.carrier, told.head);
    if (this.carrier) this.follow.textContent = `Follow head ${shortName(this.carrier)}`;
  }

  mark({buttons}, changed) {
    buttons.forEach((button, index) => button.classList.toggle("changed", changed.includes(index)));
  }
}
