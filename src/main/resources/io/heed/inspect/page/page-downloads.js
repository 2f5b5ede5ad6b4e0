// What is shown, as a file.
function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}));
  element("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const fileName = (map, ending) => `${map.what}-layer-${map.layer}${kinds[map.what].whole ? "" : `-head-${map.head}`}${map.signed ? "-difference" : ""}.${ending}`;

// Draws a map whole, with a pen that is made for its size.
function drawWhole(map, penOf) {
  const layout = drawing().layout(map, 1000);
  const pen = penOf(layout.width, layout.height);
  drawing().draw(pen, map, layout, {x: 0, y: 0, width: layout.width, height: layout.height});
  return pen;
}

function saveSvg() {
  for (const map of current) {
    save(fileName(map, "svg"), String(drawWhole(map, (width, height) => new SvgPen(width, height))), "image/svg+xml");
  }
}

function savePng() {
  for (const map of current) {
    const canvas = element("canvas");
    drawWhole(map, (width, height) => new CanvasPen(canvas, width, height));
    canvas.toBlob(blob => save(fileName(map, "png"), blob, "image/png"));
  }
}

// Comma-separated values by RFC 4180, a row for each pair.
function csv(maps) {
  const quoted = text => `"${text.replaceAll('"', '""')}"`;
  const kind = kinds[maps[0].what];
  const scored = facts.scores && whole() && !maps[0].signed && !kind.whole;
  const numbers = maps[0].signed ? ["difference"] : [kind.file, ...scored ? ["score"] : []];
  const rows = [["recording", "layer", "head", "query", "query_token", "key", "key_token", ...numbers]];
  for (const map of maps) {
    const name = quoted(map.signed ? map.title : map.recording.label);
    map.units.forEach((reader, query) => {
      for (let key = 0; key <= query; key++) {
        const value = known(map.values[place(query, key)]);
        const score = scored ? [exact(map.recording.score(map.layer, map.head, query, key))] : [];
        rows.push([name, map.layer, kind.whole ? "" : map.head, query, quoted(reader.spelled), key, quoted(map.units[key].spelled), value, ...score]);
      }
    });
  }
  return rows.map(row => row.join(",") + "\r\n").join("");
}

function saveCsv() {
  save(fileName(current[0], "csv"), csv(current), "text/csv");
}
