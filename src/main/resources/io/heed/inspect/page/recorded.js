// The numbers in the page, decoded when they are first needed, the weights head by head.
import {inflate} from "./inflate.js";
import {sameHead} from "./pure/heads.js";
import {hides, place, rowOf} from "./pure/maps.js";
import {Planes, restored} from "./pure/planes.js";
import {readings} from "./pure/story.js";
import {reversed} from "./pure/swap.js";
import {termsOf} from "./pure/why.js";

const told = id => JSON.parse(document.getElementById(id).textContent);

const inflatedJson = async id => JSON.parse(new TextDecoder().decode(await inflate(id)));

// Values by name, but for those that are not there.
const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values[i]]).filter(([, value]) => value !== null));

// One recording. A map is a triangle: for each query in turn the weights of the keys from the first to itself.
class Recording {
  constructor(index, facts) {
    Object.assign(this, told(`recording-${index}`));
    this.cards = this.cards.map(card => ({...card, measures: named(this.measures, card.values)}));
    Object.assign(this, {index, facts, model: facts.model});
    this.length = this.tokens.length;
    this.triangle = place(this.length, 0);
    this.loading = new Map();
    this.planes = new Map();
    this.cache = new Map();
  }

  // Decodes a layer's numbers: the weights of one head, or of all.
  load(layer, head) {
    const heads = head === undefined ? Array.from({length: this.heads}, (_, each) => each) : [head];
    return Promise.all([this.once(layer, () => this.take(layer)), ...heads.map(each => this.once(`${layer} ${each}`, () => this.takeWeights(layer, each)))]);
  }

  once(name, take) {
    if (!this.loading.has(name)) this.loading.set(name, take());
    return this.loading.get(name);
  }

  async takeWeights(layer, head) {
    const bytes = await inflate(`weights-${this.index}-${layer}-${head}`);
    this.planes.set(`weights ${layer} ${head}`, new Planes(restored(bytes, 1, this.length), this.facts.bits / 8));
  }

  async take(layer) {
    const {scores, queriesAndKeys, values, streams} = this.facts;
    const ofLayer = [...this.valueLengths ? ["lengths"] : [], ...scores ? ["scores"] : [], ...queriesAndKeys ? ["queries", "keys"] : [],
      ...values ? ["values"] : [], ...streams ? ["residuals", "added", "written"] : []];
    const ofText = streams ? ["embeddings", ...this.positions ? ["positions"] : []] : [];
    await Promise.all([
      ...ofLayer.map(kind => this.takePlanes(`${kind} ${layer}`, `${kind}-${this.index}-${layer}`)),
      ...ofText.map(kind => this.once(kind, () => this.takePlanes(kind, `${kind}-${this.index}`)))]);
  }

  async takePlanes(name, id) {
    const bytes = await inflate(id);
    this.planes.set(name, new Planes(name.startsWith("scores") ? restored(bytes, this.heads, this.length) : bytes, 4));
  }

  has(layer, head) {
    return layer < this.layers && head < this.heads;
  }

  // The head must have been loaded.
  weights(layer, head) {
    const key = layer * this.heads + head;
    if (!this.cache.has(key)) {
      if (this.cache.size >= 64) this.cache.delete(this.cache.keys().next().value);
      this.cache.set(key, this.planes.get(`weights ${layer} ${head}`).numbers(0, this.triangle));
    }
    return this.cache.get(key);
  }

  // The length of the vector that each key would write through a head.
  lengthsOf(layer, head) {
    return this.planes.get(`lengths ${layer}`).numbers(head * this.length, (head + 1) * this.length);
  }

  // What each layer would predict next, or nothing if the page does not have it.
  layersSay() {
    this.saying ??= this.lens ? inflatedJson(`lens-${this.index}`) : Promise.resolve([]);
    return this.saying;
  }

  // The largest terms of a cell's score, or null if the page does not have them.
  async whyThere(cell) {
    this.termsRead ??= this.scoreTerms ? inflatedJson(`terms-${this.index}`) : Promise.resolve({parts: [], cells: []});
    return termsOf(await this.termsRead, cell);
  }

