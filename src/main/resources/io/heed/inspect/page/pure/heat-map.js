// A map as a heat map: its size, how a pen draws it, and which cell is where. Only a part of the drawing may be visible: `port` is that
// part, and labels stay at its edges.
import {kinds} from "./kinds.js";
import {luminance} from "./colours.js";
import {place} from "./maps.js";
import {labelOf} from "./words.js";

// The room for labels and for the names of the axes; `widthOf` measures text.
export const labelWidth = (map, widthOf) =>
  Math.ceil(Math.max(64, ...kinds[map.what].axes.map(axis => widthOf(axis) + 24), ...map.units.map(unit => widthOf(labelOf(unit))))) + 12;

export const heatMap = {
  layout(page, map, room, widthOf) {
    const gutter = labelWidth(map, widthOf);
    const fit = Math.floor(4 * (room - gutter - 2) / map.units.length) / 4;
    const size = Math.max(2, Math.min(40, fit)) * 1.5 ** page.state.zoom;
    const cell = Math.max(1, Math.min(60, size > 12 ? Math.floor(size) : size));
    const side = cell * map.units.length;
    return {cell, left: gutter, top: gutter, width: gutter + side + 2, height: gutter + side + 2};
  },

  draw(page, pen, map, {cell, left, top}, port) {
    const [x, y] = [left - port.x, top - port.y];
    const seen = range(map, cell, port, left, top);
    pen.clip(left, top, port.width - left, port.height - top, () => {
      pen.cells(map, x, y, cell);
      if (cell >= 10) grid(page, pen, map, x, y, cell);
      if (cell >= 28) numbers(page, pen, map, x, y, cell, seen);
      const {query, key} = page.mark;
      if (query < map.units.length && key <= query) pen.frame(x + key * cell, y + query * cell, cell, cell, page.palette.mark);
    });
    labels(page, pen, map, {cell, left, top, x, y}, port);
  },

  at(map, {cell, left, top}, x, y) {
    const [key, query] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
    return query >= 0 && key >= 0 && query < map.units.length && key <= query ? {query, key, side: "query"} : null;
  },

  // The place of the chosen cell, to scroll to.
  box({query, key}, {cell, left, top}) {
    return {x: left + key * cell, y: top + query * cell, width: cell, height: cell, left, top};
  },
};

function grid(page, pen, map, x, y, cell) {
  const side = cell * map.units.length;
  for (let i = 0; i <= map.units.length; i++) {
    pen.rect(x + i * cell - .5, y, 1, side, page.palette.grid);
    pen.rect(x, y + i * cell - .5, side, 1, page.palette.grid);
  }
}

function numbers(page, pen, map, x, y, cell, seen) {
  for (let query = seen.top; query < seen.bottom; query++) {
    for (let key = seen.left; key < Math.min(seen.right, query + 1); key++) {
      const value = map.values[place(query, key)];
      if (Math.abs(value) < Math.max(.005, page.state.threshold * map.top)) continue;
      const fill = luminance(page.colour(map, value)) > .5 ? "#1d2530" : "#ffffff";
      const text = value.toFixed(Math.abs(value) < 10 ? 2 : 1).replace(/^(-?)0/, "$1");
      pen.text(x + (key + .5) * cell, y + (query + .5) * cell, text, {size: 11, fill, anchor: "middle"});
    }
  }
}

function labels(page, pen, map, {cell, left, top, x, y}, port) {
  const {ink, soft, mark, paper} = page.palette;
  const stride = Math.max(1, Math.ceil(14 / cell));
  const {query, key} = page.mark;
  const fits = (at, edge, end) => at >= edge && at <= end;
  const put = (index, column, own) => {
    const at = (column ? x : y) + (index + .5) * cell;
    if (!fits(at, column ? left : top, column ? port.width : port.height)) return;
    const found = page.matches(map.units[index]);
    if (own && stride > 1) pen.rect(column ? at - 8 : 0, column ? 0 : at - 8, column ? 16 : left - 3, column ? top - 3 : 16, paper);
    const look = {fill: own || found ? mark : ink, bold: own || found};
    const text = (found ? "▸" : "") + labelOf(map.units[index]);
    if (column) pen.text(at, top - 6, text, {...look, turned: true});
    else pen.text(left - 6, at, text, {...look, anchor: "end"});
  };
  map.units.forEach((unit, i) => {
    const wanted = i % stride === 0 || page.matches(unit);
    if (wanted && i !== query) put(i, false, false);
    if (wanted && i !== key) put(i, true, false);
  });
  if (query < map.units.length) put(query, false, true);
  if (key < map.units.length) put(key, true, true);
  pen.text(left - 20, top - 32, `${kinds[map.what].axes[0]} ↓`, {size: 11, fill: soft, anchor: "end"});
  pen.text(left - 20, top - 18, `${kinds[map.what].axes[1]} →`, {size: 11, fill: soft, anchor: "end"});
}

// The visible rows and columns.
function range(map, cell, port, left, top) {
  const limit = index => Math.max(0, Math.min(map.units.length, index));
  return {
    left: limit(Math.floor(port.x / cell)), right: limit(Math.ceil((port.x + port.width - left) / cell)),
    top: limit(Math.floor(port.y / cell)), bottom: limit(Math.ceil((port.y + port.height - top) / cell)),
  };
}
