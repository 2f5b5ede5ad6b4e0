// Colours, and the two things a map is drawn with: a canvas, and an SVG file.

// Each scale is told apart by lightness alone; the two of a difference are blue and orange, which the colour-blind tell apart too.
const palettes = {
  light: {
    paper: "#ffffff", ink: "#1d2530", soft: "#5b6675", mark: "#b3400a", hidden: [241, 243, 246], grid: "#e3e7ed",
    scale: [[255, 255, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]],
    less: [[255, 255, 255], [253, 208, 162], [253, 141, 60], [217, 72, 1], [127, 39, 4]],
  },
  dark: {
    paper: "#12171f", ink: "#e6ebf2", soft: "#9aa7b8", mark: "#fb923c", hidden: [27, 33, 43], grid: "#232c39",
    scale: [[18, 23, 31], [24, 58, 104], [42, 112, 176], [126, 186, 222], [255, 246, 204]],
    less: [[18, 23, 31], [92, 44, 16], [176, 82, 22], [247, 150, 74], [255, 226, 190]],
  },
};
const palette = () => dark() ? palettes.dark : palettes.light;

// A scale's colours in 256 steps, worked out once.
const steps = new Map();
function stepsOf(stops) {
  if (!steps.has(stops)) {
    steps.set(stops, Array.from({length: 256}, (_, step) => {
      const at = step / 255 * (stops.length - 1);
      const below = Math.min(stops.length - 2, Math.floor(at));
      return stops[below].map((from, channel) => Math.round(from + (at - below) * (stops[below + 1][channel] - from)));
    }));
  }
  return steps.get(stops);
}

function colour(map, value, {scale, less} = palette()) {
  return stepsOf(map.signed && value < 0 ? less : scale)[Math.round(255 * Math.min(1, strength(map, value)))];
}
const css = rgb => `rgb(${rgb.join(",")})`;
const luminance = rgb => (.299 * rgb[0] + .587 * rgb[1] + .114 * rgb[2]) / 255;
const font = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif";

class CanvasPen {
  constructor(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.context = canvas.getContext("2d");
    this.context.scale(ratio, ratio);
    this.rect(0, 0, width, height, palette().paper);
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

  text(x, y, text, {size = 13, fill = palette().ink, anchor = "start", turned = false, bold = false} = {}) {
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

  // All cells of a map in one go: a picture of a pixel each, enlarged.
  cells(map, x, y, cell) {
    const side = map.units.length * cell;
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(picture(map), x, y, side, side);
  }
}

// A map as a picture of one pixel a cell. It is kept with the map until the colours change.
function picture(map) {
  const look = `${state.scale} ${state.threshold} ${dark()}`;
  if (map.look !== look) {
    map.look = look;
    map.picture = pixels(map, map.units.length);
  }
  return map.picture;
}

// At most `side` pixels a side: a pixel shows the strongest of its cells.
function pixels(map, side) {
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
  const colours = palette();
  for (let pixel = 0; pixel < side * side; pixel++) {
    const rgb = seen[pixel] ? colour(map, strongest[pixel], colours) : colours.hidden;
    image.data[4 * pixel] = rgb[0];
    image.data[4 * pixel + 1] = rgb[1];
    image.data[4 * pixel + 2] = rgb[2];
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

// XML has no place for control characters and halves of an emoji.
const forXml = text => text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

class SvgPen {
  constructor(width, height) {
    this.namespace = "http://www.w3.org/2000/svg";
    this.root = this.make("svg", {viewBox: `0 0 ${width} ${height}`, width, height, "font-family": font});
    this.rect(0, 0, width, height, palette().paper);
  }

  make(name, attributes) {
    const made = document.createElementNS(this.namespace, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    this.root?.append(made);
    return made;
  }

  rect(x, y, width, height, fill) {
    return this.make("rect", {x, y, width, height, fill});
  }

  frame(x, y, width, height, stroke) {
    this.make("rect", {x, y, width, height, stroke, fill: "none", "stroke-width": 2});
  }

  text(x, y, text, {size = 13, fill = palette().ink, anchor = "start", turned = false, bold = false} = {}) {
    const made = this.make("text", {
      transform: `translate(${x} ${y})${turned ? " rotate(-90)" : ""}`, "font-size": size, fill, "text-anchor": anchor, dy: ".35em",
      "font-weight": bold ? 600 : 400, "xml:space": "preserve",
    });
    made.textContent = forXml(text);
  }

  curve(x1, y1, x2, y2, stroke, width, alpha) {
    const middle = (x1 + x2) / 2;
    const d = `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    this.make("path", {d, stroke, "stroke-width": width, "stroke-opacity": alpha, fill: "none"});
  }

  clip(x, y, width, height, draw) {
    draw();   // a file has room for all of it
  }

  cells(map, x, y, cell) {
    this.rect(x, y, map.units.length * cell, map.units.length * cell, css(palette().hidden));
    map.units.forEach((reader, query) => {
      for (let key = 0; key <= query; key++) {
        const value = map.values[place(query, key)];
        const made = this.rect(x + key * cell, y + query * cell, cell, cell, css(colour(map, value)));
        const title = document.createElementNS(this.namespace, "title");
        title.textContent = forXml(`${named(reader)} reads ${named(map.units[key])}: ${known(value)}`);
        made.append(title);
      }
    });
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }
}
