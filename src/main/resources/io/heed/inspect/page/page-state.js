// What is chosen, and the maps that follow from it.
const state = {
  recording: 0, other: -1, comparison: "side", layer: 0, head: 0, what: "attention",
  query: 0, key: 0, side: "query",            // the chosen cell; in the lines, which of its two ends leads
  hover: null,                                // {query, key, side} while the pointer is on one
  view: "map", merge: false, scale: "linear", threshold: 0, search: "", zoom: 0,
  sort: "", layerFilter: -1, headFilter: -1, theme: "auto",
};
const watchers = [];
const watch = watcher => watchers.push(watcher);

function change(update) {
  const changed = new Set(Object.keys(update).filter(key => state[key] !== update[key]));
  if (changed.size === 0) return;
  Object.assign(state, update);
  watchers.forEach(watcher => watcher(changed));
}

const first = () => recordings[state.recording];
const second = () => state.other < 0 || state.other === state.recording ? null : recordings[state.other];
const mark = () => state.hover ?? state;
const nameOf = (layer, head) => `layer ${layer}, head ${head}`;

const unitCache = new Map();
function units(recording) {
  const merge = state.merge && kinds[state.what].merges;
  const name = `${recording.index} ${merge}`;
  if (!unitCache.has(name)) unitCache.set(name, unitsOf(recording, merge));
  return unitCache.get(name);
}

async function mapOf(recording, layer, head, what) {
  const labels = units(recording);
  const values = await kinds[what].values(recording, layer, head);
  const merged = labels.length === recording.length ? values : mergeMap(values, labels);
  return {recording, layer, head, what, units: labels, values: merged, signed: false, top: 1, title: recordings.length > 1 ? recording.label : ""};
}

function differenceOf(a, b) {
  const values = a.values.map((value, i) => value - b.values[i]);
  return {...a, values, signed: true, title: `${a.recording.label} less ${b.recording.label}`};
}

const canSubtract = (one, two) => units(one).length === units(two).length;
const subtracts = () => second() !== null && state.comparison === "difference" && canSubtract(first(), second());

// The maps of a head: one, two to compare, or their difference.
async function mapsOf(layer, head, what = state.what) {
  const shownRecordings = [first(), ...second() ? [second()] : []].filter(each => each.has(layer, head));
  const subtract = subtracts();
  let maps = await Promise.all(shownRecordings.map(each => each.load(layer, head).then(() => mapOf(each, layer, head, what))));
  if (subtract && maps.length === 2) maps = [differenceOf(...maps)];
  if (kinds[what].lengths) {
    const top = Math.max(...maps.map(largest)) || 1;   // one scale for all
    maps.forEach(map => map.top = top);
  }
  return maps;
}

// The map that stands for a head in the overview.
async function overviewMap(layer, head) {
  return (await mapsOf(layer, head, "attention"))[0];
}

function largest(map) {
  if (map.largest === undefined) {
    map.largest = 0;
    for (const value of map.values) map.largest = Math.max(map.largest, Math.abs(value));
  }
  return map.largest;
}

// Where a value stands on the colour scale, from 0 to 1.
function strength(map, value) {
  const size = Math.abs(value) / map.top;
  if (size < state.threshold) return 0;
  if (state.scale === "root") return Math.sqrt(size);
  return state.scale === "largest" && largest(map) > 0 ? Math.abs(value) / largest(map) : size;
}

const matches = unit => state.search !== "" && unit.label.toLowerCase().includes(state.search.toLowerCase());
const system = matchMedia("(prefers-color-scheme: dark)");
const dark = () => state.theme === "dark" || state.theme === "auto" && system.matches;
