// Typing, the next words, and the maps that follow.
import {showDetails} from "../inspect/page/details.js";
import {byId, element} from "../inspect/page/elements.js";
import {showLook} from "../inspect/page/look.js";
import {Overview} from "../inspect/page/overview.js";
import {showPanels} from "../inspect/page/panel.js";
import {strongestKey} from "../inspect/page/pure/maps.js";
import {number} from "../inspect/page/pure/numbers.js";
import {Page} from "../inspect/page/pure/page.js";
import {connect, Refused} from "./api.js";
import {askedNumbers, Recording} from "./asked.js";

const PAUSE = 80;             // milliseconds without a key before the server is asked
const page = new Page(askedNumbers(), matchMedia("(prefers-color-scheme: dark)"));
const panels = showPanels(page);
showDetails(page);
const overview = new Overview(page);
const typed = byId("typed");
const server = connect(askForToken);
let latest = new AbortController();   // requests for the current text
let writing = null;                   // the continuation in progress
let ended = null;                     // the text that the model ended

function say(text, wrong = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("wrong", wrong);
}

const aborted = error => error.name === "AbortError";

function tellFailure(error) {
  if (!aborted(error)) say(error instanceof Refused ? error.message : "the server does not answer", true);
}

function askForToken(wrong) {
  const dialog = byId("ask");
  byId("ask-wrong").textContent = wrong ? "Wrong token." : "";
  byId("token").value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.oncancel = () => reject(new Refused(401, "the server answers only with the token"));
    byId("ask-form").onsubmit = event => {
      event.preventDefault();
      dialog.oncancel = null;
      dialog.close();
      resolve(byId("token").value);
    };
  });
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
    return say("Type at least one word.");
  }
  try {
    const [words, maps] = await Promise.all([server.predict(text, signal), server.attention(text, page.state.layer, signal)]);
    if (signal.aborted) return;
    showWords(words);
    await showAttention(maps, layer => server.attention(text, layer, signal));
    notes(words, text);
  } catch (error) {
    tellFailure(error);
  }
}

function notes({unknown, omitted}, text = typed.value) {
  const said = [];
  if (unknown.length) said.push(`The model does not know ${unknown.map(word => `“${word}”`).join(", ")} and reads [UNK] there.`);
  if (omitted) said.push(`The text is longer than the model's context: the first ${omitted} tokens are left out.`);
  if (text === ended) said.push("The model ended the text.");
  say(said.join(" "));
}

const percent = share => share < .0001 ? "< 0.01 %" : `${(100 * share).toFixed(2)} %`;

function showWords({next, entropy}) {
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

function append(piece) {
  if (piece === "") return;

  typed.value += piece;
  typed.scrollTop = typed.scrollHeight;
  textChanged();
}

async function showAttention(answer, ask) {
  const {state} = page;
  const before = page.first.length - 1;
  page.recordings[0] = new Recording(answer, layer => ask(layer).catch(error => {
    tellFailure(error);
    throw error;
  }));
  const last = answer.tokens.length - 1;
  const moved = state.query >= before || state.query > last;   // the last row stays the last
  if (moved) Object.assign(state, {query: last, key: 0, side: "query"});
  state.hover = null;
  if (overview.empty) overview.show();
  else overview.drawAgain();
  await page.takeMaps();
  if (moved && page.maps[0]) page.change({key: strongestKey(page.maps[0], state.query)});
  document.documentElement.dataset.ready = "yes";
  document.documentElement.dataset.text = answer.text;
}

async function goOn() {
  if (writing || typed.value.trim() === "") return;
  writing = new AbortController();
  byId("stop").hidden = false;
  byId("continue").disabled = true;
  const question = {
    text: typed.value, tokens: +byId("tokens").value, temperature: +byId("temperature").value, seed: Math.floor(Math.random() * 2 ** 31),
  };
  try {
    for await (const [name, {piece, ending}] of server.generate(question, writing.signal)) {
      if (name === "token") append(piece);
      else if (ending === "end_of_text") {
        ended = typed.value;
        notes({unknown: [], omitted: 0});
      }
    }
  } catch (error) {
    tellFailure(error);
  }
  writing = null;
  byId("stop").hidden = true;
  byId("continue").disabled = false;
}

typed.addEventListener("input", textChanged);
typed.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) goOn();
});
document.addEventListener("keydown", event => event.key === "Escape" && writing?.abort());
byId("continue").addEventListener("click", goOn);
byId("stop").addEventListener("click", () => writing?.abort());
for (const id of ["writing", "controls"]) byId(id).addEventListener("submit", event => event.preventDefault());
showLook(page);

server.facts().then(({model, layers}) => {
  byId("model").textContent = `· ${model}`;
  document.title = `Heed: ${model}`;
  page.state.layer = layers - 1;
  follow();
});
globalThis.heed = {page, panels};   // for the browser's console
