// The attention weights of a frame: little-endian half floats in Base85; for each layer, head and query those of the keys from the first to the query.
import {bytesOf} from "../../inspect/page/pure/base85.js";
import {place} from "../../inspect/page/pure/maps.js";

const FRACTION = 1024;

// The number that a half float stands for (IEEE 754, binary16).
export function half(bits) {
  const exponent = bits >> 10 & 31;
  const fraction = bits & FRACTION - 1;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? fraction === 0 ? Infinity : NaN : (FRACTION + fraction) * 2 ** (exponent - 25);
  return bits >> 15 ? -size : size;
}

const halves = Float32Array.from({length: 1 << 16}, (_, bits) => half(bits));

// The maps of a frame in the order of layers and heads; each is a triangle as in maps.js.
export function mapsOf({weights, probe}, {layers, heads}) {
  const bytes = bytesOf(weights);
  const numbers = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < numbers.length; i++) numbers[i] = halves[bytes[2 * i] | bytes[2 * i + 1] << 8];
  const size = place(probe.tokens.length, 0);
  return Array.from({length: layers * heads}, (_, i) => numbers.subarray(i * size, (i + 1) * size));
}
