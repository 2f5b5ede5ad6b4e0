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
