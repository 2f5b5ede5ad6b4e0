// The loss over the steps of a run, as a chart: where everything is.
import {number} from "../../inspect/page/pure/numbers.js";

const ROOM = {left: 30, right: 10, top: 16, bottom: 20};
const APART = 13;        // the least distance of two labels

const NAMES = {uniform: "guessing", words: "word frequencies", pairs: "word pairs"};

// Round numbers from about `low` to `high`, some `count` of them.
export function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find(each => each * power >= raw) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({length: Math.floor(high / step + 1e-9) - first + 1}, (_, i) => +((first + i) * step).toPrecision(12));
}

// The chart of a run in so many pixels.
export function chartOf(run, width, height) {
  const {began, ended, frames, evaluations} = run;
  const end = Math.max(1, run.step, ended ? 0 : began.steps);
  const {training} = run;
  const references = Object.entries(began.references ?? {}).filter(([, value]) => Number.isFinite(value)).map(([name, value]) => ({name: NAMES[name] ?? name, value}));
  const losses = [...training.map(({loss}) => loss), ...evaluations.map(each => each.validation_loss), ...references.map(each => each.value)].filter(Number.isFinite);
  const [low, high] = extent(losses);
  const bottom = height - ROOM.bottom;
  const x = step => ROOM.left + step / end * (width - ROOM.left - ROOM.right);
  const y = loss => bottom - (loss - low) / (high - low) * (bottom - ROOM.top);
  const points = (events, name) => events.filter(each => Number.isFinite(each[name])).map(each => ({step: each.step, loss: each[name], x: x(each.step), y: y(each[name])}));
  return {
    x, y, width, height, bottom, left: ROOM.left, right: width - ROOM.right, top: ROOM.top,
    stepAt: px => Math.round((px - ROOM.left) / (width - ROOM.left - ROOM.right) * end),
    losses: ticks(low, high, 5).map(value => ({value, y: y(value)})),
    steps: ticks(0, end, Math.max(2, Math.floor(width / 110))).map(value => ({value, x: x(value)})),
    references: labelled(references.map(each => ({...each, y: y(each.value)}))),
    training: thinned(points(training, "loss")),
    validation: points(evaluations, "validation_loss"),
    captions: run.captions.map(caption => ({caption, x: x(caption.step)})),
    changes: run.changes.map(change => ({change, x: x(change.step)})),
    first: frames[0]?.step ?? 0,
  };
}

// The losses as rows of a table: [step, training, validation], for each step of which one is known.
export function lossRows({training, evaluations}) {
  const rows = new Map();
  const put = (step, column, loss) => rows.set(step, Object.assign(rows.get(step) ?? [step, "", ""], {[column]: number(loss ?? NaN)}));
  training.forEach(({step, loss}) => put(step, 1, loss));
  evaluations.forEach(({step, validation_loss: loss}) => put(step, 2, loss));
  return [...rows.values()].sort(([one], [other]) => one - other);
}

// From 0, unless all losses lie far above.
function extent(losses) {
  if (losses.length === 0) return [0, 1];
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const low = least < most / 2 ? 0 : Math.floor(least * 9) / 10;
  return [low, low + (most - low) * 1.06 || 1];
}

// Labels stand above their lines, the upper ones higher where they would touch.
function labelled(lines) {
  let free = Infinity;
  return [...lines].sort((a, b) => b.y - a.y).map(line => {
    const labelY = Math.min(line.y - 4, free - APART);
    free = labelY;
    return {...line, labelY};
  });
}

// Of the points that share a pixel column only the first, the lowest, the highest and the last, so that the line looks the same.
export function thinned(points) {
  const kept = [];
  for (let from = 0; from < points.length;) {
    const column = Math.round(points[from].x);
    let to = from;
    let [least, most] = [from, from];
    for (; to < points.length && Math.round(points[to].x) === column; to++) {
      if (points[to].loss < points[least].loss) least = to;
      if (points[to].loss > points[most].loss) most = to;
    }
    kept.push(...new Set([from, Math.min(least, most), Math.max(least, most), to - 1]));
    from = to;
  }
  return kept.map(index => points[index]);
}

export const pathOf = points => points.map(({x, y}, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
