// What is known about heads: the measures by which they are sorted and ranked, and how alike two of them read.

export const nameOf = (layer, head) => `layer ${layer}, head ${head}`;

export const found = (list, layer, head) => list.find(each => each.layer === layer && each.head === head);

const measureCache = new WeakMap();

// By name: each head's value, and whether small values come first.
export function measuresOf(recording) {
  if (measureCache.has(recording)) return measureCache.get(recording);
  const measures = new Map();
  measureCache.set(recording, measures);
  for (const card of recording.cards) {
    for (const [name, value] of Object.entries(card.measures)) {
      if (!measures.has(name)) measures.set(name, {values: new Map(), rising: false});
      measures.get(name).values.set(`${card.layer} ${card.head}`, +value);
    }
  }
  for (const kind of recording.ablations.length ? ["zero", "mean"] : []) {
    const values = new Map(recording.ablations.map(each => [`${each.layer} ${each.head}`, +each[kind]]));
    measures.set(`loss without it (${kind})`, {values, rising: true});
  }
  return measures;
}

export const valueAt = (recording, name, head) => measuresOf(recording).get(name)?.values.get(head) ?? NaN;

// A head's rank among all heads, in the order of sorting.
export function rank(recording, name, head) {
  const {values, rising} = measuresOf(recording).get(name);
  const own = values.get(head);
  const before = [...values.values()].filter(value => rising ? value < own : value > own).length;
  return Number.isFinite(own) ? `${before + 1} of ${values.size}` : "–";
}

// The heads to show, in order: by a measure if one is named, those without it last.
export function ordered(recording, {sort, layerFilter, headFilter}) {
  const heads = [];
  for (let layer = 0; layer < recording.layers; layer++) {
    for (let head = 0; head < recording.heads; head++) {
      const wanted = (layerFilter < 0 || layer === layerFilter) && (headFilter < 0 || head === headFilter);
      if (wanted) heads.push({layer, head, name: `${layer} ${head}`});
    }
  }
  const measure = measuresOf(recording).get(sort);
  if (measure) {
    const value = each => measure.values.get(each.name) ?? NaN;
    const worth = each => Number.isFinite(value(each)) ? (measure.rising ? -1 : 1) * value(each) : -Infinity;
    heads.sort((a, b) => worth(b) - worth(a) || 0);
  }
  return heads;
}

const term = p => p > 0 ? -p * Math.log(p) : 0;

// One less the Jensen–Shannon divergence of two heads' rows as a share of ln 2, the mean over queries but the first.
export function alike(one, other, length) {
  let sum = 0;
  for (let query = 1, at = 1; query < length; query++) {
    let divergence = 0;
    for (let key = 0; key <= query; key++, at++) {
      divergence += term((one[at] + other[at]) / 2) - (term(one[at]) + term(other[at])) / 2;
    }
    sum += Math.max(0, divergence);
  }
  return Math.max(0, 1 - sum / (length - 1) / Math.LN2);
}

export const FEW_HEADS = 12;
const FIRST = 8;

export const sameHead = (one, other) => one.layer === other.layer && one.head === other.head;

// The heads that the first screen shows, in order: all if they are few or all are wanted; else the first of those that are ranked, and those to keep.
export function headsToShow({layers, heads}, ranked, kept, all) {
  const every = Array.from({length: layers * heads}, (_, i) => ({layer: Math.floor(i / heads), head: i % heads}));
  if (all || every.length <= FEW_HEADS) return every;
  const chosen = [...ranked.slice(0, FIRST), ...kept];
  return every.filter(each => chosen.some(other => sameHead(each, other)));
}
