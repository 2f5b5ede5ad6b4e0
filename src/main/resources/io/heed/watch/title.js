// Where the run is, and the newest caption in large type.
import {byId} from "../inspect/page/elements.js";
import {captionOf, failureOf, modelOf, paceOf, progressOf} from "./pure/said.js";

const QUIET = 4000;       // milliseconds between two captions that are read aloud

export class Title {
  constructor() {
    this.heard = "";
    this.timer = 0;
  }

  show(moment) {
    const {run} = moment;
    const {at, of, doing} = progressOf(moment);
    const {step, sentence} = captionOf(moment);
    document.title = `Heed: ${run.began.name} learns`;
    byId("name").textContent = run.began.name;
    byId("at").textContent = at;
    byId("of").textContent = of;
    byId("bar").value = of > 0 ? at / of : 0;
    byId("doing").textContent = doing;
    byId("doing").dataset.doing = doing;
    byId("pace").textContent = paceOf(moment);
    if (byId("failure").textContent !== failureOf(run)) byId("failure").textContent = failureOf(run);
    byId("caption-step").textContent = step;
    byId("caption-text").textContent = sentence;
    byId("model").textContent = modelOf(run);
    if (moment.caption) this.hear(`${step}: ${sentence}`);
  }

  // Has a caption read aloud; of several in a short time only the last.
  hear(text) {
    if (text === this.heard) return;
    this.heard = text;
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      byId("heard").textContent = this.heard;
    }, byId("heard").textContent === "" ? 0 : QUIET);
  }
}
