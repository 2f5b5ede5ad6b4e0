// What is known of a run, gathered from its events, whether they come from a running trainer or are kept.
import {lastUpTo} from "./steps.js";

const LISTS = {evaluated: "evaluations", measured: "measurements", caption: "captions", changed: "changes"};

export class Run {
  constructor() {
    this.clear();
  }

  clear() {
    Object.assign(this, {began: null, probe: null, frames: [], live: null, evaluations: [], measurements: [], captions: [], changes: [], ended: null, state: null});
  }

  // Takes the next event.
  take(event) {
    const {type} = event;
    if (type === "began") this.begin(event);
    else if (type === "probe") this.probe = {...event, tokens: event.tokens.map(token => ({start: 0, end: 0, ...token}))};
    else if (type === "frame") this.takeFrame(event);
    else if (type === "ended" || type === "state") this[type] = event;
    else if (type in LISTS) this[LISTS[type]].push(event);
  }

  // A run that is resumed keeps what it was up to there.
  begin(event) {
    if (event.step === 0) this.clear();
    Object.assign(this, {began: event, ended: null, live: null});
    for (const name of ["frames", ...Object.values(LISTS)]) this[name] = this[name].slice(0, lastUpTo(this[name], event.step) + 1);
  }

  // Of those taken for viewers only the newest is kept.
  takeFrame(event) {
    const frame = {...event, probe: this.probe};
    this.ended = null;
    if (event.live) {
      this.live = frame;
      return;
    }
    if (this.frames.at(-1)?.step === frame.step) this.frames.pop();
    this.frames.push(frame);
    if (this.live?.step <= frame.step) this.live = null;
  }

  // The frames in order, the newest last.
  get course() {
    return this.live ? [...this.frames, this.live] : this.frames;
  }

  // The newest step that is known of.
  get step() {
    return Math.max(this.began?.step ?? 0, this.course.at(-1)?.step ?? 0, this.ended?.step ?? this.state?.step ?? 0);
  }
}
