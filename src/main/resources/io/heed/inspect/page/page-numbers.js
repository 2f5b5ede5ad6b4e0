"use strict";
// The page's numbers: taken apart when they are first looked at, the weights head by head.
const told = id => JSON.parse(document.getElementById(id).textContent);
const facts = told("facts");

async function inflate(id) {
  const text = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// What the codes of eight bits stand for: 255 for 1, sixteen steps to a half, 0 for nothing.
const octaves = Float32Array.from({length: 256}, (_, code) => code === 0 ? 0 : 2 ** ((code - 255) / 16));

// Planes of codes, the first byte of every number first.
class Planes {
  constructor(bytes, width) {
    this.bytes = bytes;
    this.width = width;
    this.count = bytes.length / width;
  }

  numbers(from, to) {
    const {bytes, width, count} = this;
    const bits = new Uint32Array(to - from);
    const floats = new Float32Array(bits.buffer);
    for (let i = from; i < to; i++) {
      if (width === 1) {
        floats[i - from] = octaves[bytes[i]];
      } else {
        let code = bytes[i] << 24 | bytes[i + count] << 16;
        if (width === 4) code |= bytes[i + 2 * count] << 8 | bytes[i + 3 * count];
        bits[i - from] = code >>> 1 | code << 31;   // the sign was put last
      }
    }
    return floats;
  }
}

// One recording. A map is a triangle: for each query in turn the weights of the keys from the first to itself.
class Recording {
  constructor(index) {
    Object.assign(this, told(`recording-${index}`));
    this.index = index;
    this.length = this.tokens.length;
    this.triangle = this.length * (this.length + 1) / 2;
    this.loading = new Map();
    this.planes = new Map();
    this.cache = new Map();
  }

  // Takes what is there of a layer apart: the weights of one head, or of all.
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
    this.planes.set(`weights ${layer} ${head}`, new Planes(bytes, facts.bits / 8));
  }

  async take(layer) {
    const kinds = [...this.valueLengths ? ["lengths"] : [], ...facts.scores ? ["scores"] : [], ...facts.queriesAndKeys ? ["queries", "keys"] : []];
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

  // How long the vector is that each key would write through a head.
  lengthsOf(layer, head) {
    return this.planes.get(`lengths ${layer}`).numbers(head * this.length, (head + 1) * this.length);
  }

  // What each layer would say next, or nothing.
  layersSay() {
    this.saying ??= this.lens ? inflate(`lens-${this.index}`).then(bytes => JSON.parse(new TextDecoder().decode(bytes))) : Promise.resolve([]);
    return this.saying;
  }

  score(layer, head, query, key) {
    const at = head * this.triangle + place(query, key);
    return this.planes.get(`scores ${layer}`).numbers(at, at + 1)[0];
  }

  // What each dimension adds to a score: its number of the query, of the key, and their product over √D.
  terms(layer, head, query, key) {
    const size = this.headSize;
    const row = token => (head * this.length + token) * size;
    const q = this.planes.get(`queries ${layer}`).numbers(row(query), row(query) + size);
    const k = this.planes.get(`keys ${layer}`).numbers(row(key), row(key) + size);
    return Array.from(q, (number, d) => ({dimension: d, q: number, k: k[d], term: number * k[d] / Math.sqrt(size)}));
  }
}

const place = (query, key) => query * (query + 1) / 2 + key;
const recordings = Array.from({length: facts.recordings}, (_, index) => new Recording(index));
const course = recordings.filter(each => each.step !== null);   // those of one run, in their order

// The shortest decimal that reads back as the same float32.
function exact(number) {
  for (let digits = 1; digits < 10; digits++) {
    const text = number.toPrecision(digits);
    if (Math.fround(+text) === number) return String(+text);
  }
  return String(number);
}

// A weight as it is known: what was rounded is not shown with more digits than it has.
const known = weight => facts.bits === 32 ? exact(weight) : String(+weight.toPrecision(facts.bits === 16 ? 3 : 2));
