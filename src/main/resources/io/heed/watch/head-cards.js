// Every head: its map of the sentence, what it does and since when, and what the answer would be without it.
import {byId, chooseByKeys, element, svg} from "../inspect/page/elements.js";
import {colourAt} from "../inspect/page/pure/colours.js";
import {nameOf, sameHead} from "../inspect/page/pure/heads.js";
import {place} from "../inspect/page/pure/maps.js";
import {known, share} from "../inspect/page/pure/numbers.js";
import {quoted} from "../inspect/page/pure/story.js";
import {cardOf, headsOf, saidWithout} from "./pure/head-cards.js";

const FEW = 16;           // heads, above which their cards hold maps alone
const MARKED = 30;        // measurements, up to which each has a dot
const SPARK = {width: 100, height: 24};

// A map of one pixel per weight.
function paint(canvas, map, length, palette) {
  if (canvas.width !== length) canvas.width = canvas.height = length;
  const context = canvas.getContext("2d");
  const image = context.createImageData(length, length);
  for (let query = 0, pixel = 0; query < length; query++) {
    for (let key = 0; key < length; key++, pixel += 4) {
      const rgb = key <= query ? colourAt(palette.scale, map[place(query, key)]) : palette.hidden;
      image.data.set(rgb, pixel);
      image.data[pixel + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

// One head as a button.
class Card {
  constructor(watch, head) {
    this.head = head;
    this.canvas = element("canvas");
    this.outline = svg("svg", {class: "planted", preserveAspectRatio: "none"});
    this.name = element("b");
    this.read = element("span", {className: "found"});
    this.does = element("span", {className: "does-what"});
    this.spark = svg("svg", {class: "spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, preserveAspectRatio: "none"});
    this.without = element("span", {className: "without"}, element("span"), element("span", {className: "bar"}, element("i"), element("u")));
    this.button = element("button", {type: "button"}, element("span", {className: "map-of"}, this.canvas, this.outline),
      element("span", {className: "facts"}, element("span", {className: "top"}, this.name, this.read), this.does, this.spark, this.without));
    this.button.setAttribute("role", "radio");
    this.button.addEventListener("click", () => watch.change({head}));
  }

  show(moment) {
    const {words, maps, run, recording} = moment;
    const {head} = this;
    const length = words.length;
    const chosen = sameHead(moment.head, head);
    this.map = maps[head.layer * run.began.heads + head.head];
    paint(this.canvas, this.map, length, moment.palette);
    if (this.recording !== recording) this.putOutline(recording.planted ?? [], length);
    this.recording = recording;
    const card = cardOf(moment, head);
    this.button.setAttribute("aria-checked", chosen);
    this.button.tabIndex = chosen ? 0 : -1;
    this.name.textContent = card.name;
    this.read.textContent = card.planted === null ? "" : share(card.planted);
    this.does.textContent = card.said;
    this.does.classList.toggle("begun", card.begun);
    this.showSpark(card, run, moment.step);
    this.showWithout(card);
    this.tell(card);
  }

  putOutline(planted, length) {
    this.outline.setAttribute("viewBox", `0 0 ${length} ${length}`);
    this.outline.replaceChildren(...planted.map(({query, key}) => svg("rect", {x: key, y: query, width: 1, height: 1})));
  }

  showSpark({course, since}, run, step) {
    const end = Math.max(1, run.ended ? run.step : run.began.steps);
    const x = at => (at / end * SPARK.width).toFixed(1);
    const y = value => (SPARK.height - 1 - Math.min(1, value) * (SPARK.height - 3)).toFixed(1);
    const line = some => some.map(({step: at, value}, i) => `${i === 0 ? "M" : "L"}${x(at)} ${y(value)}`).join("");
    this.spark.replaceChildren(...course.length === 0 ? [] : [
      ...since === null ? [] : [svg("line", {x1: x(since), x2: x(since), y1: 0, y2: SPARK.height, class: "since"})],
      svg("path", {d: course.length <= MARKED ? course.map(({step: at, value}) => `M${x(at)} ${y(value)}h0`).join("") : "", class: "dots"}),
      svg("path", {d: line(course), class: "later"}), svg("path", {d: line(course.filter(each => each.step <= step))})]);
  }

  showWithout({without}) {
    this.without.hidden = !without;
    if (!without) return;
    const [said, line] = this.without.children;
    said.textContent = saidWithout(without);
    line.firstChild.style.width = `${100 * without.left}%`;
    line.lastChild.style.width = `${100 * without.own}%`;
    this.without.classList.toggle("needed", without.left < without.own / 2);
  }

  tell({layer, head, said, value, measure, planted, without}) {
    const parts = [
      ...value === null ? [] : [`${measure}: ${value}`],
      ...planted === null ? [] : [`weight on the planted links: ${known(planted, 16)}`],
      ...without ? [`probability of ${quoted(without.word)} at step ${without.step}: ${without.own}, without this head ${without.left}`] : [],
    ];
    this.button.title = parts.join("\n");
    this.button.setAttribute("aria-label", [nameOf(layer, head), ...said === "" ? [] : [said],
      ...planted === null ? [] : [`planted links ${share(planted)}`], ...without ? [saidWithout(without)] : []].join(", "));
  }
}

export class HeadCards {
  constructor(watch) {
    this.watch = watch;
    this.root = byId("heads");
    this.cards = [];
    this.root.addEventListener("pointermove", event => this.point(event));
    this.root.addEventListener("pointerleave", () => byId("cell").textContent = "");
  }

  show(moment) {
    const {run: {began}, frame, recording} = moment;
    byId("all-heads").classList.toggle("waiting", !frame);
    if (!frame) return;
    if (this.cards.length !== began.layers * began.heads) this.put(began);
    this.moment = {...moment, palette: this.watch.palette};
    this.cards.forEach(card => card.show(this.moment));
    byId("heads-hint").textContent = "Head 1·0 is the first of layer 1; layers and heads count from 0. Each map has a row for each word that reads and a column for each word that is read."
      + (recording.planted?.length ? " The outline is the planted link, the number beside it how much the head reads it." : "")
      + (moment.effects ? " A bar is the answer’s probability without the head, its dashed outline with all heads." : "")
      + (moment.measurement ? " What a head does is its average at the last evaluation, over the sentence or over texts made to test heads." : "");
  }

  put(began) {
    this.cards = headsOf(began).map(head => new Card(this.watch, head));
    this.root.style.setProperty("--heads", Math.min(began.heads, 8));
    this.root.classList.toggle("dense", this.cards.length > FEW);
    this.root.replaceChildren(...this.cards.map(({button}) => button));
    chooseByKeys(this.root, this.cards.map(({button}) => button));
  }

  // Says the weight under the pointer.
  point(event) {
    const card = this.cards.find(({canvas}) => canvas === event.target);
    byId("cell").textContent = card ? this.weightAt(card, event) : "";
  }

  weightAt({canvas, map, head}, event) {
    const {words} = this.moment;
    const {left, top, width, height} = canvas.getBoundingClientRect();
    const at = (from, size) => Math.min(words.length - 1, Math.max(0, Math.floor(from / size * words.length)));
    const [key, query] = [at(event.clientX - left, width), at(event.clientY - top, height)];
    if (key > query) return "";
    return `head ${head.layer}·${head.head}: ${quoted(words[query].label)} (word ${query}) reads ${quoted(words[key].label)} (word ${key}) with weight ${known(map[place(query, key)], 16)}`;
  }
}
