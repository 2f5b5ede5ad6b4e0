// The page of a translation: the look-ups between two sentences, and in a second tab three attentions as lines and as maps.
import {byId, element, svg} from "./elements.js";
import {Choices} from "./pure/choices.js";
import {showModel} from "./sentences.js";
import {showTabs} from "./tabs.js";
import {TwoRows} from "./two-rows.js";

const data = JSON.parse(document.getElementById("data").textContent);
const ROW = 26;
const GAP = 220;
const SMALLEST_GAP = 60;
const pen = document.createElement("canvas").getContext("2d");

/** The token, by its place among those that read, whose lines alone are shown; -1 for all. */
let chosen = -1;

/**
 * The attention that is shown: who is read, the weights by row, and of each row what stands at its lines, what in the map and what is
 * said of it. In the cross-attention lines end at the token that is written, the row being that of the one before.
 */
function shown() {
  const part = byId("part").value;
  const weights = data.weights[part][Number(byId("layer").value)][Number(byId("head").value)];
  const queries = data[part === "encoder" ? "source" : "target"].tokens;
  const cross = part === "cross";
  const next = (query) => queries[query + 1] ?? "the end";
  return {
    part,
    weights,
    keys: data[part === "decoder" ? "target" : "source"].tokens,
    ends: queries.map((token, query) => cross ? next(query) : token),
    rows: queries.map((token, query) => cross ? token + " → " + next(query) : token),
    says: queries.map((token, query) => (cross ? "to write " + next(query) + " " : "") + token + " reads "),
  };
}

function choose(query) {
  chosen = chosen === query ? -1 : query;
  draw();
}

function drawLines({ part, weights, keys, ends, says }) {
  const least = Number(byId("threshold").value);
  pen.font = "600 14px " + getComputedStyle(document.body).fontFamily; // the width of a chosen token
  const width = (tokens) => 16 + Math.max(...tokens.map((token) => pen.measureText(token).width));
  const left = width(keys);
  const height = ROW * Math.max(ends.length, keys.length) + 8;
  const gap = Math.max(SMALLEST_GAP, Math.min(GAP, document.documentElement.clientWidth - 32 - left - width(ends)));
  const picture = svg("svg", { width: left + gap + width(ends), height, role: "group", "aria-label": "Lines from each token " + (part === "cross" ? "that is written" : "that reads") + ", on the right, to those that are read, on the left" });
  weights.forEach((row, query) => row.forEach((weight, key) => {
    if (weight >= least && (chosen < 0 || chosen === query)) {
      const line = svg("line", { x1: left + 8, y1: ROW * (key + .5), x2: left + gap - 8, y2: ROW * (query + .5), "stroke-opacity": weight, "stroke-width": 1 + 4 * weight });
      line.append(svg("title", {}, says[query] + keys[key] + ": " + weight.toFixed(4)));
      picture.append(line);
    }
  }));
  const column = (tokens, x, anchor, reads) => tokens.forEach((token, i) => {
    const text = svg("text", { x, y: ROW * (i + .5) + 5, "text-anchor": anchor }, token);
    if (reads) {
      Object.entries({ role: "button", tabindex: 0, "aria-pressed": i === chosen }).forEach(([key, value]) => text.setAttribute(key, value));
      text.addEventListener("click", () => choose(i));
      text.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          choose(i);
          byId("lines").querySelectorAll("[role=button]")[i].focus();
        }
      });
    }
    picture.append(text);
  });
  column(keys, left, "end", false);
  column(ends, left + gap, "start", true);
  byId("lines").replaceChildren(picture);
}

function drawMap({ part, weights, keys, rows, says }) {
  const table = element("table");
  const head = table.createTHead().insertRow();
  head.append(element("td"));
  keys.forEach((key) => head.append(element("th", { textContent: key })));
  const body = table.createTBody();
  weights.forEach((row, query) => {
    const line = body.insertRow();
    const name = element("th", { scope: "row", textContent: rows[query] });
    name.addEventListener("click", () => choose(query));
    line.append(name);
    if (query === chosen) {
      line.setAttribute("data-chosen", "");
    }
    row.forEach((weight, key) => {
      const cell = line.insertCell();
      cell.title = says[query] + keys[key] + ": " + weight;
      if (part === "decoder" && key > query) {
        cell.className = "hidden";
        return;
      }
      cell.textContent = weight < .005 ? "" : weight.toFixed(2).replace(/^0/, "");
      cell.style.backgroundColor = "rgb(33 113 181 / " + weight + ")";
      cell.style.color = weight > .55 ? "#fff" : "";
    });
  });
  byId("map").replaceChildren(table);
}

function drawWords(part) {
  const own = part === "cross" ? data.lookUps[Number(byId("layer").value)][Number(byId("head").value)] : [];
  byId("words").replaceChildren(...own.map((each) => {
    return element("li", {}, element("b", { textContent: each.target }), " ← " + each.source + "  " + each.weight.toFixed(2));
  }));
  byId("words").parentElement.hidden = part !== "cross";
}

function draw() {
  const now = shown();
  byId("threshold-value").textContent = Number(byId("threshold").value).toFixed(2);
  byId("hint").textContent = now.part === "cross"
    ? "Lines join each token of the translation to what was read just before it was written. Choose one on the right to see only its lines."
    : "Choose a token on the right to see only its lines.";
  byId("map-hint").textContent = "Rows read, columns are read." + (now.part === "cross" ? " After → is the token written next." : "");
  drawLines(now);
  drawMap(now);
  drawWords(now.part);
}

function fill(select, count, value) {
  for (let i = 0; i < count; i++) {
    select.append(new Option(String(i), String(i)));
  }
  select.value = String(value);
}

showModel(data.model);
byId("source").textContent = data.source.text;
byId("target").textContent = data.target.text;
fill(byId("layer"), data.weights.cross.length, data.clearest[0]);
fill(byId("head"), data.weights.cross[0].length, data.clearest[1]);
["part", "layer", "head"].forEach((id) => byId(id).addEventListener("input", () => {
  chosen = -1;
  draw();
}));
byId("threshold").addEventListener("input", draw);
draw();

showTabs(new Choices({tab: "first"}));
new TwoRows(byId("first"), data);
