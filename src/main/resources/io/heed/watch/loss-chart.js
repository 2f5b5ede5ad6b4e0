// The loss over the steps, with the lines of what simpler models reach; a pointer chooses a step.
import {byId, element, svg, table} from "../inspect/page/elements.js";
import {number} from "../inspect/page/pure/numbers.js";
import {chartOf, lossRows, pathOf} from "./pure/loss-chart.js";
import {beats, changeOf, lossesOf} from "./pure/said.js";

const HEIGHT = 210;

const titled = (made, text) => {
  made.append(svg("title", {}, text));
  return made;
};

export class LossChart {
  constructor(watch) {
    this.watch = watch;
    this.root = byId("loss-chart");
    this.picture = svg("svg", {role: "img"});
    this.cursor = svg("g", {class: "cursor"});
    this.back = svg("g", {});
    this.picture.append(this.back, this.cursor);
    this.root.append(this.picture);
    this.picture.addEventListener("pointerdown", event => this.drag(event));
    this.picture.addEventListener("pointermove", event => event.buttons === 1 && this.drag(event));
    byId("loss-numbers").addEventListener("toggle", () => this.moment && this.showTable());
  }

  show(moment) {
    const {run} = moment;
    const width = this.root.clientWidth || 600;
    const about = [run.began, run.frames.length, run.live?.step, run.evaluations.length, run.captions.length, run.changes.length, run.ended, width].map(each => each ?? "");
    if (!this.about || about.some((each, i) => each !== this.about[i])) this.put(run, width);
    this.about = about;
    this.moment = moment;
    this.showCursor(moment);
    const {training, validation} = lossesOf(moment);
    byId("losses").replaceChildren(element("span", {className: "training", textContent: training}), " ",
      element("span", {className: "validation", textContent: validation}), training || validation ? " nats per token" : "");
    byId("beats").textContent = beats(moment);
    this.picture.setAttribute("aria-label", `Loss over the steps: ${[training, validation].filter(Boolean).join(", ")} nats per token. `
      + this.chart.references.map(({name, value}) => `${name} ${number(value)}`).join(", "));
    this.showTable();
  }

  put(run, width) {
    const chart = this.chart = chartOf(run, width, HEIGHT);
    const {left, right, top, bottom} = chart;
    for (const [name, value] of Object.entries({width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`})) this.picture.setAttribute(name, value);
    this.back.replaceChildren(
      ...chart.losses.map(({value, y}) => svg("line", {x1: left, x2: right, y1: y, y2: y, class: "grid", "data-value": value})),
      ...chart.losses.map(({value, y}) => svg("text", {x: left - 5, y: y + 4, "text-anchor": "end"}, String(value))),
      ...chart.steps.map(({value, x}) => svg("text", {x, y: bottom + 15, "text-anchor": x > right - 20 ? "end" : x < left + 10 ? "start" : "middle"}, value === 0 ? "step 0" : String(value))),
      ...chart.references.flatMap(({name, value, y, labelY}) => [
        titled(svg("line", {x1: left, x2: right, y1: y, y2: y, class: "reference"}), `${name}: ${value} nats per token`),
        svg("text", {x: right, y: labelY, "text-anchor": "end", class: "reference"}, `${name} ${number(value)}`)]),
      svg("path", {d: pathOf(chart.training), class: "training"}),
      svg("path", {d: pathOf(chart.validation), class: "validation"}),
      ...chart.validation.map(({x, y, step, loss}) => titled(svg("circle", {cx: x, cy: y, r: 3.5, class: "validation"}), `step ${step}: validation loss ${loss} nats per token`)),
      ...chart.captions.map(({caption, x}) => titled(svg("path", {d: `M${x - 4} ${top - 12}h8l-4 8z`, class: "caption"}), caption.text)),
      ...chart.changes.flatMap(({change, x}) => [svg("line", {x1: x, x2: x, y1: top, y2: bottom, class: "change"}),
        titled(svg("path", {d: `M${x} ${bottom - 5}l5 5l-5 5l-5 -5z`, class: "change"}), changeOf(change))]));
  }

  showCursor({training, step}) {
    const {x, y, top, bottom} = this.chart;
    const dot = training ? [titled(svg("circle", {cx: x(training.step), cy: y(training.loss), r: 4.5}), `step ${training.step}: training loss ${training.loss} nats per token`)] : [];
    this.cursor.replaceChildren(svg("line", {x1: x(step), x2: x(step), y1: top - 4, y2: bottom}), ...dot);
  }

  showTable() {
    const {run, step} = this.moment;
    if (!byId("loss-numbers").open) return;
    const rows = lossRows(run);
    const at = rows.findLastIndex(([each]) => each <= step);
    const said = `${rows.length} ${rows.at(-1)?.[0]} ${at}`;
    if (said === this.said) return;
    this.said = said;
    table("loss-table", "nats per token", ["step", "training", "validation"], rows, at);
  }

  // Shows the step under the pointer.
  drag(event) {
    if (!this.chart) return;
    const step = this.chart.stepAt(event.clientX - this.picture.getBoundingClientRect().left);
    this.watch.change({step: Math.max(0, step), playing: false});
  }
}
