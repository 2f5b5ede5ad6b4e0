// Choices on a page with a theme: that of the system, unless a person chooses.
import {Choices} from "./choices.js";
import {palettes} from "./colours.js";

const THEMES = ["auto", "light", "dark"];

export class Themed extends Choices {
  // `system.matches` says whether the system's theme is dark.
  constructor(state, system) {
    super({...state, theme: "auto"});
    this.system = system;
  }

  nextTheme() {
    this.change({theme: THEMES[(THEMES.indexOf(this.state.theme) + 1) % THEMES.length]});
  }

  get dark() {
    return this.state.theme === "dark" || this.state.theme === "auto" && this.system.matches;
  }

  get palette() {
    return this.dark ? palettes.dark : palettes.light;
  }
}
