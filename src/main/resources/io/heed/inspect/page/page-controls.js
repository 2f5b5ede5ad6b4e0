// The controls, the keys, and the page's start.
const option = (value, text) => element("option", {value, textContent: text});
const alongside = course.length > 0 ? course : recordings;   // what the slider goes through
const measureNames = () => [...new Set(recordings.flatMap(each => [...measuresOf(each).keys()]))];
const themes = ["auto", "light", "dark"];

function step(by) {
  const heads = ordered();
  const at = heads.findIndex(each => each.layer === state.layer && each.head === state.head);
  const next = heads[Math.max(0, Math.min(heads.length - 1, at + by))];
  if (next) change({layer: next.layer, head: next.head});
}

const offered = () => Object.keys(kinds).filter(what => recordings.every(kinds[what].there));

function nextKind() {
  const all = offered();
  change({what: all[(all.indexOf(state.what) + 1) % all.length]});
}

const stepRecording = by => change({recording: Math.max(0, Math.min(recordings.length - 1, state.recording + by))});

const shortcuts = [
  ["?", "these keys", () => byId("help").showModal()],
  ["g", "go to the heads", () => overview.querySelector("[tabindex='0']")?.focus()],
  ["v", "go to the map", () => panels[0].scroller.focus()],
  ["[", "previous head, in the order shown", () => step(-1)],
  ["]", "next head", () => step(1)],
  ["m", "heat map", () => change({view: "map"})],
  ["l", "lines", () => change({view: "lines"})],
  ["a", "attention, value-weighted, rollout or flow", nextKind],
  ["w", "whole words or tokens", () => byId("merge").disabled || change({merge: !state.merge})],
  ["+", "larger", () => change({zoom: Math.min(8, state.zoom + 1)})],
  ["-", "smaller", () => change({zoom: Math.max(-3, state.zoom - 1)})],
  ["0", "as large as fits", () => change({zoom: 0})],
  ["/", "find a token", () => byId("search").focus()],
  ["p", "previous recording", () => stepRecording(-1)],
  ["n", "next recording", () => stepRecording(1)],
  ["s", "save as SVG", saveSvg],
  ["i", "save as PNG", savePng],
  ["c", "save the numbers as CSV", saveCsv],
  ["t", "light, dark, or as the system is", nextTheme],
];

function nextTheme() {
  change({theme: themes[(themes.indexOf(state.theme) + 1) % themes.length]});
}

// Goes to the next token that is searched for.
function findNext() {
  const {units: all} = current[0];
  for (let i = 1; i <= all.length; i++) {
    const query = (state.query + i) % all.length;
    if (matches(all[query])) {
      change({query, key: strongestKey(current[0], query), side: "query"});
      return panels[0].reveal();
    }
  }
}

document.addEventListener("keydown", event => {
  if (event.target.matches("input:not([type=range], [type=radio], [type=checkbox]), select") || event.ctrlKey || event.altKey || event.metaKey) return;
  const shortcut = shortcuts.find(([key]) => key === event.key);
  if (shortcut && !byId("help").open) {
    event.preventDefault();
    shortcut[2]();
  }
});

function bind(id, event, update) {
  byId(id).addEventListener(event, () => change(update(byId(id))));
}

bind("recording", "change", select => ({recording: +select.value}));
bind("slider", "input", slider => ({recording: alongside[slider.value].index}));
bind("what", "change", select => ({what: select.value}));
bind("other", "change", select => ({other: +select.value}));
bind("comparison", "change", select => ({comparison: select.value}));
bind("merge", "change", box => ({merge: box.checked}));
bind("scale", "change", select => ({scale: select.value}));
bind("threshold", "input", slider => ({threshold: +slider.value}));
bind("search", "input", input => ({search: input.value}));
bind("sort", "change", select => ({sort: select.value}));
bind("layer-filter", "change", select => ({layerFilter: +select.value}));
bind("head-filter", "change", select => ({headFilter: +select.value}));
document.querySelectorAll("[name=view]").forEach(radio => radio.addEventListener("change", () => change({view: radio.value})));
byId("controls").addEventListener("submit", event => event.preventDefault());
byId("search").addEventListener("keydown", event => event.key === "Enter" && findNext());
byId("theme").addEventListener("click", nextTheme);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("save-svg").addEventListener("click", saveSvg);
byId("save-png").addEventListener("click", savePng);
byId("save-csv").addEventListener("click", saveCsv);
system.addEventListener("change", () => watchers.forEach(each => each(new Set(["theme"]))));

