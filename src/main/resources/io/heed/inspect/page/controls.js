// The controls and keyboard shortcuts of the attention page.
import {saveCsv, savePng, saveSvg} from "./downloads.js";
import {byId, element, table} from "./elements.js";
import {measuresOf, ordered} from "./pure/heads.js";
import {kinds} from "./pure/kinds.js";
import {strongestKey} from "./pure/maps.js";
import {hasParts, shortened} from "./pure/words.js";

const option = (value, text) => element("option", {value, textContent: text});
const measureNames = recordings => [...new Set(recordings.flatMap(each => [...measuresOf(each).keys()]))];

// The recordings the slider moves through.
const alongside = ({course, recordings}) => course.length > 0 ? course : recordings;

function stepHead(page, by) {
  const {layer, head} = page.state;
  const heads = ordered(page.first, page.state);
  const at = heads.findIndex(each => each.layer === layer && each.head === head);
  const next = heads[Math.max(0, Math.min(heads.length - 1, at + by))];
  if (next) page.change({layer: next.layer, head: next.head});
}

function nextKind(page) {
  const all = Object.keys(kinds).filter(what => page.recordings.every(kinds[what].there));
  page.change({what: all[(all.indexOf(page.state.what) + 1) % all.length]});
}

function stepRecording(page, by) {
  page.change({recording: Math.max(0, Math.min(page.recordings.length - 1, page.state.recording + by))});
}

// Moves to the next match of the search.
function findNext(page, [panel]) {
  const [map] = page.maps;
  const all = map.units;
  for (let i = 1; i <= all.length; i++) {
    const query = (page.state.query + i) % all.length;
    if (page.matches(all[query])) {
      page.change({query, key: strongestKey(map, query), side: "query"});
      return panel.reveal();
    }
  }
}

const keysOf = (page, panels) => [
  ["?", "show these keys", () => byId("help").showModal()],
  ["g", "go to the heads", () => byId("heads").querySelector("[tabindex='0']")?.focus()],
  ["v", "go to the map", () => panels[0].scroller.focus()],
  ["[", "previous head, in the order shown", () => stepHead(page, -1)],
  ["]", "next head", () => stepHead(page, 1)],
  ["m", "heat map", () => page.change({view: "map"})],
  ["l", "lines", () => page.change({view: "lines"})],
  ["a", "attention, value-weighted, rollout or flow", () => nextKind(page)],
  ["w", "whole words or tokens", () => byId("merge").disabled || page.change({merge: !page.state.merge})],
  ["+", "larger", () => page.change({zoom: Math.min(8, page.state.zoom + 1)})],
  ["-", "smaller", () => page.change({zoom: Math.max(-3, page.state.zoom - 1)})],
  ["0", "fit the map to the window", () => page.change({zoom: 0})],
  ["/", "find a token", () => byId("search").focus()],
  ["p", "previous recording", () => stepRecording(page, -1)],
  ["n", "next recording", () => stepRecording(page, 1)],
  ["s", "save as SVG", () => saveSvg(page)],
  ["i", "save as PNG", () => savePng(page)],
  ["c", "save the numbers as CSV", () => saveCsv(page)],
  ["t", "light, dark, or as the system is", () => page.nextTheme()],
];

const OF_MAPS = "gvmlaw+-0/";    // the keys that open the heat maps

