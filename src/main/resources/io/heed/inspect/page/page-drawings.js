// The two drawings of a map: a heat map, and lines between who reads and who is read. A drawing is larger than what is seen of it:
// `port` is the part that is seen, and labels stay at its edges.
const measuring = document.createElement("canvas").getContext("2d");
const labelOf = (unit, letters = 18) => shortened(unit.label, letters - unit.place.length) + unit.place;

function labelWidth(map) {
  measuring.font = `600 13px ${font}`;
  return Math.ceil(Math.max(64, ...map.units.map(unit => measuring.measureText(labelOf(unit)).width))) + 12;
}

const heatMap = {
  layout(map, room) {
    const gutter = labelWidth(map);
    const fit = Math.floor(4 * (room - gutter - 2) / map.units.length) / 4;
    const size = Math.max(2, Math.min(40, fit)) * 1.5 ** state.zoom;
    const cell = Math.max(1, Math.min(60, size > 12 ? Math.floor(size) : size));
    const side = cell * map.units.length;
    return {cell, left: gutter, top: gutter, width: gutter + side + 2, height: gutter + side + 2};
  },

  draw(pen, map, {cell, left, top}, port) {
    const [x, y] = [left - port.x, top - port.y];
    const seen = range(map, cell, port, left, top);
    pen.clip(left, top, port.width - left, port.height - top, () => {
      pen.cells(map, x, y, cell);
      if (cell >= 10) this.grid(pen, map, x, y, cell);
      if (cell >= 28) this.numbers(pen, map, x, y, cell, seen);
      const {query, key} = mark();
      if (query < map.units.length && key <= query) pen.frame(x + key * cell, y + query * cell, cell, cell, palette().mark);
    });
    this.labels(pen, map, {cell, left, top, x, y}, port);
  },

  grid(pen, map, x, y, cell) {
    const side = cell * map.units.length;
    for (let i = 0; i <= map.units.length; i++) {
      pen.rect(x + i * cell - .5, y, 1, side, palette().grid);
      pen.rect(x, y + i * cell - .5, side, 1, palette().grid);
    }
  },

  numbers(pen, map, x, y, cell, seen) {
    for (let query = seen.top; query < seen.bottom; query++) {
      for (let key = seen.left; key < Math.min(seen.right, query + 1); key++) {
        const value = map.values[place(query, key)];
        if (Math.abs(value) < Math.max(.005, state.threshold * map.top)) continue;
        const fill = luminance(colour(map, value)) > .5 ? "#1d2530" : "#ffffff";
        const text = value.toFixed(Math.abs(value) < 10 ? 2 : 1).replace(/^(-?)0/, "$1");
        pen.text(x + (key + .5) * cell, y + (query + .5) * cell, text, {size: 11, fill, anchor: "middle"});
      }
    }
  },

  labels(pen, map, {cell, left, top, x, y}, port) {
    const stride = Math.max(1, Math.ceil(14 / cell));
    const {query, key} = mark();
    const fits = (at, edge, end) => at >= edge && at <= end;
    const put = (index, column, own) => {
      const at = (column ? x : y) + (index + .5) * cell;
      if (!fits(at, column ? left : top, column ? port.width : port.height)) return;
      const found = matches(map.units[index]);
      if (own && stride > 1) pen.rect(column ? at - 8 : 0, column ? 0 : at - 8, column ? 16 : left - 3, column ? top - 3 : 16, palette().paper);
      const look = {fill: own || found ? palette().mark : palette().ink, bold: own || found};
      const text = (found ? "▸" : "") + labelOf(map.units[index]);
      if (column) pen.text(at, top - 6, text, {...look, turned: true});
      else pen.text(left - 6, at, text, {...look, anchor: "end"});
    };
    map.units.forEach((unit, i) => {
      const wanted = i % stride === 0 || matches(unit);
      if (wanted && i !== query) put(i, false, false);
      if (wanted && i !== key) put(i, true, false);
    });
    if (query < map.units.length) put(query, false, true);
    if (key < map.units.length) put(key, true, true);
    pen.text(left - 20, top - 32, `${kinds[map.what].axes[0]} ↓`, {size: 11, fill: palette().soft, anchor: "end"});
    pen.text(left - 20, top - 18, `${kinds[map.what].axes[1]} →`, {size: 11, fill: palette().soft, anchor: "end"});
  },

  at(map, {cell, left, top}, x, y) {
    const [key, query] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
    return query >= 0 && key >= 0 && query < map.units.length && key <= query ? {query, key, side: "query"} : null;
  },

  // Where the chosen cell lies, to scroll to.
  box(map, {cell, left, top}) {
    return {x: left + state.key * cell, y: top + state.query * cell, width: cell, height: cell, left, top};
  },
};

