// Saves what is shown as a file.
import {element} from "./elements.js";
import {drawing} from "./panel.js";
import {CanvasPen, SvgPen, widthOf} from "./pens.js";
import {csv} from "./pure/csv.js";
import {kinds} from "./pure/kinds.js";
import {shortened} from "./pure/words.js";

export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}));
  element("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const fileName = (map, ending) => `${map.what}-layer-${map.layer}${kinds[map.what].whole ? "" : `-head-${map.head}`}${map.signed ? "-difference" : ""}.${ending}`;

// Draws a whole map, with a pen made for its size, and below it what it shows.
function drawWhole(page, map, penOf) {
  const layout = drawing(page).layout(page, map, 1000, widthOf);
  const said = [[kinds[map.what].title(map.layer, map.head), map.title, page.model].filter(each => each).join(" · "), map.recording.text.trim()]
    .map(line => shortened(line, Math.max(20, Math.floor(layout.width / 7))));
  const pen = penOf(layout.width, layout.height + 44);
  drawing(page).draw(page, pen, map, layout, {x: 0, y: 0, width: layout.width, height: layout.height});
  said.forEach((line, i) => pen.text(4, layout.height + 14 + 18 * i, line, {size: 12, fill: page.palette.soft}));
  return pen;
}

export function saveSvg(page) {
  for (const map of page.maps) {
    save(fileName(map, "svg"), String(drawWhole(page, map, (width, height) => new SvgPen(page, width, height))), "image/svg+xml");
  }
}

export function savePng(page) {
  for (const map of page.maps) {
    const canvas = element("canvas");
    drawWhole(page, map, (width, height) => new CanvasPen(page, canvas, width, height));
    canvas.toBlob(blob => save(fileName(map, "png"), blob, "image/png"));
  }
}

export function saveCsv(page) {
  save(fileName(page.maps[0], "csv"), csv(page), "text/csv");
}
