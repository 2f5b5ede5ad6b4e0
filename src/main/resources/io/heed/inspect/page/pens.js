// The two pens that draw a map: on a canvas, and as an SVG file.
import {svg} from "./elements.js";
import {css} from "./pure/colours.js";
import {place} from "./pure/maps.js";
import {named} from "./pure/words.js";

const font = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif";
const measuring = document.createElement("canvas").getContext("2d");

// The width of a label.
export function widthOf(text) {
  measuring.font = `600 13px ${font}`;
  return measuring.measureText(text).width;
}

export class CanvasPen {
  constructor(page, canvas, width, height) {
    this.page = page;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.context = canvas.getContext("2d");
    this.context.scale(ratio, ratio);
    this.rect(0, 0, width, height, page.palette.paper);
  }

  rect(x, y, width, height, fill) {
    this.context.fillStyle = fill;
    this.context.fillRect(x, y, width, height);
  }

  frame(x, y, width, height, stroke) {
    this.context.strokeStyle = stroke;
    this.context.lineWidth = 2;
    this.context.strokeRect(x, y, width, height);
  }

  text(x, y, text, {size = 13, fill = this.page.palette.ink, anchor = "start", turned = false, bold = false} = {}) {
    const {context} = this;
    context.save();
    context.translate(x, y);
    if (turned) context.rotate(-Math.PI / 2);
    context.font = `${bold ? "600 " : ""}${size}px ${font}`;
    context.textAlign = anchor === "middle" ? "center" : anchor;
    context.textBaseline = "middle";
    context.fillStyle = fill;
    context.fillText(text, 0, 0);
    context.restore();
  }

  curve(x1, y1, x2, y2, stroke, width, alpha) {
    const {context} = this;
    const middle = (x1 + x2) / 2;
    context.globalAlpha = alpha;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
    context.stroke();
    context.globalAlpha = 1;
  }

  clip(x, y, width, height, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }

  // All cells of a map at once: an enlarged picture of one pixel per cell.
  cells(map, x, y, cell) {
    const side = map.units.length * cell;
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(picture(this.page, map), x, y, side, side);
  }
}

// A map as a picture of one pixel per cell, kept with the map until the colours change.
function picture(page, map) {
  const look = `${page.state.scale} ${page.state.threshold} ${page.dark}`;
  if (map.look !== look) {
    map.look = look;
    map.picture = pixels(page, map, map.units.length);
  }
  return map.picture;
}

// At most `side` pixels a side: a pixel shows the strongest of its cells.
export function pixels(page, map, side) {
  const length = map.units.length;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  const strongest = new Float32Array(side * side);
  const seen = new Uint8Array(side * side);
  for (let query = 0, at = 0; query < length; query++) {
    const row = Math.floor(query * side / length) * side;
    for (let key = 0; key <= query; key++, at++) {
      const pixel = row + Math.floor(key * side / length);
      seen[pixel] = 1;
      if (Math.abs(map.values[at]) > Math.abs(strongest[pixel])) strongest[pixel] = map.values[at];
    }
  }
  const colours = page.palette;
  for (let pixel = 0; pixel < side * side; pixel++) {
    const rgb = seen[pixel] ? page.colour(map, strongest[pixel], colours) : colours.hidden;
    image.data[4 * pixel] = rgb[0];
    image.data[4 * pixel + 1] = rgb[1];
    image.data[4 * pixel + 2] = rgb[2];
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

// XML allows neither control characters nor halves of an emoji.
const forXml = text => text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

export class SvgPen {
  constructor(page, width, height) {
    this.page = page;
    this.root = this.make("svg", {viewBox: `0 0 ${width} ${height}`, width, height, "font-family": font});
    this.rect(0, 0, width, height, page.palette.paper);
  }

  make(name, attributes) {
    const made = svg(name, attributes);
    this.root?.append(made);
    return made;
  }

  rect(x, y, width, height, fill) {
    return this.make("rect", {x, y, width, height, fill});
  }

  frame(x, y, width, height, stroke) {
    this.make("rect", {x, y, width, height, stroke, fill: "none", "stroke-width": 2});
  }

  text(x, y, text, {size = 13, fill = this.page.palette.ink, anchor = "start", turned = false, bold = false} = {}) {
    const made = this.make("text", {
      transform: `translate(${x} ${y})${turned ? " rotate(-90)" : ""}`, "font-size": size, fill, "text-anchor": anchor, dy: ".35em",
      "font-weight": bold ? 600 : 400, "xml:space": "preserve",
    });
    made.textContent = forXml(text);
  }

  curve(x1, y1, x2, y2, stroke, width, alpha) {
    const middle = (x1 + x2) / 2;
    this.path(`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`, stroke, width, alpha);
  }

  path(d, stroke, width, alpha) {
    this.make("path", {d, stroke, "stroke-width": width, "stroke-opacity": alpha, fill: "none"});
  }

  outline(x, y, width, height, stroke, thick) {
    this.make("rect", {x, y, width, height, rx: 6, stroke, fill: "none", "stroke-width": thick});
  }

  clip(x, y, width, height, draw) {
    draw();   // a file has room for all of it
  }

  cells(map, x, y, cell) {
    const {page} = this;
    this.rect(x, y, map.units.length * cell, map.units.length * cell, css(page.palette.hidden));
    map.units.forEach((reader, query) => {
      for (let key = 0; key <= query; key++) {
        const value = map.values[place(query, key)];
        const made = this.rect(x + key * cell, y + query * cell, cell, cell, css(page.colour(map, value)));
        made.append(svg("title", {}, forXml(`${named(reader)} reads ${named(map.units[key])}: ${page.known(value)}`)));
      }
    });
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }
}
