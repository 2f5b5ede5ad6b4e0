// What was found out about the heads of the recording that is shown: figures that heads can be sorted by.
const number = value => Number.isFinite(+value) ? String(+(+value).toPrecision(3)) : "–";

// By name: each head's value, and whether small values come first.
const measureCache = new WeakMap();
function measuresOf(recording) {
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
const measures = () => measuresOf(first());

// A head's place among all heads, the first being the one that sorting puts first.
function rank(name, head) {
  const {values, rising} = measures().get(name);
  const own = values.get(head);
  const before = [...values.values()].filter(value => rising ? value < own : value > own).length;
  return Number.isFinite(own) ? `${before + 1} of ${values.size}` : "–";
}

const found = (list, layer, head) => list.find(each => each.layer === layer && each.head === head);
