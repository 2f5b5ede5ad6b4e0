// A map as lines from the token that reads, on the left, to the token that is read, on the right: which are drawn, how, and which token is where.
import {css} from "./colours.js";
import {labelWidth} from "./heat-map.js";
import {kinds} from "./kinds.js";
import {place, strongestKey, strongestQuery} from "./maps.js";
import {labelOf} from "./words.js";

// More lines than this per visible row would cover each other.
export const LINES_PER_ROW = 10;
const SMALLEST_GAP = 140;

export const arcs = {
  layout(page, map, room, widthOf) {
    const gutter = Math.max(60, Math.min(labelWidth(map, widthOf), Math.floor((room - SMALLEST_GAP) / 2)));
    const row = Math.max(16, Math.min(60, Math.round(22 * 1.5 ** page.state.zoom)));
    const width = Math.min(room, 2 * gutter + 380);
    return {row, letters: Math.min(18, Math.floor((gutter - 20) / 7.5)), left: gutter, right: width - gutter, top: 26, width, height: 26 + row * map.units.length + 4};
  },

  draw(page, pen, map, layout, port) {
    const {row, letters, left, right, top} = layout;
    const {ink, soft, mark, paper, scale, less} = page.palette;
    const y = index => top - port.y + (index + .5) * row;
    pen.clip(0, top, port.width, port.height - top, () => {
      for (const arc of strongest(page, map, layout, port)) {
        const stroke = arc.value < 0 ? css(less[3]) : arc.led ? mark : css(scale[3]);
        pen.curve(left, y(arc.query), right, y(arc.key), stroke, 1 + 3 * arc.strength, Math.min(1, .08 + .92 * arc.strength));
      }
      map.units.forEach((unit, i) => {
        if (y(i) < top - row || y(i) > port.height + row) return;
        for (const [side, x, anchor] of [["query", left - 6, "end"], ["key", right + 6, "start"]]) {
          const own = page.mark[side] === i && page.mark.side === side;
          const found = page.matches(unit);
          pen.text(x, y(i), (found ? "▸" : "") + labelOf(unit, letters), {anchor, bold: own || found, fill: own || found ? mark : ink});
        }
      });
    });
    pen.rect(0, 0, port.width, top - 4, paper);
    pen.text(left - 6, 11, kinds[map.what].axes[0], {size: 11, fill: soft, anchor: "end"});
    pen.text(right + 6, 11, kinds[map.what].axes[1], {size: 11, fill: soft});
  },

  at(map, {row, left, right, top}, x, y) {
    const index = Math.floor((y - top) / row);
    if (index < 0 || index >= map.units.length) return null;
    return x < (left + right) / 2
      ? {side: "query", query: index, key: strongestKey(map, index)}
      : {side: "key", key: index, query: strongestQuery(map, index)};
  },

  box(chosen, {row, top}) {
    return {x: 0, y: top + chosen[chosen.side] * row, width: 1, height: row, left: 0, top};
  },
};

// The lines to draw, the strongest last: only those of the token under the pointer, or those of all visible queries.
export function strongest(page, map, {row}, port) {
  const {side} = page.mark;
  const led = page.mark[side];
  const found = [];
  const [from, to] = [port.y / row - 2, (port.y + port.height) / row + 2];
  map.units.forEach((_, query) => {
    for (let key = 0; key <= query; key++) {
      const own = (side === "query" ? query : key) === led;
      if (!own && (page.state.hover || query < from || query > to)) continue;
      const value = map.values[place(query, key)];
      const strong = page.strength(map, value);
      if (strong >= .01) found.push({query, key, value, strength: Math.min(1, strong), led: own});
    }
  });
  found.sort((a, b) => a.led - b.led || a.strength - b.strength);
  return page.state.hover ? found : found.slice(-Math.ceil(LINES_PER_ROW * (to - from)));
}
