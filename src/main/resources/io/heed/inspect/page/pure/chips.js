// Arcs over the words of a text, from the word that reads to those that are read.

const SMALLEST = .01;    // the least weight that has an arc
const MOST = 40;
const LOWEST = 14;
const HIGHEST = 58;

// The arcs of one head. `boxes` are the places of the words, {x, y, width, height}; `weights` those of the row at `position`. The strongest
// comes last, so that it lies on top.
export function arcsOf(boxes, weights, position) {
  return Array.from(weights, (weight, key) => ({key, weight})).filter(({weight}) => weight >= SMALLEST).sort((a, b) => a.weight - b.weight).slice(-MOST)
    .map(({key, weight}) => ({key, weight, thick: 1 + 6 * weight, ...curve(boxes[position], boxes[key], key === position)}));
}

const middle = ({x, width}) => x + width / 2;

// A path from above one box to above another, and its highest point. Arcs on one line are the higher the longer they are.
function curve(from, to, itself) {
  const [x1, x2] = [middle(from), middle(to)];
  if (itself) return {d: `M${x1 - 8} ${from.y}C${x1 - 22} ${from.y - 26} ${x1 + 22} ${from.y - 26} ${x1 + 8} ${from.y}`, x: x1, y: from.y - 20};
  const up = Math.min(HIGHEST, LOWEST + Math.abs(x2 - x1) / 8);
  if (from.y === to.y) {
    const y = from.y - up / .75;   // a cubic reaches three quarters of the way to its control points
    return {d: `M${x1} ${from.y}C${x1} ${y} ${x2} ${y} ${x2} ${to.y}`, x: (x1 + x2) / 2, y: from.y - up};
  }
  const y = to.y + to.height;     // on an earlier line: from above to below
  const bend = Math.max(24, (from.y - y) / 2);
  return {d: `M${x1} ${from.y}C${x1} ${from.y - bend} ${x2} ${y + bend} ${x2} ${y}`, x: (x1 + x2) / 2, y: (from.y + y) / 2};
}

// Where the names of heads stand by their arcs, [{text, x, y, own}], x in the middle and y at the baseline. `heads` are {text, own, arcs}, the chosen one
// first, whose arcs are those of arcsOf from `reader`, a box. A name stands above its strongest arc, or where it covers neither a word nor an arc
// nor another name; if there is no such place, where it covers least.
export function labelsOf(heads, boxes, reader, width) {
  const lines = heads.flatMap(({arcs}) => arcs.flatMap(pointsOf));
  const placed = [];
  for (const {text, own, arcs} of heads) {
    const top = arcs[arcs.length - 1];
    if (!top) continue;
    const size = LETTER * text.length;
    const covered = ({x, y}) => {
      const inside = (left, right, up, down) => right > x - size / 2 && left < x + size / 2 && down > y - TALL && up < y + 3;
      const out = x < size / 2 || x > width - size / 2 || y < TALL;
      return 100 * out + 20 * boxes.filter(box => inside(box.x, box.x + box.width, box.y, box.y + box.height)).length
        + 20 * placed.filter(other => inside(other.x - other.size / 2, other.x + other.size / 2, other.y - TALL, other.y + 3)).length
        + lines.filter(({x: at, y: high, thick}) => inside(at - thick, at + thick, high - thick, high + thick)).length;
    };
    const best = placesOf(top, reader, size).map(place => ({...place, cost: covered(place)})).reduce((least, each) => each.cost < least.cost ? each : least);
    placed.push({text, own, size, x: best.x, y: best.y});
  }
  return placed.map(({text, own, x, y}) => ({text, own, x, y}));
}

const LETTER = 7;     // pixels of a letter of a name, at most
const TALL = 11;

// Above an arc, then beside its end, the nearest first.
function placesOf({x, y, thick}, reader, size) {
  const above = Array.from({length: 6}, (_, step) => ({x, y: y - 4 - thick / 2 - 14 * step}));
  const beside = away => Array.from({length: 4}, (_, step) => [1, -1].map(side => ({x: middle(reader) + side * (size / 2 + away), y: reader.y - 6 - 14 * step}))).flat();
  return [above[0], ...beside(12), ...beside(36), ...above.slice(1)];
}

// Points along an arc.
function pointsOf({d, thick}) {
  const [x1, y1, x2, y2, x3, y3, x4, y4] = d.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
  return Array.from({length: 33}, (_, i) => {
    const t = i / 32;
    const at = (a, b, c, e) => a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t * t * (1 - t) + e * t ** 3;
    return {x: at(x1, x2, x3, x4), y: at(y1, y2, y3, y4), thick: thick / 2};
  });
}

// A small picture of a row: a tick for each position and arcs from the one that reads. `width` and `height` are its size.
export function smallRow(weights, position, length, width, height) {
  const step = (width - 8) / Math.max(1, length - 1);
  const floor = height - 6;
  const x = index => 4 + index * step;
  const arcs = Array.from(weights, (weight, key) => ({key, weight})).filter(({weight}) => weight >= .02).sort((a, b) => a.weight - b.weight).slice(-12)
    .map(({key, weight}) => {
      const high = Math.min(floor - 2, 6 + Math.abs(position - key) * step / 3);
      const d = key === position
        ? `M${x(key) - 3} ${floor}C${x(key) - 8} ${floor - 11} ${x(key) + 8} ${floor - 11} ${x(key) + 3} ${floor}`
        : `M${x(position)} ${floor}C${x(position)} ${floor - high / .75} ${x(key)} ${floor - high / .75} ${x(key)} ${floor}`;
      return {key, weight, thick: 1 + 3 * weight, d};
    });
  return {arcs, ticks: Array.from({length}, (_, index) => x(index)), floor};
}
