// Beside the map: the cell's exact numbers, what the head does, what the layers would say, and the row as a table.
const rounded = facts.bits === 32 ? "" : "≈ ";
const strong = text => element("b", {textContent: text});
const line = (...parts) => element("span", {}, ...parts);

function table(id, caption, headings, rows, chosen = -1) {
  const head = element("tr", {}, ...headings.map(text => element("th", {scope: "col", textContent: text})));
  const body = rows.map((cells, i) => {
    const made = element("tr", {className: i === chosen ? "on" : ""}, ...cells.map((cell, column) =>
      column === 0 ? element("th", {scope: "row", textContent: cell}) : element("td", {textContent: cell})));
    return made;
  });
  byId(id).replaceChildren(element("caption", {textContent: caption}), element("thead", {}, head), element("tbody", {}, ...body));
}

let tableTimer = 0;
function showDetails() {
  if (current.length === 0) return;
  showCell();
  clearTimeout(tableTimer);
  tableTimer = setTimeout(() => {
    showTerms();
    showRow();
    showHead();
    showLens();
  }, state.hover ? 60 : 0);
}

const whole = () => current[0].units.length === current[0].recording.length;   // no words were merged

function showCell() {
  const {query, key} = mark();
  const lines = current.filter(map => query < map.units.length && key <= query).map(map => {
    const value = map.values[place(query, key)];
    const {number: name, verb, whole: all} = kinds[map.what];
    const parts = [strong(named(map.units[query])), ` ${verb} `, strong(named(map.units[key]))];
    const made = [line(...parts, map.title ? ` · ${map.title}` : ""), line(`${map.signed ? "difference" : name} ${rounded}${known(value)}`)];
    if (!map.signed && !all && map.units.length === map.recording.length) {
      if (map.what === "value") {
        const length = map.recording.lengthsOf(map.layer, map.head)[key];
        const weight = map.recording.weights(map.layer, map.head)[place(query, key)];
        made.push(line(`weight ${rounded}${known(weight)} times ‖v·W_O‖ = ${exact(length)}`));
      }
      if (facts.scores) made.push(line(`score q·k/√D = ${exact(map.recording.score(map.layer, map.head, query, key))}`));
      const surprise = map.recording.surprise[query - 1];
      if (surprise !== undefined) made.push(line(`the model gave ${inQuotes(map.units[query].label)} a probability of ${number(Math.exp(-surprise))} here`));
    }
    return element("p", {}, ...made);
  });
  if (!whole()) lines.push(element("p", {className: "hint", textContent: "Words: the sum over a key's tokens, the mean over a query's."}));
  byId("cell").replaceChildren(...lines);
}

function showTerms() {
  const map = current[0];
  const {query, key} = mark();
  const there = facts.queriesAndKeys && whole() && !map.signed && !kinds[map.what].whole && key <= query;
  byId("score").hidden = !there;
  if (!there) return;
  const terms = map.recording.terms(map.layer, map.head, query, key);
  const sum = terms.reduce((total, {term}) => total + term, 0);
  const most = [...terms].sort((a, b) => Math.abs(b.term) - Math.abs(a.term)).slice(0, 6);
  table("terms-table", `The largest of ${terms.length} terms; all sum to ${number(sum)}`, ["dimension", "q", "k", "q·k/√D"],
    most.map(({dimension, q, k, term}) => [dimension, number(q), number(k), number(term)]));
  drawTerms(byId("terms"), terms);
}

function drawTerms(canvas, terms) {
  const [width, height] = [300, 60];
  const pen = new CanvasPen(canvas, width, height);
  const top = Math.max(...terms.map(({term}) => Math.abs(term)), 1e-9);
  const step = width / terms.length;
  terms.forEach(({dimension, term}) => {
    const tall = Math.abs(term) / top * (height / 2 - 1);
    const fill = css((term < 0 ? palette().less : palette().scale)[3]);
    pen.rect(dimension * step, term < 0 ? height / 2 : height / 2 - tall, Math.max(1, step - 1), tall, fill);
  });
  pen.rect(0, height / 2 - .5, width, 1, palette().soft);
}

function showRow() {
  const {side} = mark();
  const index = mark()[side];
  const map = current[0];
  if (index >= map.units.length) return;
  const token = map.units[index].label;
  const others = current.filter(each => index < each.units.length);
  const from = side === "query" ? 0 : index;
  const to = side === "query" ? index : map.units.length - 1;
  const value = (each, i) => side === "query" ? each.values[place(index, i)] : each.values[place(i, index)];
  const rows = [];
  for (let i = from; i <= to; i++) {
    rows.push([`${i} ${map.units[i].label}`, ...others.map(each => i < each.units.length ? known(value(each, i)) : "–")]);
  }
  const kind = kinds[map.what];
  const name = each => each.signed ? "difference" : each.title || kind.number;
  const caption = (side === "query" ? kind.row : kind.column)(`${token} (${index})`);
  const chosen = (side === "query" ? mark().key : mark().query) - from;
  table("row-table", caption, [side === "query" ? "key" : "query", ...others.map(name)], rows, chosen);
}

const ofRecording = () => recordings.length > 1 ? ` (${shortened(first().label, 40)})` : "";

function showHead() {
  const {layer, head} = state;
  const card = found(first().cards, layer, head);
  byId("card").hidden = !card;
  if (card) {
    byId("card-title").textContent = `What this head does in this text${ofRecording()}`;
    byId("card-sentence").textContent = card.sentence;
    byId("card-elsewhere").hidden = !card.elsewhere;
    byId("card-elsewhere").textContent = `Elsewhere: ${card.elsewhere}`;
    const rows = Object.entries(card.measures).map(([name, value]) => [name, number(value), rank(name, `${layer} ${head}`)]);
    table("card-measures", "Its figures", ["measure", "value", "rank"], rows);
  }
  const ablation = found(first().ablations, layer, head);
  byId("ablation").hidden = !ablation;
  if (ablation) {
    byId("ablation-title").textContent = `Without this head${ofRecording()}`;
    const {shown, probability} = first().prediction;
    const sign = value => (value > 0 ? "+" : "") + number(value);
    byId("ablation-text").textContent = `The log-probability of ${inQuotes(shown)}, the likeliest next token (${percent(probability)}), changes by `
      + `${sign(ablation.zero)} nats when its output is zero (rank ${rank("loss without it (zero)", `${layer} ${head}`)}), and by `
      + `${sign(ablation.mean)} when it is its mean.`;
  }
}

const percent = probability => `${(100 * probability).toFixed(0)} %`;

async function showLens() {
  const recording = first();
  const layers = await recording.layersSay();
  if (recording !== first()) return;   // another was chosen meanwhile
  byId("lens").hidden = layers.length === 0;
  if (layers.length === 0) return;
  byId("lens-title").textContent = `What each layer would say next${ofRecording()}`;
  const all = units(recording);
  const {tokens} = all[Math.min(mark().query, all.length - 1)];
  const position = tokens[tokens.length - 1];
  byId("lens-hint").textContent = `after ${inQuotes(recording.tokens[position].shown)} (${position}), by the logit lens`;
  const rows = layers.map(({layer, positions}) => [
    layer < 0 ? "embedding" : `layer ${layer}`,
    ...(positions[position] ?? []).slice(0, 3).map(({shown, probability}) => `${shown} ${percent(probability)}`)]);
  const columns = Math.max(...rows.map(row => row.length)) - 1;
  table("lens-table", "The likeliest tokens after each layer", ["after", ...Array.from({length: columns}, (_, i) => `${i + 1}.`)], rows);
}
