// The temperature at which the next word is drawn, as a slider over the bars: they follow it before a word is drawn.
import {element} from "./elements.js";

const [LEAST, MOST, STEP] = [.1, 2, .1];

export class Temperature {
  constructor(page) {
    this.page = page;
    this.slider = element("input", {type: "range", id: "temperature", min: LEAST, max: MOST, step: STEP, value: page.state.temperature});
    this.value = element("output", {htmlFor: "temperature"});
    this.root = element("p", {className: "temperature"}, element("label", {htmlFor: "temperature", textContent: "Temperature"}),
      element("small", {textContent: "hard"}), this.slider, element("small", {textContent: "soft"}), this.value);
    this.slider.addEventListener("input", () => this.follow());
  }

  // The next word is drawn after the last one, and only where the model can be asked.
  show({recording, position, temperature}) {
    this.root.hidden = !recording.asks || position < recording.length - 1;
    if (!this.following) this.slider.value = temperature;
    this.value.textContent = temperature.toFixed(1);
  }

  // The bars follow as fast as the model answers, and in the end show the last temperature that was chosen.
  async follow() {
    if (this.following) return;
    this.following = true;
    try {
      while (this.page.state.temperature !== +this.slider.value) {
        this.page.change({temperature: +this.slider.value});
        await this.page.told;
      }
    } finally {
      this.following = false;
    }
  }
}