// Which rows and columns can be seen.
function range(map, cell, port, left, top) {
  const limit = index => Math.max(0, Math.min(map.units.length, index));
  return {
    left: limit(Math.floor(port.x / cell)), right: limit(Math.ceil((port.x + port.width - left) / cell)),
    top: limit(Math.floor(port.y / cell)), bottom: limit(Math.ceil((port.y + port.height - top) / cell)),
  };
}

// More lines than these for each row in sight would cover each other.
const LINES_PER_ROW = 10;
const SMALLEST_GAP = 140;

const lines = {
  layout(map, room) {
    const gutter = Math.max(60, Math.min(labelWidth(map), Math.floor((room - SMALLEST_GAP) / 2)));
    const row = Math.max(16, Math.min(60, Math.round(22 * 1.5 ** state.zoom)));
    const width = Math.min(room, 2 * gutter + 380);
    return {row, letters: Math.min(18, Math.floor((gutter - 20) / 7.5)), left: gutter, right: width - gutter, top: 26, width, height: 26 + row * map.units.length + 4};
  },

  draw(pen, map, layout, port) {
    const {row, letters, left, right, top} = layout;
    const y = index => top - port.y + (index + .5) * row;
    pen.clip(0, top, port.width, port.height - top, () => {
      for (const line of this.strongest(map, layout, port)) {
        const stroke = line.value < 0 ? css(palette().less[3]) : line.led ? palette().mark : css(palette().scale[3]);
        pen.curve(left, y(line.query), right, y(line.key), stroke, 1 + 3 * line.strength, Math.min(1, .08 + .92 * line.strength));
      }
      map.units.forEach((unit, i) => {
        if (y(i) < top - row || y(i) > port.height + row) return;
        for (const [side, x, anchor] of [["query", left - 6, "end"], ["key", right + 6, "start"]]) {
          const own = mark()[side] === i && mark().side === side;
          const found = matches(unit);
          pen.text(x, y(i), (found ? "▸" : "") + labelOf(unit, letters), {anchor, bold: own || found, fill: own || found ? palette().mark : palette().ink});
        }
      });
    });
    pen.rect(0, 0, port.width, top - 4, palette().paper);
    pen.text(left - 6, 11, kinds[map.what].axes[0], {size: 11, fill: palette().soft, anchor: "end"});
    pen.text(right + 6, 11, kinds[map.what].axes[1], {size: 11, fill: palette().soft});
  },

  // The lines to draw, the strongest last: those of the token under the pointer alone, or those of all queries in sight.
  strongest(map, {row}, port) {
    const {side} = mark();
    const led = mark()[side];
    const found = [];
    const [from, to] = [port.y / row - 2, (port.y + port.height) / row + 2];
    map.units.forEach((_, query) => {
      for (let key = 0; key <= query; key++) {
        const own = (side === "query" ? query : key) === led;
        if (!own && (state.hover || query < from || query > to)) continue;
        const value = map.values[place(query, key)];
        const strong = strength(map, value);
        if (strong >= .01) found.push({query, key, value, strength: Math.min(1, strong), led: own});
      }
    });
    found.sort((a, b) => a.led - b.led || a.strength - b.strength);
    return state.hover ? found : found.slice(-Math.ceil(LINES_PER_ROW * (to - from)));
  },

  at(map, {row, left, right, top}, x, y) {
    const index = Math.floor((y - top) / row);
    if (index < 0 || index >= map.units.length) return null;
    return x < (left + right) / 2
      ? {side: "query", query: index, key: strongestKey(map, index)}
      : {side: "key", key: index, query: strongestQuery(map, index)};
  },

  box(map, {row, top}) {
    return {x: 0, y: top + state[state.side] * row, width: 1, height: row, left: 0, top};
  },
};

function strongestKey(map, query) {
  let best = 0;
  for (let key = 1; key <= query; key++) {
    if (Math.abs(map.values[place(query, key)]) > Math.abs(map.values[place(query, best)])) best = key;
  }
  return best;
}

function strongestQuery(map, key) {
  let best = key;
  for (let query = key + 1; query < map.units.length; query++) {
    if (Math.abs(map.values[place(query, key)]) > Math.abs(map.values[place(best, key)])) best = query;
  }
  return best;
}

const drawing = () => state.view === "map" ? heatMap : lines;
