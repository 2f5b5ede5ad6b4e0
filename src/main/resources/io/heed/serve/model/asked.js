// The page's numbers, requested layer by layer when a layer is viewed.
import {place} from "../../inspect/page/pure/maps.js";

let answered = 0;

// One text. A map is a triangle: for each query in turn the weights of the keys from the first to itself.
export class Recording {
  // `answer` is what /api/attention returned for one layer; `ask` requests more: attention(layer), trace({position, …}), predict(heads to ablate, temperature),
  // compare(other text).
  constructor(answer, ask) {
    Object.assign(this, {text: answer.text, tokens: answer.tokens, layers: answer.layers, heads: answer.heads, ask});
    this.asks = true;
    this.traces = new Map();
    this.index = ++answered;
    this.label = this.text;
    this.length = this.tokens.length;
    Object.assign(this, {step: null, surprise: [], cards: [], ablations: [], valueLengths: false});   // nothing is known beside the maps
    this.loading = new Map();
    this.maps = new Map();
    this.keep(answer);
  }

  keep({maps}) {
    for (const {layer, head, weights} of maps) {
      this.maps.set(`${layer} ${head}`, Float32Array.from(weights.flat()));
      this.loading.set(layer, Promise.resolve());
    }
  }

  load(layer) {
    if (!this.loading.has(layer)) this.loading.set(layer, this.ask.attention(layer).then(answer => this.keep(answer), () => this.nothing(layer)));
    return this.loading.get(layer);
  }

  // What is drawn of a layer that got no answer, as when the text changes meanwhile.
  nothing(layer) {
    for (let head = 0; head < this.heads; head++) this.maps.set(`${layer} ${head}`, new Float32Array(place(this.length, 0)));
  }

  // What /api/trace says, asked once for each position and head.
  trace(question) {
    const name = JSON.stringify(question);
    if (!this.traces.has(name)) {
      const answer = this.ask.trace(question);
      this.traces.set(name, answer);
      answer.catch(() => this.traces.delete(name));
    }
    return this.traces.get(name);
  }

  // The likeliest next words after a position, and what they are without each head.
  async story(position) {
    const {next, layer, head, effects, why} = await this.trace({position});
    return {next, effects: effects?.heads ?? null, together: effects?.together ?? null, strongest: effects?.strongest ?? {layer, head}, why: why ?? null};
  }

  // The likeliest next words without some heads, after the last position at a temperature.
  without(heads, position, temperature) {
    return position === this.length - 1 ? this.ask.predict(heads, temperature) : this.trace({position, ablate: heads});
  }

  // What a head computes at a position.
  async computation(position, layer, head) {
    const first = await this.trace({position});
    if (first.layer === layer && first.head === head) return first.computation;
    return (await this.trace({position, layer, head})).computation;
  }

  // What the model says of another text, {recording, aligned, recovered_by_head, sentence or why}; asked once. Null without one.
  async compare(other) {
    if (other === "") return null;
    if (this.compared?.other !== other) this.compared = {other, answer: this.ask.compare(other)};
    return this.compared.answer;
  }

  layersSay() {
    return Promise.resolve([]);
  }

  has(layer, head) {
    return layer < this.layers && head < this.heads;
  }

  // The layer must have been loaded.
  weights(layer, head) {
    return this.maps.get(`${layer} ${head}`);
  }
}

// Where the page's numbers come from; its recording is that of the text as it is now.
export const askedNumbers = () => ({
  bits: 32, scores: false, queriesAndKeys: false, leftOut: [],
  recordings: [new Recording({text: "", tokens: [], layers: 0, heads: 0, maps: []}, null)],
});
