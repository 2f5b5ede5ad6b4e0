// What is chosen stands in the address, so that a link shows the same.
import {offerLink} from "./link.js";
import {addressOf, chosenIn} from "./pure/address.js";
import {shortName} from "./pure/story.js";

const NAMES = ["recording", "query", "layer", "head", "chosen", "off", "tab", "step", "temperature", "swap", "maps"];
const PAUSE = 300;                // milliseconds: browsers limit how often an address may change
const dotted = names => names.replaceAll("·", ".");

function chosenOn(page, text) {
  const {state} = page;
  const last = page.first.length - 1;
  return {
    text, recording: state.recording || undefined, at: page.first.length && page.position !== last ? page.position : undefined,
    head: state.chosen ? dotted(shortName(state)) : undefined, off: dotted(state.off), tab: state.tab === "first" ? undefined : state.tab, step: state.step || undefined,
    temperature: state.temperature === 1 ? undefined : state.temperature, swap: state.swap,
  };
}

// What the address asks for, to start from: {text, at, state}.
export function startingPoint() {
  const {text, recording, at, head, off, tab, step, temperature, swap} = chosenIn(location.hash);
  const state = {};
  if (recording) state.recording = +recording;
  if (head) Object.assign(state, {layer: +head.split(".")[0], head: +head.split(".")[1], chosen: true});
  if (off) state.off = off.replaceAll(".", "·");
  if (tab) state.tab = tab;
  if (step) state.step = +step;
  if (temperature) state.temperature = +temperature;
  if (swap) state.swap = swap;
  return {text, at: at === undefined ? null : +at, state};
}

// Chooses what the address asks for, as far as there is such a thing.
export function startFrom({at, state}, page) {
  if (page.recordings[state.recording]) page.state.recording = state.recording;
  const {first} = page;
  const there = name => first.has(...name.split("·").map(Number));
  if (state.chosen && first.has(state.layer, state.head)) Object.assign(page.state, {layer: state.layer, head: state.head, chosen: true});
  if (at !== null) page.state.query = Math.min(at, first.length - 1);
  const off = (state.off ?? "").split(" ").filter(name => name !== "" && there(name)).join(" ");
  Object.assign(page.state, {off, tab: state.tab ?? "first", step: state.step ?? 0, temperature: state.temperature ?? 1, swap: state.swap ?? ""});
}

// Keeps the address up to date; `text` gives the text where it belongs to the address.
export const showAddress = (page, text = () => undefined) => keepAddress(page, NAMES, () => addressOf(chosenOn(page, text())));

// Keeps the part of the address after # what `address` returns, whenever one of these names changes among the choices.
export function keepAddress(choices, names, address) {
  let timer = 0;
  const write = () => history.replaceState(null, "", `#${address()}`);
  choices.watch(changed => {
    if (!names.some(name => changed.has(name))) return;
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  });
  offerLink(() => {
    clearTimeout(timer);
    write();
  });
}
