// The large maps: one, or two side by side.
import {byId, element} from "./elements.js";
import {CanvasPen, widthOf} from "./pens.js";
import {arcs, LINES_PER_ROW} from "./pure/arcs.js";
import {css} from "./pure/colours.js";
import {heatMap} from "./pure/heat-map.js";
import {nameOf} from "./pure/heads.js";
import {kinds} from "./pure/kinds.js";
import {largest, strongestKey, strongestQuery} from "./pure/maps.js";
import {asksForMaps} from "./pure/page.js";

const drawings = {map: heatMap, lines: arcs};
export const drawing = page => drawings[page.state.view];

class Panel {
  constructor(page) {
    this.page = page;
    this.title = element("h2");
    this.legend = element("p", {className: "legend"});
    this.note = element("p", {className: "hint"});
    this.canvas = element("canvas");
    this.space = element("div", {className: "space"}, this.canvas);
    this.scroller = element("div", {className: "map", tabIndex: 0}, this.space);
    this.scroller.setAttribute("role", "application");
    this.scroller.setAttribute("aria-describedby", "cell");
    this.root = element("div", {className: "panel"}, element("div", {className: "head"}, this.title, this.legend), this.note, this.scroller);
    this.scroller.addEventListener("scroll", () => this.draw());
    this.scroller.addEventListener("pointermove", event => page.change({hover: this.under(event)}));
    this.scroller.addEventListener("pointerleave", () => page.change({hover: null}));
    this.scroller.addEventListener("click", event => {
      const hit = this.under(event);
      if (hit) page.change(hit);
    });
    this.scroller.addEventListener("keydown", event => this.key(event));
  }

  show(map) {
    this.map = map;
    const {title, note} = kinds[map.what];
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.title.textContent = [title(map.layer, map.head), ...map.title ? [map.title] : []].join(" · ");
    const kind = this.page.state.view === "map" ? "Heat map" : "Lines";
    this.scroller.setAttribute("aria-label", `${kind} of ${this.title.textContent}. Arrow keys move from cell to cell.`);
    this.showLegend();
    this.resize();
  }

  showLegend() {
    const {map, page} = this;
    const canvas = element("canvas", {width: 100, height: 10});
    const context = canvas.getContext("2d");
    const top = page.state.scale === "largest" ? largest(map) : map.top;
    for (let x = 0; x < 100; x++) {
      context.fillStyle = css(page.colour(map, top * (map.signed ? x / 49.5 - 1 : x / 99)));
      context.fillRect(x, 0, 1, 10);
    }
    const end = String(+top.toPrecision(3));
    const crowded = page.state.view === "lines" && map.units.length > LINES_PER_ROW;
    const toGo = map.flows.reduce((sum, flow) => sum + flow.rows.size, 0);
    const note = toGo > 0 ? [`computing: ${toGo} rows to go`] : crowded ? ["the strongest lines; point at a word to see all its lines"] : [];
    this.legend.replaceChildren(...note.map(textContent => element("span", {textContent})), map.signed ? `−${end}` : "0", canvas, end);
  }

  // Some of the map's values have arrived.
  grow() {
    this.map.look = "";
    this.showLegend();
    this.draw();
  }

  resize() {
    const room = this.root.clientWidth;
    if (!this.map || room === 0) return;
    this.layout = drawing(this.page).layout(this.page, this.map, room - 2, widthOf);
    const tall = Math.max(320, Math.round(window.innerHeight * .8));
    this.seen = {width: Math.min(room, this.layout.width), height: Math.min(this.layout.height, tall)};
    this.space.style.width = `${this.layout.width}px`;
    this.space.style.height = `${this.layout.height}px`;
    this.scroller.style.height = `${this.seen.height}px`;
    this.scroller.style.maxWidth = `${this.layout.width + 18}px`;
    this.draw();
  }

