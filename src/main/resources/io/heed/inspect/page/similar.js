// Which heads read most like the chosen one.
import {byId, element} from "./elements.js";
import {alike, nameOf} from "./pure/heads.js";
import {number} from "./pure/numbers.js";

const MOST_ALIKE = 5;

export class Similar {
  constructor(page) {
    this.page = page;
    this.known = new Map();   // by recording, layer and head
    this.comparing = 0;
    page.watchIn("maps", changed => {
      if (["recording", "layer", "head", "tab"].some(name => changed.has(name))) this.show();
    });
  }

  // Compares the chosen head with all others, a few at a time, unless another is chosen meanwhile.
  async headsLike(recording, layer, head) {
    const name = `${recording.index} ${layer} ${head}`;
    if (this.known.has(name)) return this.known.get(name);
    const mine = ++this.comparing;
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
        await new Promise(resolve => setTimeout(resolve));
        if (mine !== this.comparing) return null;
        started = performance.now();
      }
    }
    all.sort((a, b) => b.alike - a.alike);
    this.known.set(name, all);
    return all;
  }

  async show() {
    const {page} = this;
    const [recording, {layer, head}] = [page.first, page.state];
    const there = recording.has(layer, head) && recording.layers * recording.heads > 1 && recording.length > 1;
    byId("similar").hidden = !there;
    if (!there) return;
    await page.taken;   // the large map goes first
    if (!this.known.has(`${recording.index} ${layer} ${head}`)) byId("similar-hint").textContent = "Comparing …";
    const all = await this.headsLike(recording, layer, head);
    if (!all || recording !== page.first || layer !== page.state.layer || head !== page.state.head) return;
    byId("similar-hint").textContent = "1 less the Jensen–Shannon divergence of their rows as a share of ln 2, the mean over queries: "
      + "1 alike, 0 no key in common.";
    byId("similar-heads").replaceChildren(...all.slice(0, MOST_ALIKE).map(other => {
      const button = element("button", {type: "button", textContent: nameOf(other.layer, other.head)});
      button.addEventListener("click", () => page.change({layer: other.layer, head: other.head}));
      return element("li", {}, button, ` ${page.about}${number(other.alike)}`);
    }));
  }
}
