// Beside the map: the cell's exact numbers, what the head does, what the layers would say, and the row as a table.
import {byId, element, table} from "./elements.js";
import {CanvasPen} from "./pens.js";
import {css} from "./pure/colours.js";
import {found, rank} from "./pure/heads.js";
import {kinds} from "./pure/kinds.js";
import {hides, place} from "./pure/maps.js";
import {exact, number, share} from "./pure/numbers.js";
import {asksForMaps} from "./pure/page.js";
import {signed, writer} from "./pure/why.js";
import {inQuotes, named, shortened} from "./pure/words.js";

const strong = text => element("b", {textContent: text});
const line = (...parts) => element("span", {}, ...parts);

export function showDetails(page) {
  let timer = 0;
  page.watchIn("maps", changed => {
    const looked = !asksForMaps(changed) && ["query", "key", "side", "hover", "search"].some(name => changed.has(name));
    if (page.maps.length === 0 || !looked && !changed.has("maps")) return;
    showCell(page);
    clearTimeout(timer);
    timer = setTimeout(() => {
      showTerms(page);
      showWhy(page);
      showRow(page);
      showHead(page);
      showLens(page);
    }, page.state.hover ? 60 : 0);
  });
}

function showCell(page) {
  const {query, key} = page.mark;
  const lines = page.maps.filter(map => query < map.units.length && key <= query).map(map => element("p", {}, ...linesOf(page, map, query, key)));
  if (page.wordsMerged) lines.push(element("p", {className: "hint", textContent: "Words: the sum over a key's tokens, the mean over a query's."}));
  byId("cell").replaceChildren(...lines);
}

function linesOf(page, {recording, layer, head, what, units, values, signed, title}, query, key) {
  const {about} = page;
  const {number: name, verb, whole} = kinds[what];
  const parts = [strong(named(units[query])), ` ${verb} `, strong(named(units[key]))];
  const made = [line(...parts, title ? ` · ${title}` : ""), line(`${signed ? "difference" : name} ${about}${page.known(values[place(query, key)])}`)];
  if (signed || whole || units.length !== recording.length) return made;
  if (hides(recording.window, layer, query, key)) {
    return [...made, line(`hidden: in this layer ${inQuotes(units[query].label)} sees itself and the ${recording.window.size - 1} tokens before it`)];
  }
  if (what === "value") {
    const weight = recording.weights(layer, head)[place(query, key)];
    made.push(line(`weight ${about}${page.known(weight)} times ‖v·W_O‖ = ${exact(recording.lengthsOf(layer, head)[key])}`));
  }
  if (page.numbers.scores) made.push(line(`score q·k/√D = ${exact(recording.score(layer, head, query, key))}`));
  const surprise = recording.surprise[query - 1];
  if (surprise !== undefined) made.push(line(`the model gave ${inQuotes(units[query].label)} ${share(Math.exp(-surprise))} here`));
  return made;
}

function showTerms(page) {
  const [map] = page.maps;
  const {query, key} = page.mark;
  const there = page.numbers.queriesAndKeys && isOneScore(page);
  byId("score").hidden = !there;
  if (!there) return;
  const terms = map.recording.terms(map.layer, map.head, query, key);
  const sum = terms.reduce((total, {term}) => total + term, 0);
  const most = [...terms].sort((a, b) => Math.abs(b.term) - Math.abs(a.term)).slice(0, 6);
  table("terms-table", `The largest of ${terms.length} terms; all sum to ${number(sum)}`, ["dimension", "q", "k", "q·k/√D"],
    most.map(({dimension, q, k, term}) => [dimension, number(q), number(k), number(term)]));
  drawTerms(page, terms);
}

// Whether the marked cell is one score of one head.
function isOneScore(page) {
  const [map] = page.maps;
  const {query, key} = page.mark;
  return !page.wordsMerged && !map.signed && !kinds[map.what].whole && key <= query && !hides(map.recording.window, map.layer, query, key);
}

async function showWhy(page) {
  const [map] = page.maps;
  const {recording, layer, head, units} = map;
  const {query, key} = page.mark;
  byId("why").hidden = !recording.scoreTerms || !isOneScore(page);
  if (byId("why").hidden) return;
  const terms = await recording.whyThere({layer, head, query, key});
  if (map !== page.maps[0] || query !== page.mark.query || key !== page.mark.key) return;   // another cell has been marked meanwhile
  byId("why-table").hidden = !terms;
  byId("why-hint").textContent = terms ? "A score is a sum over what wrote the query and what wrote the key."
    : "This page has the parts of a score for the key that a word reads most and for those with a tenth of its weight.";
  if (!terms) return;
  const words = (part, at) => writer(part, inQuotes(units[at].label) + units[at].place, at).join("");
  table("why-table", "Its largest terms", ["the query, written by", "the key, written by", "term"],
    terms.map(term => [words(term.query, query), words(term.key, key), signed(term.value)]));
}