  // The likeliest next words after a position, and what comes without each head. Without effects, the lens tells the words, and without a lens only
  // those after the text are known.
  async story(position) {
    this.effectsRead ??= this.effects ? inflatedJson(`effects-${this.index}`) : Promise.resolve([]);
    const known = (await this.effectsRead).find(each => each.position === position);
    if (known) return {next: known.next, effects: known.heads, together: known.together, strongest: known.strongest, why: null};
    const layers = await this.layersSay();
    const next = layers[layers.length - 1]?.positions[position] ?? (position === this.length - 1 ? this.next : []);
    const missing = this.effects ? "What the model says without a head is known for the last word only."
      : "What the model says without a head is not in this page; heed attention --evidence adds it.";
    const why = next.length > 0 ? missing : null;
    return {next, effects: null, together: null, strongest: null, why};
  }

  // The likeliest next words without one head, or without two that were tried together, as far as they are known; null without others.
  async without(heads, position) {
    const {next, effects, together} = await this.story(position);
    const among = (set, other) => set.some(each => sameHead(each, other));
    const known = heads.length === 1 ? effects?.find(each => among(heads, each))
      : together?.find(each => each.heads.length === heads.length && each.heads.every(other => among(heads, other)));
    if (!known) return null;
    const {probability, instead} = known;
    return {next: instead.token === next[0].token ? [instead] : [instead, {...next[0], probability}]};
  }

  // What a head computes at a position, as far as the page holds it; its weights in any case.
  async computation(position, layer, head) {
    await this.load(layer, head);
    const {scores, queriesAndKeys, values, streams} = this.facts;
    const weights = rowOf(this.weights(layer, head), position);
    const upTo = (kind, size) => Array.from({length: position + 1}, (_, key) => this.vector(`${kind} ${layer}`, head * this.length + key, size));
    const row = head * this.triangle + place(position, 0);
    const made = {position, layer, head, weights};
    if (scores) made.scores = Array.from(this.planes.get(`scores ${layer}`).numbers(row, row + position + 1), (score, key) => hides(this.window, layer, position, key) ? null : score);
    if (queriesAndKeys) Object.assign(made, {query: this.vector(`queries ${layer}`, head * this.length + position, this.headSize), keys: upTo("keys", this.headSize)});
    if (values) {
      const all = upTo("values", this.headSize);
      Object.assign(made, {values: all, blend: all[0].map((_, d) => all.reduce((sum, value, key) => sum + weights[key] * value[d], 0))});
    }
    if (streams) {
      const lengths = Array.from({length: this.heads + 1}, (_, part) => this.vector(`added ${layer}`, part * this.length + position, 1)[0]);
      Object.assign(made, {
        embedding: this.vector("embeddings", position, this.width), position_vector: this.positions ? this.vector("positions", position, this.width) : null,
        residual: this.vector(`residuals ${layer}`, position, this.width), written: this.vector(`written ${layer}`, head * this.length + position, this.width),
        others: lengths.slice(0, this.heads), feed_forward: lengths[this.heads],
      });
    }
    made.why = await this.whyThere({layer, head, query: position, key: readings(weights)[0].key});
    made.after = (await this.layersSay()).map(({positions}) => positions[position][0]);
    return made;
  }

  // The text that it was compared with, {recording, aligned, recovered_by_head, sentence}, or null.
  async compare() {
    if (!this.other) return null;
    const comparison = told("compared-texts");
    return {...comparison, aligned: this.index === 0 ? comparison.aligned : reversed(comparison.aligned), recording: this.other};
  }

  vector(kind, row, size) {
    return Array.from(this.planes.get(kind).numbers(row * size, (row + 1) * size));
  }

  score(layer, head, query, key) {
    const at = head * this.triangle + place(query, key);
    return this.planes.get(`scores ${layer}`).numbers(at, at + 1)[0];
  }

  // What each dimension adds to a score: the query's number, the key's, and their product over √D.
  terms(layer, head, query, key) {
    const size = this.headSize;
    const row = token => (head * this.length + token) * size;
    const q = this.planes.get(`queries ${layer}`).numbers(row(query), row(query) + size);
    const k = this.planes.get(`keys ${layer}`).numbers(row(key), row(key) + size);
    return Array.from(q, (number, d) => ({dimension: d, q: number, k: k[d], term: number * k[d] / Math.sqrt(size)}));
  }
}

// Where a page's numbers come from: {recordings, bits, scores, queriesAndKeys, leftOut}.
export function recordedNumbers() {
  const facts = told("facts");
  const recordings = Array.from({length: facts.recordings}, (_, index) => new Recording(index, facts));
  const [first, second] = recordings;
  if (document.getElementById("compared-texts")) [first.other, second.other] = [second, first];
  return {...facts, recordings};
}
