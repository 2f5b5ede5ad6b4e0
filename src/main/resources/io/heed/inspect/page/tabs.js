// The tabs of a page: what happens, and the heat maps.
import {byId, chooseByKeys} from "./elements.js";

// Each tab is a button with the id of its panel in aria-controls.
export function showTabs(page) {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panelOf = tab => byId(tab.getAttribute("aria-controls"));

  function show() {
    for (const tab of tabs) {
      const chosen = tab.dataset.tab === page.state.tab;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      panelOf(tab).hidden = !chosen;
    }
  }

  tabs.forEach(tab => tab.addEventListener("click", () => page.change({tab: tab.dataset.tab})));
  chooseByKeys(document.querySelector("[role=tablist]"), tabs, false);
  page.watch(changed => changed.has("tab") && show());
  show();
}
