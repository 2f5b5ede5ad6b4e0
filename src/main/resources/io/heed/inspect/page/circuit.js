// The page of a circuit: its picture, whose arrows switch edges off, and what the model answers then.
import {byId, element, filled} from "./elements.js";
import {offerLink} from "./link.js";
import {addressOf, edgeOf, lostWithout, offIn, overSentence, percent, sentenceOf, setOf} from "./pure/circuit.js";

const {report, meanings, choices} = JSON.parse(byId("data").textContent);
const {example, proof} = report;
const off = offIn(location.hash, choices.edges);
const boxes = new Map();   // of the edges that can be switched, by their places in the circuit

function bar(name, share) {
  const shown = element("progress", {max: 1, value: share});
  shown.setAttribute("aria-label", name);
  return element("div", {className: "bar"}, element("span", {textContent: name}), shown, element("span", {textContent: percent(share)}));
}

function draw() {
  const set = setOf(choices.edges, off);
  byId("bars").replaceChildren(bar(example.answer, choices.answer[set]), bar(example.wrong, choices.wrong[set]));
  byId("says").textContent = sentenceOf(report.edges.length, off, choices.answer[set], example.probability, example.without);
  for (const [edge, box] of boxes) box.checked = !off.has(edge);
  for (const arrow of byId("picture").querySelectorAll("[data-edge]")) arrow.classList.toggle("off", off.has(Number(arrow.dataset.edge)));
}

function change(edges, on) {
  for (const edge of edges) on ? off.delete(edge) : off.add(edge);
  history.replaceState(null, "", addressOf(off) || location.pathname + location.search);
  draw();
}

function point(edge, at) {
  for (const arrow of byId("picture").querySelectorAll(`[data-edge="${edge}"]`)) arrow.classList.toggle("at", at);
}

function showPicture() {
  byId("picture").append(byId("drawn").content.cloneNode(true));
  for (const title of byId("picture").querySelectorAll("path > title")) {
    const edge = report.edges.indexOf(edgeOf(title.textContent));
    const arrow = title.parentElement;
    arrow.dataset.edge = edge;
    if (choices.edges.includes(edge)) arrow.addEventListener("click", () => change([edge], off.has(edge)));
  }
}

function showEdges() {
  byId("edges").style.setProperty("--name", `${Math.max(...report.edges.map(name => name.length)) + 1}ch`);
  byId("which").hidden = choices.edges.length === report.edges.length;
  byId("which").textContent = `The ${choices.edges.length} edges without which most is lost can be switched off.`;
  byId("over").textContent = overSentence(proof.sampled);
  byId("edges").replaceChildren(...report.edges.map((name, edge) => {
    const box = element("input", {type: "checkbox", checked: true, disabled: !choices.edges.includes(edge)});
    if (!box.disabled) boxes.set(edge, box);
    box.addEventListener("change", () => change([edge], box.checked));
    const lost = element("span", {className: "lost", textContent: lostWithout(proof.lost[edge])});
    const label = element("label", {}, box, element("b", {textContent: name}), element("span", {className: "meaning", textContent: meanings[edge]}), lost);
    label.addEventListener("pointerenter", () => point(edge, true));
    label.addEventListener("pointerleave", () => point(edge, false));
    return element("li", {}, label);
  }));
}

function showProof() {
  const some = proof.sampled < proof.pairs ? `, on ${proof.sampled} pairs` : "";
  const which = report.found > 0 ? " that the circuit was not found on" : "";
  const rows = [
    ["the circuit alone", percent(proof.faithfulness)],
    ["all other edges, without these", percent(proof.complement)],
    ["as many edges at random, on average" + some, percent(proof.random)],
    ["as many edges at random, at best" + some, percent(proof.largest_random)],
    ...proof.averaged > 0 ? [[`the circuit, with means for the others, on ${proof.averaged} pairs`, percent(proof.mean)]] : [],
    ...proof.curve.map(({edges, faithfulness}) => [`the ${edges} most important ${edges === 1 ? "edge" : "edges"} alone` + some, percent(faithfulness)]),
  ];
  if (report.resampled > 1) rows.push([`edges that two circuits found on resampled pairs have in common, of ${report.resampled}`, percent(report.agreement)]);
  filled(byId("proof"), `how much of the difference between the texts is kept, on ${proof.pairs} pairs${which}; the model prefers the right answer after both texts of ${proof.right} of them`, ["edges", "kept"], rows);
}

function showSentence() {
  const words = (tokens, others) => tokens.map((token, i) => token === others[i] ? token : element("b", {textContent: token})).flatMap(word => [word, " "]);
  const written = example.written.length > 0 ? [" → ", example.written.join(" ")] : [];
  byId("sentence").replaceChildren(...words(example.clean, example.corrupted), ...written, " → ", element("b", {textContent: example.answer}));
  byId("other").replaceChildren("The other text: ", ...words(example.corrupted, example.clean), "→ ", example.wrong);
}

byId("model").textContent = report.model;
document.title = "Circuit of " + report.model;
showSentence();
showPicture();
showEdges();
showProof();
byId("all").addEventListener("click", () => change(choices.edges, true));
byId("none").addEventListener("click", () => change(choices.edges, false));
offerLink();
addEventListener("hashchange", () => {
  off.clear();
  for (const edge of offIn(location.hash, choices.edges)) off.add(edge);
  draw();
});
draw();
