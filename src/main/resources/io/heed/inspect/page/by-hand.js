// “I love cats” worked by hand, as an exercise: a cell of a table is hidden, a person types its number, and it is checked.
import {byId, element} from "./elements.js";
import {checked, sumOf, tablesOf, TOLERANCE} from "./pure/by-hand.js";

const act = (label, action) => {
  const made = element("button", {type: "button", textContent: label});
  made.addEventListener("click", action);
  return made;
};

export class ByHand {
  constructor() {
    this.example = JSON.parse(byId("worked-example").textContent);
    this.tables = tablesOf(this.example);
    this.cells = new Map();
    this.hidden = null;
    this.question = element("label", {htmlFor: "typed-number"});
    this.input = element("input", {id: "typed-number", type: "text", inputMode: "decimal", autocomplete: "off", size: 8});
    this.said = element("p", {className: "said"});
    this.said.setAttribute("role", "status");
    this.form = element("form", {hidden: true}, this.question, this.input, element("button", {textContent: "Check"}), act("Show the number", () => this.reveal()));
    this.form.addEventListener("submit", event => {
      event.preventDefault();
      this.check();
    });
    this.root = this.put();
  }

  put() {
    const {tokens} = this.example;
    const sentence = tokens.join(" ");
    return element("details", {className: "by-hand"}, element("summary", {textContent: `By hand: “${sentence}”`}),
      element("p", {textContent: `${tokens.length} words of ${this.example.rows[0].length} numbers each and one head; queries, keys and values are the numbers themselves, and every word reads all.`
        + ` Hide a number, by choosing it or with the button, work it out and type it: within ${TOLERANCE} is right.`}),
      element("p", {className: "buttons"}, act("Hide a number", () => this.hideAny())), this.form, this.said,
      element("div", {className: "tables"}, ...this.tables.map(table => this.table(table))));
  }

  table({name, title, headings, numbers, given}) {
    const {tokens} = this.example;
    const head = element("tr", {}, element("td"), ...headings.map(text => element("th", {scope: "col", textContent: text})));
    const body = numbers.map((row, r) => element("tr", {}, element("th", {scope: "row", textContent: tokens[r]}),
      ...row.map((number, c) => element("td", {}, given ? String(number) : this.cell({name, title, number, row: r, column: c, label: `${tokens[r]}, ${headings[c]}`})))));
    return element("div", {className: "scroll"}, element("table", {}, element("caption", {textContent: title}), element("thead", {}, head), element("tbody", {}, ...body)));
  }

  cell(cell) {
    const made = act(cell.number.toFixed(4), () => this.hide(cell));
    made.dataset.cell = `${cell.name} ${cell.row} ${cell.column}`;
    made.setAttribute("aria-label", `${cell.number.toFixed(4)}: ${cell.label}; hide it`);
    this.cells.set(cell, made);
    return made;
  }

  hideAny() {
    const others = [...this.cells.keys()].filter(cell => cell !== this.hidden);
    this.hide(others[Math.floor(Math.random() * others.length)]);
  }

  hide(cell) {
    this.show("");
    this.hidden = cell;
    const made = this.cells.get(cell);
    made.textContent = "?";
    made.className = "hidden-cell";
    made.setAttribute("aria-label", `hidden: ${cell.label}`);
    this.question.textContent = `${cell.title}, ${cell.label}: ${sumOf(this.example, cell.name, cell.row, cell.column)} =`;
    this.form.hidden = false;
    this.input.value = "";
    this.say("");
    this.input.focus();
  }

  // The hidden number stands in its place again.
  show(className) {
    const {hidden} = this;
    if (!hidden) return;
    const made = this.cells.get(hidden);
    made.textContent = hidden.number.toFixed(4);
    made.className = className;
    made.setAttribute("aria-label", `${made.textContent}: ${hidden.label}; hide it`);
  }

  check() {
    const {right, text} = checked(this.input.value, this.hidden.number);
    this.say(text, right ? "right" : "wrong");
    this.input.setAttribute("aria-invalid", !right);
    if (right) this.show("right");
    else this.input.select();
  }

  reveal() {
    this.show("");
    this.say(`It is ${this.hidden.number.toFixed(4)}.`);
  }

  say(text, className = "") {
    this.said.textContent = text;
    this.said.className = `said ${className}`;
    this.input.removeAttribute("aria-invalid");
  }
}
