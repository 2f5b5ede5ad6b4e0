// Typing, the next words, and the maps that follow.
import {showAddress, startFrom, startingPoint} from "../../inspect/page/address.js";
import {showDetails} from "../../inspect/page/details.js";
import {byId, element} from "../../inspect/page/elements.js";
import {examplesOf} from "../../inspect/page/examples.js";
import {showFirst} from "../../inspect/page/first.js";
import {showLook} from "../../inspect/page/look.js";
import {Overview} from "../../inspect/page/overview.js";
import {showPanels} from "../../inspect/page/panel.js";
import {showPicture} from "../../inspect/page/picture.js";
import {strongestKey} from "../../inspect/page/pure/maps.js";
import {number} from "../../inspect/page/pure/numbers.js";
import {Page} from "../../inspect/page/pure/page.js";
import {kept} from "../../inspect/page/pure/written.js";
import {showModel} from "../../inspect/page/sentences.js";
import {Refused} from "../../inspect/page/server.js";
import {showTabs} from "../../inspect/page/tabs.js";
import {server} from "./api.js";
import {askedNumbers, Recording} from "./asked.js";

const PAUSE = 80;             // milliseconds without a key before the server is asked
const READABLE = 350;         // milliseconds that a word of the model's stays before the next
const LONGEST = 1500;         // milliseconds that the next waits for what the server says of this one
const page = new Page(askedNumbers(), matchMedia("(prefers-color-scheme: dark)"));
const panels = showPanels(page);
showDetails(page);
const overview = new Overview(page);
const typed = byId("typed");
let latest = new AbortController();   // requests for the current text
let writing = null;                   // the continuation in progress
let written = [];                     // where in the text the model's words are
let ended = null;                     // the text that the model ended
let likely = [];                      // the words that may come next
let start = startingPoint();         // until the first answer
let model = "";

function say(text, wrong = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("wrong", wrong);
}

const aborted = error => error.name === "AbortError";

function tellFailure(error) {
  if (aborted(error)) return;
  say(error instanceof Refused ? error.message : "the server does not answer", true);
  stale(true);
}

// What is shown is not that of the text, since there is none or the server did not answer, which can be tried again.
function stale(is, again = is) {
  for (const id of ["first", "heat-maps"]) byId(id).classList.toggle("stale", is);
  byId("retrying").hidden = !again;
}

let timer = 0;
function textChanged() {
  latest.abort();                     // its answer would belong to another text
  clearTimeout(timer);
  timer = setTimeout(follow, PAUSE);
}

async function follow() {
  latest.abort();
  latest = new AbortController();
  const {signal} = latest;
  const text = typed.value;
  if (text.trim() === "") {
    byId("words").replaceChildren();
    byId("sure").textContent = "";
    stale(true, false);
    return say("Type at least one word. What is shown below is of the text before.");
  }
  try {
    const [words, maps] = await Promise.all([server.predict(text, signal), server.attention(text, page.state.layer, signal)]);
    if (signal.aborted) return;
    showWords(words);
    stale(false);
    await showAttention(maps, askingOf(text, signal));
    notes(words, text);
  } catch (error) {
    tellFailure(error);
  }
}

// What can be asked of a text beside its first layer.
function askingOf(text, signal) {
  const told = error => {
    tellFailure(error);
    throw Object.assign(error, {told: true});
  };
  return {
    attention: layer => server.attention(text, layer, signal).catch(told),
    trace: question => server.trace(text, question, signal).catch(told),
    predict: (ablate, temperature) => server.predict(text, signal, ablate, temperature).catch(told),
    compare: async other => {
      const [compared, maps] = await Promise.all([server.compare(text, other, signal), server.attention(other, page.state.layer, signal)]).catch(told);
      return {...compared, recording: new Recording(maps, askingOf(other, signal))};
    },
  };
}

function notes({unknown, omitted}, text = typed.value) {
  const said = [];
  if (unknown.length) said.push(`The model does not know ${unknown.map(word => `“${word}”`).join(", ")} and reads [UNK] there.`);
  if (omitted) said.push(`The text is longer than the model's context: the first ${omitted} tokens are left out.`);
  if (written.length > 0) said.push("The model’s words are blue.");
  if (text === ended) said.push("The model ended the text.");
  say(said.join(" "));
}

const percent = share => share < .0001 ? "< 0.01 %" : share > .9999 && share < 1 ? "> 99.99 %" : `${(100 * share).toFixed(2)} %`;

function showWords({next, entropy}) {
  likely = next;
  byId("sure").textContent = `entropy ${number(entropy)} nats`;
  const focused = [...byId("words").querySelectorAll("button")].indexOf(document.activeElement);
  byId("words").replaceChildren(...next.map(each => {
    const word = each.shown;
    const meter = element("meter", {value: each.probability, min: 0, max: 1, ariaHidden: "true"});
    const button = element("button", {type: "button", title: `probability ${each.probability}, log-probability ${each.log_probability}`},
      element("span", {className: "word", textContent: word}), meter, element("span", {className: "share", textContent: percent(each.probability)}));
    button.setAttribute("aria-label", `${word}, ${percent(each.probability)}`);
    button.addEventListener("click", () => choose(word, each));
    return element("li", {}, button);
  }));
  if (focused >= 0) byId("words").querySelectorAll("button")[focused]?.focus();
}

