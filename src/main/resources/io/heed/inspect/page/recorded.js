// The numbers in the page, decoded when they are first needed, the weights head by head.
import {place} from "./pure/maps.js";
import {Planes} from "./pure/planes.js";

const told = id => JSON.parse(document.getElementById(id).textContent);

async function inflate(id) {
  const text = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// One recording. A map is a triangle: for each query in turn the weights of the keys from the first to itself.
class Recording {
  constructor(index, facts) {
    Object.assign(this, told(`recording-${index}`));
    this.index = index;
    this.facts = facts;
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
    this.planes.set(`weights ${layer} ${head}`, new Planes(bytes, this.facts.bits / 8));
  }

  async take(layer) {
    const {scores, queriesAndKeys} = this.facts;
    const kinds = [...this.valueLengths ? ["lengths"] : [], ...scores ? ["scores"] : [], ...queriesAndKeys ? ["queries", "keys"] : []];
    await Promise.all(kinds.map(async kind => {
      this.planes.set(`${kind} ${layer}`, new Planes(await inflate(`${kind}-${this.index}-${layer}`), 4));
    }));
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
    this.saying ??= this.lens ? inflate(`lens-${this.index}`).then(bytes => JSON.parse(new TextDecoder().decode(bytes))) : Promise.resolve([]);
    return this.saying;
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
  return {...facts, recordings: Array.from({length: facts.recordings}, (_, index) => new Recording(index, facts))};
}
