// The attention page: shows the recordings that the file holds.
import {showAddress, startFrom, startingPoint} from "./address.js";
import {showControls} from "./controls.js";
import {showDetails} from "./details.js";
import {byId} from "./elements.js";
import {showFirst} from "./first.js";
import {showLook} from "./look.js";
import {Overview} from "./overview.js";
import {showPanels} from "./panel.js";
import {showPicture} from "./picture.js";
import {strongestKey} from "./pure/maps.js";
import {Page} from "./pure/page.js";
import {recordedNumbers} from "./recorded.js";
import {showModel} from "./sentences.js";
import {Similar} from "./similar.js";
import {showTabs} from "./tabs.js";
import {Training} from "./training.js";

function notice({bits, scores, queriesAndKeys, leftOut}) {
  const said = [];
  if (bits < 32) {
    const error = bits === 16 ? "0.2 %" : "2.2 %, and those below 0.000016 are 0";
    said.push(`To keep this page small its weights are rounded to within ${error}; the exact ones are written with --format npz or json.`);
  }
  if (!scores) said.push("The scores before softmax are not in this page; they are written with --format npz or json.");
  else if (!queriesAndKeys) said.push("Queries and keys are not in this page, so the terms of a score cannot be shown.");
  if (leftOut.length > 0) said.push(`To stay below 25 MB this page leaves out ${leftOut.join(", ")}.`);
  byId("notice").textContent = said.join(" ");
  byId("notice").hidden = said.length === 0;
}

const page = new Page(recordedNumbers(), matchMedia("(prefers-color-scheme: dark)"));
const longest = Math.max(...page.recordings.map(each => each.length));
Object.assign(page.state, {
  layer: page.first.layers - 1, query: page.first.length - 1, scale: longest > 40 ? "root" : "linear",
});
startFrom(startingPoint(), page);
showTabs(page);
const panels = showPanels(page);
showDetails(page);
for (const View of [Overview, Similar, Training]) new View(page);
showLook(page);
showAddress(page);
showPicture(page, () => `“${page.first.text.trim()}”${page.model ? `, read by ${page.model}` : ""}`);
showControls(page, panels);
notice(page.numbers);
showModel(page.model);
page.tell("tab");
showFirst(page);
page.told.then(async () => {
  if (page.asked === 0) page.takeMaps();   // else the head that opens has asked for its own
  await page.taken;
  page.change({key: strongestKey(page.maps[0], page.state.query)});
  document.documentElement.dataset.ready = "yes";
});
globalThis.heed = {page, panels};   // for the browser's console
