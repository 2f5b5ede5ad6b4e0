// What a page shows: the current choices, and the maps that follow from them.
import {colourAt} from "./colours.js";
import {flow} from "./flow.js";
import {kinds} from "./kinds.js";
import {differenceOf, largest, merged, strongestKey} from "./maps.js";
import {known} from "./numbers.js";
import {Themed} from "./themed.js";
import {unitsOf} from "./words.js";

// What changes the large maps; the rest changes how they are drawn.
const OF_MAPS = ["recording", "other", "comparison", "what", "layer", "head", "view", "merge", "scale", "threshold", "theme"];
export const asksForMaps = changed => OF_MAPS.some(name => changed.has(name));

export class Page extends Themed {
  // `numbers` is the source of numbers: recordings in order, the precision of their weights in `bits`, whether it has scores, and queries and
  // keys.
  constructor(numbers, system) {
    super({
      recording: 0, other: -1, comparison: "side", layer: 0, head: 0, what: "attention",
      query: 0, key: 0, side: "query",            // the chosen cell; in the lines, which of its two ends leads
      hover: null,                                // {query, key, side} while the pointer is on one
      view: "map", merge: false, scale: "linear", threshold: 0, search: "", zoom: 0,
      sort: "", layerFilter: -1, headFilter: -1,
      tab: "first",
      swap: "",                                   // the other text that is compared, where it can be asked for
      step: 0,                                    // of the explanation step by step, from 1; 0 while it is closed
      chosen: false,                              // whether a person chose the head; else it is the one that matters most
      off: "",                                    // the heads that are off: "1·1 0·2"
      temperature: 1,                             // of the next word, where the model can be asked
      allHeads: false,                            // whether the first screen shows every head
    }, system);
    this.numbers = numbers;
    this.unitsMade = new WeakMap();
    this.maps = [];                     // those that are shown
    this.asked = 0;
    this.taken = Promise.resolve();     // resolved when the requested maps have arrived
  }

  // Beside names of the state, "maps" is told when the shown maps have arrived, "values" when some of their values have.
  tell(...names) {
    if (asksForMaps(new Set(names))) this.takeMaps();
    super.tell(...names);
  }

  // What the model that is shown is called, or "" where that is not known.
  get model() {
    return this.first.model ?? "";
  }

  get recordings() {
    return this.numbers.recordings;
  }

  // The recordings of one run, in order.
  get course() {
    return this.recordings.filter(each => each.step !== null);
  }

  get first() {
    return this.recordings[this.state.recording];
  }

  get second() {
    const {other, recording} = this.state;
    return other < 0 || other === recording ? null : this.recordings[other];
  }

  // The token that the first screen is about: the last of the chosen word.
  get position() {
    const all = this.units(this.first);
    const {tokens} = all[Math.min(this.state.query, all.length - 1)];
    return tokens[tokens.length - 1];
  }

  // Chooses the word that a token belongs to, and what it reads most.
  lookAt(position) {
    const query = this.units(this.first).findIndex(({tokens}) => tokens.includes(position));
    const [map] = this.maps;
    this.change({query, key: map?.units.length > query ? strongestKey(map, query) : 0, side: "query", hover: null});
  }

  // The names of the heads that are off.
  get off() {
    return this.state.off === "" ? [] : this.state.off.split(" ");
  }

  // Switches a head off or on again.
  turn(name) {
    const {off} = this;
    this.change({off: (off.includes(name) ? off.filter(each => each !== name) : [...off, name].sort()).join(" ")});
  }

  // The cell in view.
  get mark() {
    return this.state.hover ?? this.state;
  }

  known(weight) {
    return known(weight, this.numbers.bits);
  }

  // The prefix of a number computed from rounded weights.
  get about() {
    return this.numbers.bits === 32 ? "" : "≈ ";
  }

  units(recording) {
    const merge = this.state.merge && kinds[this.state.what].merges;
    const {unitsMade} = this;
    if (!unitsMade.has(recording)) unitsMade.set(recording, new Map());
    const own = unitsMade.get(recording);
    if (!own.has(merge)) own.set(merge, unitsOf(recording, merge));
    return own.get(merge);
  }

  get wordsMerged() {
    return this.maps[0].units.length < this.maps[0].recording.length;
  }

  matches(unit) {
    const {search} = this.state;
    return search !== "" && unit.label.toLowerCase().includes(search.toLowerCase());
  }

  canSubtract(one, two) {
    return this.units(one).length === this.units(two).length;
  }

  subtracts() {
    return this.second !== null && this.state.comparison === "difference" && this.canSubtract(this.first, this.second);
  }

  async mapOf(recording, layer, head, what) {
    await recording.load(layer, head);
    const units = this.units(recording);
    const values = await kinds[what].values(recording, layer, head);
    return {
      recording, layer, head, what, units, values: units.length === recording.length ? values : merged(values, units),
      signed: false, top: 1, title: this.recordings.length > 1 ? recording.label : "",
      flows: what === "flow" ? [await flow(recording, layer)] : [],
    };
  }

  // The maps of a head: one, two to compare, or their difference.
  async mapsOf(layer, head, what = this.state.what) {
    const shown = [this.first, ...this.second ? [this.second] : []].filter(each => each.has(layer, head));
    const subtract = this.subtracts();
    let maps = await Promise.all(shown.map(each => this.mapOf(each, layer, head, what)));
    if (subtract && maps.length === 2) maps = [differenceOf(...maps)];
    if (kinds[what].lengths) {
      const top = Math.max(...maps.map(largest)) || 1;   // one scale for all
      maps.forEach(map => map.top = top);
    }
    return maps;
  }

  // Takes the maps of what is chosen.
  takeMaps() {
    this.taken = this.take(++this.asked);
    return this.taken;
  }

  async take(mine) {
    const {state} = this;
    const maps = await this.mapsOf(state.layer, state.head);
    if (mine !== this.asked) return;   // something else has been requested meanwhile
    this.maps = maps;
    const last = (maps[0]?.units.length ?? 1) - 1;
    const query = Math.min(state.query, last);
    Object.assign(state, {query, key: Math.min(state.key, last), hover: null});
    if (state.side === "query") state.key = Math.min(state.key, state.query);
    this.tell("maps");
  }

  // The place of a value on the colour scale, from 0 to 1.
  strength(map, value) {
    const {threshold, scale} = this.state;
    const size = Math.abs(value) / map.top;
    if (size < threshold) return 0;
    if (scale === "root") return Math.sqrt(size);
    return scale === "largest" && largest(map) > 0 ? Math.abs(value) / largest(map) : size;
  }

  colour(map, value, {scale, less} = this.palette) {
    return colourAt(map.signed && value < 0 ? less : scale, this.strength(map, value));
  }
}
