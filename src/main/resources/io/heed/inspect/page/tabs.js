// The tabs of a page: what happens, and the heat maps.
import {byId} from "./elements.js";

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

  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => page.change({tab: tab.dataset.tab}));
    tab.addEventListener("keydown", event => {
      const moves = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1};
      const to = tabs[moves[event.key]];
      if (!to || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      to.focus();
      page.change({tab: to.dataset.tab});
    });
  });
  page.watch(changed => changed.has("tab") && show());
  show();
}