function choose(word, {piece, ends}) {
  if (ends) say(`The text ends here: ${word} marks the end and adds nothing.`);
  else if (piece === "") say(`${word} stands for no text of its own and adds nothing.`);
  else append(/\s$/.test(typed.value) ? piece.replace(/^\s+/, "") : piece);   // the words may belong to an earlier text
}

// The text that comes is looked at from its last word.
function lookAtLast() {
  page.state.query = page.first.length;
}

function append(piece) {
  if (piece === "") return;

  typed.value += piece;
  page.state.swap = "";
  typed.scrollTop = typed.scrollHeight;
  textChanged();
}

// Goes on with a word that may come next.
function goOnWith(guess) {
  const known = likely.find(({token}) => token === guess.token);
  if (known) choose(known.shown, known);
}

async function showAttention(answer, ask) {
  const {state} = page;
  const before = page.first.length - 1;
  const last = answer.tokens.length - 1;
  page.recordings[0] = Object.assign(new Recording(answer, ask), {model, written: [...written]});
  const moved = state.query >= before || state.query > last;   // the last row stays the last
  if (moved) Object.assign(state, {query: last, key: 0, side: "query"});
  if (start) {
    startFrom(start, page);
    start = null;
    page.tell("tab");
  }
  state.hover = null;
  if (overview.empty) overview.show();
  else overview.drawAgain();
  await page.takeMaps();
  if (moved && page.maps[0]) page.change({key: strongestKey(page.maps[0], state.query)});
  document.documentElement.dataset.ready = "yes";
  document.documentElement.dataset.text = answer.text;
}

const pause = time => new Promise(done => setTimeout(done, time));

// Adds a word of the model's. Where words and arcs are on screen, it waits until they have followed and can be read.
async function write(piece) {
  written.push([typed.value.length, typed.value.length + piece.length]);
  append(piece);
  if (piece === "" || page.state.tab !== "first") return;
  clearTimeout(timer);
  await Promise.race([follow().then(() => page.told), pause(LONGEST)]);
  await pause(READABLE);
}

async function goOn() {
  if (writing || typed.value.trim() === "") return;
  writing = new AbortController();
  const {signal} = writing;
  showWriting(true);
  const question = {
    text: typed.value, tokens: +byId("tokens").value, temperature: page.state.temperature, seed: Math.floor(Math.random() * 2 ** 31),
  };
  try {
    for await (const [name, {piece, ending}] of server.generate(question, signal)) {
      if (signal.aborted) break;
      if (name === "token") await write(piece);
      else if (ending === "end_of_text") {
        ended = typed.value;
        notes({unknown: [], omitted: 0});
      }
    }
  } catch (error) {
    tellFailure(error);
  }
  writing = null;
  showWriting(false);
}

function showWriting(is) {
  byId("stop").hidden = !is;
  for (const id of ["continue", "temperature"]) byId(id).disabled = is;
}

const showTemperature = () => byId("drawn-at").textContent = page.state.temperature.toFixed(1);

let former = typed.value;             // the text before a person changes it
typed.addEventListener("beforeinput", () => former = typed.value);
typed.addEventListener("input", () => {
  written = kept(written, former, typed.value);
  page.state.swap = "";
  lookAtLast();
  textChanged();
});
typed.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) goOn();
});
document.addEventListener("keydown", event => event.key === "Escape" && writing?.abort());
byId("continue").addEventListener("click", goOn);
byId("stop").addEventListener("click", () => writing?.abort());
for (const id of ["writing", "controls"]) byId(id).addEventListener("submit", event => event.preventDefault());
byId("retry").addEventListener("click", follow);
showTabs(page);
showLook(page);
showFirst(page, {goOn: goOnWith});
showAddress(page, () => typed.value);
showPicture(page, () => `“${page.first.text.trim()}”, read by ${page.model}`);
page.watch(showTemperature);
showTemperature();

function tryOut({text, other = ""}) {
  typed.value = text;
  written = [];
  Object.assign(page.state, {chosen: false, off: "", swap: other});
  lookAtLast();
  textChanged();
}

server.facts().then(facts => {
  model = facts.model;
  showModel(model);
  document.title = `Heed: ${model}`;
  page.state.layer = facts.layers - 1;
  const examples = examplesOf(facts.examples ?? [], tryOut);
  byId("examples").replaceChildren(...examples);
  byId("examples").hidden = examples.length === 0;
  typed.value = start.text ?? typed.value;
  follow();
});
globalThis.heed = {page, panels};   // for the browser's console