  draw() {
    const {page} = this;
    if (!this.map || !this.layout) return;   // nothing to draw, or not in sight yet
    const port = {x: this.scroller.scrollLeft, y: this.scroller.scrollTop, ...this.seen};
    drawing(page).draw(page, new CanvasPen(page, this.canvas, port.width, port.height), this.map, this.layout, port);
  }

  under(event) {
    const {state} = this.page;
    const box = this.scroller.getBoundingClientRect();
    const x = event.clientX - box.left + this.scroller.scrollLeft;
    const y = event.clientY - box.top + this.scroller.scrollTop;
    if (state.view === "map" && (event.clientX - box.left < this.layout.left || event.clientY - box.top < this.layout.top)) return null;
    const hit = drawing(this.page).at(this.map, this.layout, x, y);
    const same = hit && state.hover && ["query", "key", "side"].every(name => hit[name] === state.hover[name]);
    return same ? state.hover : hit;
  }

  key(event) {
    const {page} = this;
    const {state} = page;
    const last = this.map.units.length - 1;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
      Home: [0, -last], End: [0, last],
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const limit = (index, end) => Math.max(0, Math.min(end, index));
    if (state.view === "map") {
      const query = limit(Math.min(state.query, last) + move[0], last);
      page.change({hover: null, side: "query", query, key: limit(state.key + move[1], query)});
    } else {
      const side = move[1] === 0 ? state.side : move[1] < 0 ? "query" : "key";
      const index = limit(state[side] + move[0], last);
      const to = side === "query" ? {query: index, key: strongestKey(this.map, index)} : {key: index, query: strongestQuery(this.map, index)};
      page.change({hover: null, side, ...to});
    }
    this.reveal();
  }

  // Scrolls to the chosen cell.
  reveal() {
    const {x, y, width, height, left, top} = drawing(this.page).box(this.page.state, this.layout);
    const into = (start, size, from, edge, room) => start - from < edge ? start - edge : start + size - from > room ? start + size - room : from;
    const {scroller} = this;
    scroller.scrollTo(
      into(x, width, scroller.scrollLeft, left, scroller.clientWidth), into(y, height, scroller.scrollTop, top, scroller.clientHeight));
  }
}

// Computes a flow for as long as it is in view.
async function goOn(page, flow, layer) {
  if (flow.going) return;
  flow.going = true;
  for (let started = performance.now(); !flow.done;) {
    flow.go(page.state.query);
    if (performance.now() - started < 30 && !flow.done) continue;
    if (page.state.what !== "flow" || page.state.layer !== layer) break;
    if (flow.done) await page.takeMaps();
    else page.tell("values");
    await new Promise(resolve => setTimeout(resolve));
    started = performance.now();
  }
  flow.going = false;
}

// Returns the panels, which show the page's maps whenever they change.
export function showPanels(page) {
  const panels = [new Panel(page), new Panel(page)];
  const shown = () => panels.slice(0, page.maps.length);

  function showMaps() {
    const {maps, state} = page;
    byId("maps").replaceChildren(...shown().map(panel => panel.root));
    if (maps.length === 0) byId("maps").textContent = `${nameOf(state.layer, state.head)} is not in this recording.`;
    maps.forEach((map, i) => panels[i].show(map));
    for (const {flows, layer} of maps) flows.forEach(flow => setTimeout(() => goOn(page, flow, layer)));
  }

  page.watchIn("maps", changed => {
    if (changed.has("maps")) showMaps();
    else if (asksForMaps(changed)) return;   // they will arrive
    else if (changed.has("values")) shown().forEach(panel => panel.grow());
    else if (changed.has("zoom")) shown().forEach(panel => panel.resize());
    else if (["query", "key", "side", "hover", "search"].some(name => changed.has(name))) shown().forEach(panel => panel.draw());
  });
  new ResizeObserver(() => shown().forEach(panel => panel.resize())).observe(byId("maps"));
  return panels;
}
