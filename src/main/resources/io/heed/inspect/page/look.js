// How a page looks: its theme and, where there are maps, their view and colour scale.
import {byId} from "./elements.js";

const views = () => document.querySelectorAll("[name=view]");

function show({state}) {
  byId("scale").value = state.scale;
  views().forEach(radio => radio.checked = radio.value === state.view);
}

function showThemeOf({state}) {
  byId("theme").textContent = `Theme: ${state.theme}`;
  document.documentElement.dataset.theme = state.theme;
}

// The button with which a person chooses the theme of a page.
export function showTheme(page) {
  byId("theme").addEventListener("click", () => page.nextTheme());
  page.system.addEventListener("change", () => page.tell("theme"));
  page.watch(() => showThemeOf(page));
  showThemeOf(page);
}

export function showLook(page) {
  byId("scale").addEventListener("change", () => page.change({scale: byId("scale").value}));
  views().forEach(radio => radio.addEventListener("change", () => page.change({view: radio.value})));
  page.watch(() => show(page));
  show(page);
  showTheme(page);
}
