// The controls on every page: view, colour scale, theme.
import {byId} from "./elements.js";

const views = () => document.querySelectorAll("[name=view]");

function show({state}) {
  byId("scale").value = state.scale;
  views().forEach(radio => radio.checked = radio.value === state.view);
  byId("theme").textContent = `Theme: ${state.theme}`;
  document.documentElement.dataset.theme = state.theme;
}

export function showLook(page) {
  byId("scale").addEventListener("change", () => page.change({scale: byId("scale").value}));
  views().forEach(radio => radio.addEventListener("change", () => page.change({view: radio.value})));
  byId("theme").addEventListener("click", () => page.nextTheme());
  page.system.addEventListener("change", () => page.tell("theme"));
  page.watch(() => show(page));
  show(page);
}
