// The overview: every head as a small map.
const overview = byId("heads");
const SMALL = 64;               // the largest side of a small map, in pixels
const buttons = new Map();      // by "layer head"
const waiting = new Set();
let drawingSmall = false;

function ordered() {
  const heads = [];
  for (let layer = 0; layer < first().layers; layer++) {
    for (let head = 0; head < first().heads; head++) {
      const wanted = (state.layerFilter < 0 || layer === state.layerFilter) && (state.headFilter < 0 || head === state.headFilter);
      if (wanted) heads.push({layer, head, name: `${layer} ${head}`});
    }
  }
  const measure = measures().get(state.sort);
  if (measure) {
    const value = each => measure.values.get(each.name) ?? NaN;
    const worth = each => Number.isFinite(value(each)) ? (measure.rising ? -1 : 1) * value(each) : -Infinity;
    heads.sort((a, b) => worth(b) - worth(a) || 0);
  }
  return heads;
}

function showOverview() {
  seeing.disconnect();
  waiting.clear();
  const heads = ordered();
  const perRow = state.headFilter < 0 && !measures().has(state.sort) ? first().heads : 0;
  overview.classList.toggle("dense", first().heads > 6);
  overview.style.gridTemplateColumns = perRow ? `repeat(${perRow}, max-content)` : "";
  overview.replaceChildren(...heads.map(each => buttonOf(each)));
  showChosen();
  heads.forEach(each => seeing.observe(buttons.get(each.name)));
}

function buttonOf({layer, head, name}) {
  if (!buttons.has(name)) {
    const button = element("button", {type: "button", tabIndex: -1}, element("canvas", {width: 1, height: 1}), element("span"));
    button.setAttribute("role", "radio");
    button.addEventListener("click", () => change({layer, head}));
    Object.assign(button, {layer, head});
    buttons.set(name, button);
  }
  const button = buttons.get(name);
  const measure = measures().get(state.sort);
  const value = measure ? number(measure.values.get(name)) : "";
  button.lastChild.textContent = measure ? `${layer}·${head}: ${value}` : `${layer}·${head}`;
  button.setAttribute("aria-label", nameOf(layer, head) + (measure ? `, ${state.sort} ${value}` : ""));
  return button;
}

function showChosen() {
  let stop = overview.firstElementChild;
  for (const button of overview.children) {
    const chosen = button.layer === state.layer && button.head === state.head;
    button.setAttribute("aria-checked", chosen);
    button.tabIndex = -1;
    if (chosen) stop = button;
  }
  if (stop) stop.tabIndex = 0;
}

// Small maps are drawn when they come into sight, a few at a time, so that the page answers meanwhile.
const seeing = new IntersectionObserver(entries => {
  for (const {target, isIntersecting} of entries) {
    if (isIntersecting) {
      seeing.unobserve(target);
      waiting.add(target);
    }
  }
  drawSmall();
});

async function drawSmall() {
  if (drawingSmall) return;
  drawingSmall = true;
  let started = performance.now();
  for (const button of waiting) {
    waiting.delete(button);
    await shownMaps;   // the large map goes first
    const map = await overviewMap(button.layer, button.head);
    if (map) {
      const small = pixels(map, Math.min(SMALL, map.units.length));
      button.firstChild.replaceWith(small);
    }
    if (performance.now() - started > 12) {
      await new Promise(resolve => setTimeout(resolve));
      started = performance.now();
    }
  }
  drawingSmall = false;
}

overview.addEventListener("keydown", event => {
  const shownHeads = [...overview.children];
  const at = shownHeads.indexOf(document.activeElement);
  const perRow = shownHeads.filter(button => button.offsetTop === shownHeads[0].offsetTop).length;
  const moves = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow, Home: -at, End: shownHeads.length - 1 - at};
  const next = shownHeads[at + moves[event.key]];
  if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (next) {
    next.focus();
    change({layer: next.layer, head: next.head});
  }
});

watch(changed => {
  const other = ["recording", "other", "comparison", "merge", "scale", "threshold", "theme", "sort", "layerFilter", "headFilter"];
  if (other.some(name => changed.has(name))) showOverview();
  else if (changed.has("layer") || changed.has("head")) showChosen();
});
