// The page of a run: its views, drawn together whenever what they show has changed.
import {chosenIn, addressOf} from "../inspect/page/pure/address.js";
import {keepAddress} from "../inspect/page/address.js";
import {showTheme} from "../inspect/page/look.js";
import {Evaluated} from "./evaluated.js";
import {HeadCards} from "./head-cards.js";
import {LossChart} from "./loss-chart.js";
import {Reading} from "./reading.js";
import {Scrubber} from "./scrubber.js";
import {StoryList} from "./story-list.js";
import {Title} from "./title.js";
import {Watch} from "./pure/watch.js";

const ALLOWED = {step: /^\d{1,9}$/, head: /^\d{1,4}\.\d{1,4}$/, at: /^\d{1,6}$/};

function startFrom(watch) {
  const {step, head, at} = chosenIn(location.hash, ALLOWED);
  const [layer, inLayer] = (head ?? "").split(".").map(Number);
  Object.assign(watch.state, {step: step === undefined ? null : +step, head: head === undefined ? null : {layer, head: inLayer}, at: at === undefined ? null : +at});
}

function addressFor({state: {step, head, at}}) {
  return addressOf({step: step ?? undefined, head: head ? `${head.layer}.${head.head}` : undefined, at: at ?? undefined}, ALLOWED);
}

// Shows a run, whose events `watch` takes.
export function showRun() {
  const watch = new Watch(matchMedia("(prefers-color-scheme: dark)"));
  startFrom(watch);
  const views = [Title, LossChart, StoryList, Reading, HeadCards, Evaluated, Scrubber].map(View => new View(watch));
  let waiting = 0;

  function draw() {
    waiting = 0;
    if (!watch.run.began) return;
    const moment = watch.moment();
    for (const view of views) view.show(moment);
    for (const each of document.querySelectorAll(".of-step")) each.textContent = moment.frame ? `as at step ${moment.frame.step}` : "";
    document.documentElement.dataset.ready = moment.frame ? "yes" : "";
  }

  // At most once for each picture of the screen, however many events come.
  const drawSoon = () => waiting ||= requestAnimationFrame(draw);
  watch.watch(drawSoon);
  showTheme(watch);
  keepAddress(watch, ["step", "head", "at"], () => addressFor(watch));
  addEventListener("resize", drawSoon);
  const page = {watch, draw};
  globalThis.heed = page;   // for the browser's console
  return page;
}