// The controls say what the state is, however it came to be so.
function showControls() {
  const shownText = first().text;
  byId("text").textContent = shownText.trim();
  byId("text").classList.toggle("long", shownText.length > 120);
  document.title = `Attention maps: ${shortened(shownText, 60)}`;
  const at = alongside.indexOf(first());
  byId("slider").value = at < 0 ? alongside.length - 1 : at;
  byId("slider").setAttribute("aria-valuetext", first().label);
  for (const id of ["what", "recording", "other", "comparison", "scale", "threshold", "sort"]) byId(id).value = state[id];
  byId("merge").checked = state.merge;
  const parts = recordings.some(hasParts);
  byId("merge").disabled = !parts || !kinds[state.what].merges;
  byId("merge-label").title = parts ? "" : "Every token is a word of its own.";
  byId("comparison").disabled = second() === null;
  const apart = second() !== null && !canSubtract(first(), second());
  byId("comparison").options[1].disabled = apart;
  byId("comparison").options[1].textContent = apart ? "their difference (they differ in length)" : "their difference";
  byId("threshold-value").textContent = state.threshold;
  document.querySelectorAll("[name=view]").forEach(radio => radio.checked = radio.value === state.view);
  const count = state.search === "" ? 0 : units(first()).filter(matches).length;
  byId("found").textContent = state.search === "" ? "" : `${count} found`;
  byId("theme").textContent = `Theme: ${state.theme}`;
  document.documentElement.dataset.theme = state.theme;
}

function notices() {
  const said = [];
  if (facts.bits < 32) {
    const error = facts.bits === 16 ? "0.2 %" : "2.2 %, and those below 0.000016 are 0";
    said.push(`To keep this page small its weights are rounded to within ${error}; the exact ones are written with --format npz or json.`);
  }
  if (!facts.scores) said.push("The scores before softmax are not in this page; they are written with --format npz or json.");
  else if (!facts.queriesAndKeys) said.push("Queries and keys are not in this page, so the terms of a score cannot be shown.");
  if (facts.leftOut.length > 0) said.push(`To stay below 25 MB this page leaves out ${facts.leftOut.join(", ")}.`);
  byId("notice").textContent = said.join(" ");
  byId("notice").hidden = said.length === 0;
}

function fill() {
  byId("recordings").hidden = recordings.length < 2;
  byId("slider-label").hidden = alongside.length < 3;
  byId("slider").max = alongside.length - 1;
  for (const [what, {name, there}] of Object.entries(kinds)) {
    const made = option(what, name);
    made.disabled = !recordings.every(there);
    if (made.disabled) made.textContent += what === "flow" ? ` (a text too long: more than ${MOST_PIPES} pipes)` : " (not in this page)";
    byId("what").append(made);
  }
  byId("recording").append(...recordings.map(({label, index}) => option(index, label)));
  byId("other").append(option(-1, "nothing"), ...recordings.map(({label, index}) => option(index, label)));
  byId("sort").append(option("", "layer and head"), ...measureNames().map(name => option(name, name)));
  const layers = Math.max(...recordings.map(each => each.layers));
  const heads = Math.max(...recordings.map(each => each.heads));
  byId("layer-filter").append(option(-1, "all"), ...Array.from({length: layers}, (_, i) => option(i, i)));
  byId("head-filter").append(option(-1, "all"), ...Array.from({length: heads}, (_, i) => option(i, i)));
  const keys = [["arrows", "in the heads: choose one; in the map: move from cell to cell, or, among the lines, from word to word"],
    ["Home, End", "the first and the last key"], ["Page up, down", "ten queries on"], ["Enter", "in the search: the next token found"]];
  table("help-keys", "Anywhere but in a text field", ["key", "what it does"], [...shortcuts.map(([key, does]) => [key, does]), ...keys]);
}

fill();
notices();
const longest = Math.max(...recordings.map(each => each.length));
Object.assign(state, {
  layer: first().layers - 1, query: first().length - 1, key: 0, scale: longest > 40 ? "root" : "linear",
});
watch(showControls);
showControls();
showOverview();
showTraining();
showMaps().then(() => {
  change({key: strongestKey(current[0], state.query)});
  document.documentElement.dataset.ready = "yes";
  showSimilar();
});