function listen(page, panels, keys) {
  const bind = (id, event, update) => byId(id).addEventListener(event, () => page.change(update(byId(id))));
  bind("recording", "change", select => ({recording: +select.value}));
  bind("slider", "input", slider => ({recording: alongside(page)[slider.value].index}));
  bind("what", "change", select => ({what: select.value}));
  bind("other", "change", select => ({other: +select.value}));
  bind("comparison", "change", select => ({comparison: select.value}));
  bind("merge", "change", box => ({merge: box.checked}));
  bind("threshold", "input", slider => ({threshold: +slider.value}));
  bind("search", "input", input => ({search: input.value}));
  bind("sort", "change", select => ({sort: select.value}));
  bind("layer-filter", "change", select => ({layerFilter: +select.value}));
  bind("head-filter", "change", select => ({headFilter: +select.value}));
  byId("controls").addEventListener("submit", event => event.preventDefault());
  byId("search").addEventListener("keydown", event => event.key === "Enter" && findNext(page, panels));
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("save-svg").addEventListener("click", () => saveSvg(page));
  byId("save-png").addEventListener("click", () => savePng(page));
  byId("save-csv").addEventListener("click", () => saveCsv(page));
  document.addEventListener("keydown", event => {
    if (event.target.matches("input:not([type=range], [type=radio], [type=checkbox]), select") || event.ctrlKey || event.altKey || event.metaKey) return;
    const known = keys.find(([key]) => key === event.key);
    if (known && !byId("help").open) {
      event.preventDefault();
      if (OF_MAPS.includes(event.key)) page.change({tab: "maps"});
      known[2]();
    }
  });
}

// Sets the controls to the state, however it changed.
function show(page) {
  const {first, recordings, second, state} = page;
  const {text} = first;
  byId("text").textContent = text.trim();
  byId("text").classList.toggle("long", text.length > 120);
  document.title = `Attention maps: ${shortened(text, 60)}`;
  const all = alongside(page);
  const at = all.indexOf(first);
  byId("slider").value = at < 0 ? all.length - 1 : at;
  byId("slider").setAttribute("aria-valuetext", first.label);
  for (const id of ["what", "recording", "other", "comparison", "threshold", "sort"]) byId(id).value = state[id];
  byId("merge").checked = state.merge;
  const parts = recordings.some(hasParts);
  byId("merge").disabled = !parts || !kinds[state.what].merges;
  byId("merge-label").title = parts ? "" : "Every token is a word of its own.";
  byId("comparison").disabled = second === null;
  const apart = second !== null && !page.canSubtract(first, second);
  byId("comparison").options[1].disabled = apart;
  byId("comparison").options[1].textContent = apart ? "their difference (they differ in length)" : "their difference";
  byId("threshold-value").textContent = state.threshold;
  const count = state.search === "" ? 0 : page.units(first).filter(unit => page.matches(unit)).length;
  byId("found").textContent = state.search === "" ? "" : `${count} found`;
}

function fill(page, keys) {
  const {recordings} = page;
  byId("recordings").hidden = recordings.length < 2;
  byId("slider-label").hidden = alongside(page).length < 3;
  byId("slider").max = alongside(page).length - 1;
  for (const [what, {name, there, unavailable}] of Object.entries(kinds)) {
    const made = option(what, name);
    made.disabled = !recordings.every(there);
    if (made.disabled) made.textContent += ` (${unavailable})`;
    byId("what").append(made);
  }
  byId("recording").append(...recordings.map(({label, index}) => option(index, label)));
  byId("other").append(option(-1, "nothing"), ...recordings.map(({label, index}) => option(index, label)));
  byId("sort").append(option("", "layer and head"), ...measureNames(recordings).map(name => option(name, name)));
  const layers = Math.max(...recordings.map(each => each.layers));
  const heads = Math.max(...recordings.map(each => each.heads));
  byId("layer-filter").append(option(-1, "all"), ...Array.from({length: layers}, (_, i) => option(i, i)));
  byId("head-filter").append(option(-1, "all"), ...Array.from({length: heads}, (_, i) => option(i, i)));
  const others = [["arrows", "among the words: choose one; in the heads: choose one; in the map: move from cell to cell, or, in the lines, from word to word"],
    ["Home, End", "the first and the last key"], ["Page up, down", "ten queries up or down"], ["Enter", "in the search: the next token found"]];
  table("help-keys", "Anywhere but in a text field", ["key", "what it does"], [...keys.map(([key, does]) => [key, does]), ...others]);
}

export function showControls(page, panels) {
  const keys = keysOf(page, panels);
  fill(page, keys);
  listen(page, panels, keys);
  page.watch(() => show(page));
  show(page);
}
