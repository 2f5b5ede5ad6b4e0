// The choice of a circuit's edges: which are off, and what the model answers then.

// The number of the set of edges that are on: of those that can be switched, in their order, a bit each.
export const setOf = (switched, off) => switched.reduce((set, edge, bit) => off.has(edge) ? set : set | 1 << bit, 0);

// What the address says is off, by the edges' places in the circuit; what is no edge that can be switched is ignored.
export function offIn(address, switched) {
  const named = /(?:^|[#&])off=([^&]*)/.exec(address)?.[1] ?? "";
  return new Set(named.split(",").filter(name => name !== "").map(Number).filter(edge => switched.includes(edge)));
}

export const addressOf = off => off.size === 0 ? "" : "#off=" + [...off].sort((a, b) => a - b).join(",");

// A share with one decimal, and no minus before a zero.
export const percent = share => (100 * share).toFixed(1).replace(/^-(0\.0)$/, "$1") + " %";

// What is lost without an edge; nothing where that was not measured.
export const lostWithout = lost => lost === null ? "" : "lost without it " + percent(lost);

// What the figures of the list and of the picture measure.
export const overSentence = pairs => "Lost is a share of the difference between the texts: here over "
  + `${pairs === 1 ? "one pair" : `${pairs} pairs`}, in the picture on this pair, with the edge off at one token.`;

// What a set of edges does, in a sentence.
export function sentenceOf(edges, off, answer, whole, before) {
  const kept = edges - off.size;
  if (off.size === 0) return `With the ${edges} edges of the circuit alone the model says it with ${percent(answer)}; with all of its edges, ${percent(whole)}.`;
  if (kept === 0) return `Without any edge the model answers as after the other text: ${percent(before)}.`;
  return `With ${kept} of the ${edges} edges the model says it with ${percent(answer)}.`;
}

// The edge that an arrow's title names, and what its title says of it.
export const edgeOf = title => title.slice(0, title.indexOf(" at "));
