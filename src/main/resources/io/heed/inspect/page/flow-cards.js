// From the words to the next word in cards, joined by arrows: what the chosen head computes for the chosen word, in real numbers.
import {element, filled} from "./elements.js";
import {colourAt} from "./pure/colours.js";
import {exact} from "./pure/numbers.js";
import {stagesOf} from "./pure/stages.js";
import {shortName} from "./pure/story.js";
import {phrase} from "./sentences.js";

// A vector as a strip of colours, one for each dimension; the pointer tells the exact number.
function strip(page, {label, values, note}, top) {
  const {scale, less} = page.palette;
  const canvas = element("canvas", {width: values.length, height: 1, ariaHidden: "true"});
  const context = canvas.getContext("2d");
  const image = context.createImageData(values.length, 1);
  values.forEach((value, d) => image.data.set([...colourAt(value < 0 ? less : scale, Math.abs(value) / top), 255], 4 * d));
  context.putImageData(image, 0, 0);
  canvas.addEventListener("pointermove", event => {
    const d = Math.min(values.length - 1, Math.floor(event.offsetX / canvas.clientWidth * values.length));
    canvas.title = `dimension ${d}: ${exact(Math.fround(values[d]))}`;
  });
  return element("div", {className: "strip"}, element("span", {textContent: label}), element("span", {className: "value", textContent: note}), canvas);
}

function strips(page, all) {
  const top = Math.max(1e-9, ...all.flatMap(({values}) => values.map(Math.abs)));
  return all.map(each => strip(page, each, top));
}

// Named shares, or lengths as shares of the longest, as small bars.
export function bars(all) {
  if (all.length === 0) return [];
  return [element("ul", {className: "small-bars"}, ...all.map(({label, value, text, on}) => {
    const line = element("i");
    line.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
    return element("li", {className: on ? "on" : ""}, element("span", {textContent: label}), element("span", {className: "bar"}, line), element("span", {className: "value", textContent: text}));
  }))];
}

function numbers({what, headings, rows}, title) {
  const scroll = element("div", {className: "scroll", tabIndex: 0}, filled(element("table"), title, headings, rows()));
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `${title}: ${what}`);
  return scroll;
}

export class FlowCards {
  constructor(page) {
    this.page = page;
    this.title = element("h2", {id: "flow-title"});
    this.list = element("ol", {className: "flow"});
    this.root = element("section", {}, this.title, this.list);
    this.root.setAttribute("aria-labelledby", "flow-title");
    this.open = new Set();      // the cards whose tables are open
  }

  show(told) {
    this.root.hidden = !told.computation;
    if (told.computation) this.put(`From words to the next word, through head ${shortName(told.head)}`, stagesOf(told));
  }

  put(title, stages) {
    this.title.textContent = title;
    this.list.replaceChildren(...stages.map(stage => this.card(stage)));
  }

  card({name, title, text, strips: vectors, bars: lines, after = [], table}) {
    const made = element("li", {className: "card"}, element("h3", {textContent: title}), element("p", {}, ...phrase(text)), ...strips(this.page, vectors), ...bars(lines),
      ...after.length ? [element("ul", {className: "after"}, ...after.map(sentence => element("li", {}, ...phrase(sentence))))] : []);
    made.dataset.stage = name;
    if (table) made.append(this.details(name, title, table));
    if (!table && vectors.length + lines.length === 0) made.append(element("p", {className: "hint", textContent: "Its numbers are not in this page."}));
    return made;
  }

  // A card's table is made when it is opened.
  details(name, title, table) {
    const made = element("details", {}, element("summary", {textContent: table.what}));
    made.addEventListener("toggle", () => {
      if (made.open) this.open.add(name);
      else this.open.delete(name);
      if (made.open && made.children.length === 1) made.append(numbers(table, title));
    });
    made.open = this.open.has(name);
    return made;
  }
}
