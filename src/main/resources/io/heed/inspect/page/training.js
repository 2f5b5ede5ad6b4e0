// How a head developed: its figures against the training step, with the other heads faint behind it.
import {byId, svg, table} from "./elements.js";
import {css} from "./pure/colours.js";
import {measuresOf, nameOf, valueAt} from "./pure/heads.js";
import {number} from "./pure/numbers.js";

const FRAME = {left: 30, right: 8, top: 20, bottom: 18, height: 104};
const readable = name => name.replaceAll("_", " ");

// The figures known at some step, and the largest value their axis has to reach.
function drawnMeasures(course) {
  const names = new Map();
  for (const recording of course) {
    for (const [name, {values}] of measuresOf(recording)) {
      if (name.startsWith("loss")) continue;
      const known = [...values.values()].filter(Number.isFinite);
      if (known.length) names.set(name, Math.max(names.get(name) ?? 1, ...known));
    }
  }
  return [...names].map(([name, top]) => ({name, top: top > 1 ? Math.ceil(top) : 1}));
}

function path(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) return void (pen = "M") ?? "";
    const drawn = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
    return drawn;
  }).join("");
}

function training(page, {name, top}, width) {
  const {course, first, state} = page;
  const {left, right, height} = FRAME;
  const bottom = height - FRAME.bottom;
  const [begin, end] = [course[0].step, course[course.length - 1].step];
  const x = step => left + (step - begin) / (end - begin || 1) * (width - left - right);
  const y = value => bottom - value / top * (bottom - FRAME.top);
  const own = `${state.layer} ${state.head}`;
  const at = head => course.map(each => [x(each.step), y(valueAt(each, name, head))]);
  const {ink, soft, mark: marked, grid, scale} = page.palette;
  const root = svg("svg", {width, height, viewBox: `0 0 ${width} ${height}`, "font-size": 10, fill: soft});
  const text = (where, words) => root.append(svg("text", where, words));
  for (const value of [0, top / 2, top]) {
    root.append(svg("line", {x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: grid}));
    text({x: left - 4, y: y(value) + 3.5, "text-anchor": "end"}, String(value));
  }
  text({x: x(begin), y: height - 5}, String(begin));
  text({x: x(end), y: height - 5, "text-anchor": "end"}, String(end));
  const heads = first.layers * first.heads;
  for (let i = 0; i < heads; i++) {
    const head = `${Math.floor(i / first.heads)} ${i % first.heads}`;
    if (head !== own) root.append(svg("path", {d: path(at(head)), fill: "none", stroke: soft, "stroke-opacity": Math.max(.08, Math.min(.4, 3 / heads))}));
  }
  root.append(svg("path", {d: path(at(own)), fill: "none", stroke: css(scale[3]), "stroke-width": 2}));
  for (const [px, py] of at(own)) {
    if (Number.isFinite(py) && course.length <= 30) root.append(svg("circle", {cx: px, cy: py, r: 2.2, fill: css(scale[3])}));
  }
  let said = "";
  if (course.includes(first)) {
    const value = valueAt(first, name, own);
    const px = x(first.step);
    root.append(svg("line", {x1: px, x2: px, y1: FRAME.top - 2, y2: bottom, stroke: marked, "stroke-dasharray": "3 2"}));
    if (Number.isFinite(value)) root.append(svg("circle", {cx: px, cy: y(value), r: 4, fill: marked}));
    said = Number.isFinite(value) ? ` ${+value.toPrecision(2)}` : " –";
  }
  const title = svg("text", {x: 2, y: 11, "font-size": 11, fill: ink}, readable(name));
  title.append(svg("tspan", {fill: marked, "font-weight": 600}, said));
  root.append(title);
  return root;
}

export class Training {
  constructor(page) {
    this.page = page;
    this.chart = byId("training-chart");
    this.chart.addEventListener("click", event => this.click(event));
    this.chart.addEventListener("keydown", event => this.key(event));
    page.watchIn("maps", changed => {
      if (["recording", "layer", "head", "theme", "tab"].some(name => changed.has(name))) this.show();
    });
  }

  show() {
    const {chart, page} = this;
    const {course, first, state: {layer, head}} = page;
    const drawn = drawnMeasures(course);
    const there = course.length > 1 && drawn.length > 0 && course[0].has(layer, head);
    byId("training").hidden = !there;
    if (!there) return;
    const room = chart.clientWidth || 340;
    const columns = Math.max(1, Math.floor(room / 186));
    chart.replaceChildren(...drawn.map(each => training(page, each, Math.floor(room / columns) - 2)));
    chart.querySelectorAll("svg").forEach(each => each.setAttribute("aria-hidden", "true"));
    const at = course.indexOf(first);
    byId("training-title").textContent = `How ${nameOf(layer, head)} developed`;
    byId("training-hint").textContent = "Each figure against the training step; grey: the other heads; dashed line: the step shown. "
      + "Click or use the arrow keys to go to another step.";
    chart.setAttribute("aria-valuemin", 0);
    chart.setAttribute("aria-valuemax", course.length - 1);
    chart.setAttribute("aria-valuenow", at < 0 ? course.length - 1 : at);
    const own = `${layer} ${head}`;
    const values = drawn.map(({name}) => `${readable(name)} ${number(valueAt(first, name, own))}`);
    chart.setAttribute("aria-valuetext", `${first.label}: ${values.join(", ")}`);
    const rows = course.map(each => [each.step, ...drawn.map(({name}) => number(valueAt(each, name, own)))]);
    table("training-table", `${nameOf(layer, head)}, by step`, ["step", ...drawn.map(({name}) => readable(name))], rows, at);
  }

  click(event) {
    const {course} = this.page;
    const panel = event.target.closest("svg");
    if (!panel) return;
    const {left, width} = panel.getBoundingClientRect();
    const share = (event.clientX - left - FRAME.left) / (width - FRAME.left - FRAME.right);
    const step = course[0].step + share * (course[course.length - 1].step - course[0].step);
    const far = each => Math.abs(each.step - step);
    this.page.change({recording: course.reduce((near, each) => far(each) < far(near) ? each : near).index});
  }

  key(event) {
    const {course, first} = this.page;
    const last = course.length - 1;
    const at = course.indexOf(first);
    const moves = {ArrowLeft: at < 0 ? last : at - 1, ArrowDown: at < 0 ? last : at - 1, ArrowRight: at < 0 ? last : at + 1,
      ArrowUp: at < 0 ? last : at + 1, Home: 0, End: last};
    if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.page.change({recording: course[Math.max(0, Math.min(last, moves[event.key]))].index});
  }
}
