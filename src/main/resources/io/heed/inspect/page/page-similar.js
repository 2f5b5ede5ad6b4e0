// Which heads read most like the chosen one.
const MOST_ALIKE = 5;
const term = p => p > 0 ? -p * Math.log(p) : 0;

// One less the Jensen–Shannon divergence of two heads' rows as a share of ln 2, the mean over queries but the first.
function alike(one, other, length) {
  let sum = 0;
  for (let query = 1, at = 1; query < length; query++) {
    let divergence = 0;
    for (let key = 0; key <= query; key++, at++) {
      divergence += term((one[at] + other[at]) / 2) - (term(one[at]) + term(other[at])) / 2;
    }
    sum += Math.max(0, divergence);
  }
  return Math.max(0, 1 - sum / (length - 1) / Math.LN2);
}

const alikeCache = new Map();
let comparing = 0;

// Compares the chosen head with all others, a few at a time, unless another is chosen meanwhile.
async function similarHeads(recording, layer, head) {
  const name = `${recording.index} ${layer} ${head}`;
  if (alikeCache.has(name)) return alikeCache.get(name);
  const mine = ++comparing;
  await recording.load(layer, head);
  const own = recording.weights(layer, head);
  const all = [];
  let started = performance.now();
  for (let i = 0; i < recording.layers * recording.heads; i++) {
    const other = {layer: Math.floor(i / recording.heads), head: i % recording.heads};
    if (other.layer === layer && other.head === head) continue;
    await recording.load(other.layer, other.head);
    all.push({...other, alike: alike(own, recording.weights(other.layer, other.head), recording.length)});
    if (performance.now() - started > 12) {
      await breathe();
      if (mine !== comparing) return null;
      started = performance.now();
    }
  }
  all.sort((a, b) => b.alike - a.alike);
  alikeCache.set(name, all);
  return all;
}

async function showSimilar() {
  const [recording, {layer, head}] = [first(), state];
  const there = recording.has(layer, head) && recording.layers * recording.heads > 1 && recording.length > 1;
  byId("similar").hidden = !there;
  if (!there) return;
  await shownMaps;   // the large map goes first
  if (!alikeCache.has(`${recording.index} ${layer} ${head}`)) byId("similar-hint").textContent = "Comparing …";
  const all = await similarHeads(recording, layer, head);
  if (!all || recording !== first() || layer !== state.layer || head !== state.head) return;
  byId("similar-hint").textContent = "1 less the Jensen–Shannon divergence of their rows as a share of ln 2, the mean over queries: "
    + "1 alike, 0 no key in common.";
  byId("similar-heads").replaceChildren(...all.slice(0, MOST_ALIKE).map(other => {
    const button = element("button", {type: "button", textContent: nameOf(other.layer, other.head)});
    button.addEventListener("click", () => change({layer: other.layer, head: other.head}));
    return element("li", {}, button, ` ${rounded}${number(other.alike)}`);
  }));
}

watch(changed => {
  if (["recording", "layer", "head"].some(name => changed.has(name))) showSimilar();
});
