// The sentence that the model is tested on, what the chosen head reads there, and the words that it expects next.
import {Chips} from "../inspect/page/chips.js";
import {byId} from "../inspect/page/elements.js";
import {NextBars} from "../inspect/page/next-bars.js";
import {barsOf} from "../inspect/page/pure/bars.js";
import {shortName} from "../inspect/page/pure/story.js";
import {phrase} from "../inspect/page/sentences.js";
import {headsOf, plantedShare} from "./pure/head-cards.js";
import {cutSaid, finderOf, plantedSaid, readingOf} from "./pure/said.js";

export class Reading {
  constructor(watch) {
    this.chips = new Chips({lookAt: at => watch.change({at})}, null);
    this.bars = new NextBars(null);
    byId("sentence").append(this.chips.root);
    document.querySelector("#reading .answer").append(this.bars.root);
  }

  show(moment) {
    const {frame, words, position, next, head, row, recording} = moment;
    byId("reading").classList.toggle("waiting", !frame);
    if (!frame) return;
    this.chips.show({recording, words, position, next, head, rows: new Map([[shortName(head), row]]), effects: null});
    byId("cut").hidden = cutSaid(recording) === "";
    byId("cut").textContent = cutSaid(recording);
    byId("read-most").replaceChildren(...phrase(readingOf(moment)));
    const planted = plantedSaid(moment);
    byId("planted").hidden = planted === "";
    byId("planted").textContent = planted === "" ? "" : `${planted} The model is not told. ${finderOf(this.shares(moment))}`;
    byId("answer-title").replaceChildren("Next word after ", ...phrase([words[words.length - 1]]));
    this.bars.show(barsOf(next, null), true);
  }

  shares(moment) {
    return headsOf(moment.run.began).map(head => ({name: shortName(head), planted: plantedShare(moment, head)}));
  }
}