function drawTerms(page, terms) {
  const [width, height] = [300, 60];
  const {less, scale, soft} = page.palette;
  const pen = new CanvasPen(page, byId("terms"), width, height);
  const top = Math.max(...terms.map(({term}) => Math.abs(term)), 1e-9);
  const step = width / terms.length;
  terms.forEach(({dimension, term}) => {
    const tall = Math.abs(term) / top * (height / 2 - 1);
    pen.rect(dimension * step, term < 0 ? height / 2 : height / 2 - tall, Math.max(1, step - 1), tall, css((term < 0 ? less : scale)[3]));
  });
  pen.rect(0, height / 2 - .5, width, 1, soft);
}

function showRow(page) {
  const {side} = page.mark;
  const index = page.mark[side];
  const [map] = page.maps;
  if (index >= map.units.length) return;
  const token = map.units[index].label;
  const others = page.maps.filter(each => index < each.units.length);
  const from = side === "query" ? 0 : index;
  const to = side === "query" ? index : map.units.length - 1;
  const value = (each, i) => side === "query" ? each.values[place(index, i)] : each.values[place(i, index)];
  const rows = [];
  for (let i = from; i <= to; i++) {
    rows.push([`${i} ${map.units[i].label}`, ...others.map(each => i < each.units.length ? page.known(value(each, i)) : "–")]);
  }
  const kind = kinds[map.what];
  const name = each => each.signed ? "difference" : each.title || kind.number;
  const caption = (side === "query" ? kind.row : kind.column)(`${token} (${index})`);
  const chosen = (side === "query" ? page.mark.key : page.mark.query) - from;
  table("row-table", caption, [side === "query" ? "key" : "query", ...others.map(name)], rows, chosen);
}

const ofRecording = page => page.recordings.length > 1 ? ` (${shortened(page.first.label, 40)})` : "";

function showHead(page) {
  const {layer, head, what} = page.state;
  const rankBy = measure => rank(page.first, measure, `${layer} ${head}`);
  const ofHead = !kinds[what].whole;     // a map of all heads is of none alone
  const card = ofHead && found(page.first.cards, layer, head);
  byId("card").hidden = !card;
  if (card) {
    const shared = card.key_head === undefined ? "" : `, with key head ${card.key_head}, which it shares`;
    byId("card-title").textContent = `What this head does in this text${ofRecording(page)}${shared}`;
    byId("card-sentence").textContent = card.sentence;
    for (const [id, title, said] of [["card-elsewhere", "Elsewhere", card.elsewhere], ["card-circuit", "In the circuit", card.circuit]]) {
      byId(id).hidden = !said;
      byId(id).textContent = `${title}: ${said}`;
    }
    table("card-measures", "Its measures", ["measure", "value", "rank"],
      Object.entries(card.measures).map(([name, value]) => [name, number(value), rankBy(name)]));
  }
  const ablation = ofHead && found(page.first.ablations, layer, head);
  byId("ablation").hidden = !ablation;
  if (ablation) {
    byId("ablation-title").textContent = `Without this head${ofRecording(page)}`;
    const {shown, probability} = page.first.prediction;
    const sign = value => (value > 0 ? "+" : "") + number(value);
    byId("ablation-text").textContent = `The log-probability of ${inQuotes(shown)}, the likeliest next token (${share(probability)}), changes by `
      + `${sign(ablation.zero)} nats when its output is zero (rank ${rankBy("loss without it (zero)")}), and by `
      + `${sign(ablation.mean)} when it is its mean.`;
  }
}

async function showLens(page) {
  const recording = page.first;
  const layers = await recording.layersSay();
  if (recording !== page.first) return;   // another has been chosen meanwhile
  byId("lens").hidden = layers.length === 0;
  if (layers.length === 0) return;
  byId("lens-title").textContent = `What each layer would predict next${ofRecording(page)}`;
  const all = page.units(recording);
  const {tokens} = all[Math.min(page.mark.query, all.length - 1)];
  const position = tokens[tokens.length - 1];
  byId("lens-hint").textContent = `after ${inQuotes(recording.tokens[position].shown)} (${position}), by the logit lens`;
  const rows = layers.map(({layer, positions}) => [
    layer < 0 ? "embedding" : `layer ${layer}`,
    ...(positions[position] ?? []).slice(0, 3).map(({shown, probability}) => `${shown} ${share(probability)}`)]);
  const columns = Math.max(...rows.map(row => row.length)) - 1;
  table("lens-table", "The likeliest tokens after each layer", ["after", ...Array.from({length: columns}, (_, i) => `${i + 1}.`)], rows);
}
