"use strict";
// Draws the maps of the JSON beside this script. Every text goes through textContent: a token is never read as HTML.
const data = JSON.parse(document.getElementById("data").textContent);
// Tokens as they can be seen: blanks by their escapes, long ones shortened.
const tokens = data.tokens.map(({token}) => {
  const seen = token.trim() ? token : JSON.stringify(token);
  return seen.length > 24 ? seen.slice(0, 23) + "…" : seen;
});
const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// White to dark blue, as in the SVG files.
const stops = [[255, 255, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]];
function colour(weight) {
  const place = Math.max(0, Math.min(1, weight)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  return stops[below].map((from, channel) => Math.round(from + (place - below) * (stops[below + 1][channel] - from)));
}
const css = rgb => `rgb(${rgb.join(" ")})`;
const nameOf = map => `layer ${map.layer}, head ${map.head}`;

const heads = document.getElementById("heads");
const table = document.getElementById("map");
const cell = document.getElementById("cell");
let chosen = 0;

function thumbnail(map) {
  const size = tokens.length;
  const canvas = element("canvas", {width: size, height: size});
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  map.weights.flat().forEach((weight, i) => image.data.set([...colour(weight), 255], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}

function choose(index, focus) {
  chosen = index;
  [...heads.children].forEach((button, i) => {
    button.setAttribute("aria-checked", i === index);
    button.tabIndex = i === index ? 0 : -1;
  });
  if (focus) heads.children[index].focus();
  draw(data.attention[index]);
}

function draw(map) {
  document.getElementById("title").textContent = `${nameOf(map)}: how much each row reads each column`;
  cell.textContent = "";
  const columns = tokens.map(token => element("th", {scope: "col"}, element("span", {textContent: token})));
  const rows = map.weights.map((weights, query) => {
    const cells = weights.map((weight, key) => key > query ? hidden() : seen(map, query, key, weight));
    return element("tr", {}, element("th", {scope: "row", textContent: tokens[query]}), ...cells);
  });
  table.replaceChildren(
    element("thead", {}, element("tr", {}, element("td", {className: "corner"}), ...columns)),
    element("tbody", {}, ...rows));
  table.querySelector("td[data-key]").tabIndex = 0;
}

function hidden() {
  const made = element("td", {className: "hidden", title: "hidden: it comes later"});
  made.setAttribute("aria-label", "hidden: it comes later");
  return made;
}

function seen(map, query, key, weight) {
  const rgb = colour(weight);
  const made = element("td", {tabIndex: -1, textContent: weight < .005 ? "" : weight.toFixed(2).replace(/^0/, "")});
  made.style.backgroundColor = css(rgb);
  made.style.color = weight > .55 ? "#fff" : "#222";
  made.dataset.query = query;
  made.dataset.key = key;
  made.setAttribute("aria-label", `${tokens[query]} reads ${tokens[key]}: ${weight}`);
  return made;
}

function show(target) {
  if (target?.dataset?.key === undefined) return;
  const [query, key] = [+target.dataset.query, +target.dataset.key];
  const map = data.attention[chosen];
  cell.replaceChildren(
    element("b", {textContent: tokens[query]}), " reads ", element("b", {textContent: tokens[key]}), `, ${nameOf(map)}\n`,
    `weight ${map.weights[query][key]}\n`, `score before softmax ${map.scores[query][key]}`);
  table.querySelectorAll("th.on").forEach(header => header.classList.remove("on"));
  table.tHead.rows[0].cells[key + 1].classList.add("on");
  target.parentElement.cells[0].classList.add("on");
}

table.addEventListener("pointerover", event => show(event.target));
table.addEventListener("focusin", event => {
  table.querySelectorAll("td[tabindex='0']").forEach(stop => stop.tabIndex = -1);
  if (event.target.dataset.key !== undefined) event.target.tabIndex = 0;
  show(event.target);
});
table.addEventListener("keydown", event => {
  const moves = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
  const move = moves[event.key];
  if (!move || event.target.dataset.key === undefined) return;
  event.preventDefault();
  const query = +event.target.dataset.query + move[0];
  const key = +event.target.dataset.key + move[1];
  const next = table.querySelector(`td[data-query="${query}"][data-key="${key}"]`);
  next?.focus();
});

heads.style.gridTemplateColumns = `repeat(${data.heads}, max-content)`;
data.attention.forEach((map, index) => {
  const button = element("button", {type: "button"}, thumbnail(map), nameOf(map));
  button.setAttribute("role", "radio");
  button.addEventListener("click", () => choose(index, false));
  heads.append(button);
});
heads.addEventListener("keydown", event => {
  const moves = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -data.heads, ArrowDown: data.heads};
  const next = chosen + (moves[event.key] ?? 0);
  if (moves[event.key] && data.attention[next]) {
    event.preventDefault();
    choose(next, true);
  }
});
document.getElementById("text").textContent = data.text;
document.title = `Attention maps: ${data.text}`;
choose(data.attention.length - 1, false);
