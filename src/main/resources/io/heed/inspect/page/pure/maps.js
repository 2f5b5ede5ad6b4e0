// A map as a triangle of numbers: for each query in turn those of the keys from the first to itself.

export const place = (query, key) => query * (query + 1) / 2 + key;

// What a query reads.
export const rowOf = (values, query) => values.slice(place(query, 0), place(query + 1, 0));

// Whether a sliding window, {size, layers} or nothing, hides an earlier key from a query in a layer.
export const hides = (window, layer, query, key) => !!window && window.layers.includes(layer) && query - key >= window.size;

// The triangle below the diagonal of a square, itself among it.
export function triangular(square, length) {
  const values = new Float32Array(place(length, 0));
  for (let query = 0, at = 0; query < length; query++) {
    for (let key = 0; key <= query; key++, at++) values[at] = square[query * length + key];
  }
  return values;
}

// The map of words: the sum over a key's tokens, the mean over a query's, so that rows still sum to one.
export function merged(values, units) {
  const made = new Float32Array(place(units.length, 0));
  units.forEach((query, row) => {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (const q of query.tokens) {
        for (const k of units[column].tokens) sum += k <= q ? values[place(q, k)] : 0;
      }
      made[place(row, column)] = sum / query.tokens.length;
    }
  });
  return made;
}

export function differenceOf(a, b) {
  const values = a.values.map((value, i) => value - b.values[i]);
  return {...a, values, flows: [...a.flows, ...b.flows], signed: true, title: `${a.recording.label} less ${b.recording.label}`};
}

export function largest(map) {
  if (map.largest === undefined) {
    map.largest = 0;
    for (const value of map.values) map.largest = Math.max(map.largest, Math.abs(value));
  }
  return map.largest;
}

export function strongestKey(map, query) {
  let best = 0;
  for (let key = 1; key <= query; key++) {
    if (Math.abs(map.values[place(query, key)]) > Math.abs(map.values[place(query, best)])) best = key;
  }
  return best;
}

export function strongestQuery(map, key) {
  let best = key;
  for (let query = key + 1; query < map.units.length; query++) {
    if (Math.abs(map.values[place(query, key)]) > Math.abs(map.values[place(best, key)])) best = query;
  }
  return best;
}
