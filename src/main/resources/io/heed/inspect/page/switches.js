// The heads as switches: each with a small picture of what it reads for the chosen word, named for this text.
import {element, svg} from "./elements.js";
import {smallRow} from "./pure/chips.js";
import {FEW_HEADS, found, sameHead} from "./pure/heads.js";
import {caption, matters, plain, shortName} from "./pure/story.js";
import {phrase} from "./sentences.js";

const [WIDTH, HEIGHT] = [150, 44];

export class Switches {
  constructor(page) {
    this.page = page;
    this.list = element("ul", {className: "switches"});
    this.more = element("button", {type: "button", className: "more"});
    this.more.addEventListener("click", () => page.change({allHeads: !page.state.allHeads}));
    this.does = element("div", {className: "does"});
    this.title = element("h2", {id: "switches-title", textContent: "Heads: what each one reads for this word"});
    this.hint = element("p", {className: "hint"});
    this.root = element("section", {}, this.title, this.hint, this.list, this.more, this.does);
    this.root.setAttribute("aria-labelledby", "switches-title");
    this.items = new Map();
  }

  show(told) {
    const {recording, shown} = told;
    const all = recording.layers * recording.heads;
    this.list.style.setProperty("--heads", Math.max(1, Math.min(recording.heads, 6)));   // a row for each layer, where they are few
    const items = shown.map(head => this.item(head));
    if (items.length !== this.list.children.length || items.some((item, i) => item !== this.list.children[i])) this.list.replaceChildren(...items);
    shown.forEach((head, i) => this.fill(items[i], head, told));
    this.more.hidden = all <= FEW_HEADS;
    this.more.textContent = this.page.state.allHeads ? "Show only the heads that matter most" : `Show all ${all} heads`;
    this.hint.textContent = `A head looks back at the words for one purpose; 1·0 is head 0 of layer 1. Choose one to follow it above.${told.effects || recording.asks ? " Switch one off to see what the model says without it." : ""}`;
    this.tellDoes(told);
  }

  item(head) {
    const name = shortName(head);
    if (!this.items.has(name)) {
      const pick = element("button", {type: "button", className: "pick"}, svg("svg", {"aria-hidden": "true"}), element("span", {className: "name"}), element("span"), element("span", {className: "quiet"}));
      const turn = element("button", {type: "button", className: "switch"}, element("i"), element("span"));
      turn.setAttribute("role", "switch");
      turn.setAttribute("aria-label", `head ${name}`);
      pick.addEventListener("click", () => this.page.change({layer: head.layer, head: head.head, chosen: true}));
      turn.addEventListener("click", () => this.page.turn(name));
      this.items.set(name, element("li", {}, pick, turn));
    }
    return this.items.get(name);
  }

  fill(item, head, told) {
    const name = shortName(head);
    const [pick, turn] = item.children;
    const weights = told.rows.get(name);
    const off = told.off.some(each => sameHead(each, head));
    const importance = matters(head, told);
    item.className = [sameHead(head, told.head) ? "chosen" : "", off ? "off" : ""].join(" ");
    pick.setAttribute("aria-pressed", sameHead(head, told.head));
    turn.setAttribute("aria-checked", !off);
    turn.hidden = !told.effects && !told.recording.asks;      // nothing is known of the model without it
    turn.lastChild.textContent = off ? "off" : "on";
    const said = weights ? caption(weights, told) : [];
    pick.children[1].textContent = `head ${name}`;
    pick.children[2].replaceChildren(...phrase(said));
    pick.children[3].textContent = importance;
    pick.setAttribute("aria-label", `head ${name}: ${plain(said)}${importance ? `; ${importance}` : ""}`);
    pick.firstChild.replaceWith(small(weights, told));
  }

  // What the chosen head does: in this text, and apart from it in held-out sentences.
  tellDoes({recording, head}) {
    const card = found(recording.cards, head.layer, head.head);
    this.does.hidden = !card;
    if (!card) return;
    this.does.replaceChildren(
      ...[["in this text", card.sentence], ["in other sentences", card.elsewhere], ["in the circuit", card.circuit]]
        .filter(([, said]) => said)
        .map(([where, said]) => element("div", {}, element("h3", {textContent: `Head ${shortName(head)} ${where}`}), element("p", {textContent: said}))));
  }
}

function small(weights, {position, words}) {
  const picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true"});
  if (!weights) return picture;
  const {arcs, ticks, floor} = smallRow(weights, position, words.length, WIDTH, HEIGHT);
  const thin = ticks.length > WIDTH / 3 ? ticks.filter((_, i) => i % Math.ceil(3 * ticks.length / WIDTH) === 0 || i === position) : ticks;
  picture.append(
    ...arcs.map(({d, thick, weight}) => svg("path", {d, class: "own", "stroke-width": thick, "stroke-opacity": .2 + .8 * weight})),
    ...thin.map(x => svg("circle", {cx: x, cy: floor + 2, r: 1.5, class: "tick"})),
    svg("circle", {cx: ticks[position], cy: floor + 2, r: 3, class: "here"}));
  return picture;
}
