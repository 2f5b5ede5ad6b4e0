// What is known of a run, gathered from its events, whether they come from a running trainer or are kept.
import {lastUpTo} from "./steps.js";

const LISTS = {evaluated: "evaluations", measured: "measurements", caption: "captions", changed: "changes"};

// The means of a list of events, each with the step from which on it was taken. Of a live frame that is not known, but it is not far.
function meansOf(events, name) {
  return events.map(({step, live, [name]: loss}, i) => ({step, loss, from: live ? step - 1 : events[i - 1]?.step ?? 0})).filter(({loss}) => Number.isFinite(loss));
}

// Without means over more steps than others within those steps: they would stand out of a curve that has changed meanwhile.
function finest(means) {
  const length = ({step, from}) => step - from;
  return means.filter((mean, i) => {
    let at = i;
    while (at + 1 < means.length && means[at + 1].step === mean.step) at++;
    for (; at >= 0 && means[at].step > mean.from; at--) if (length(means[at]) < length(mean)) return false;
    return true;
  }).map(({step, loss}) => ({step, loss}));
}

export class Run {
  constructor() {
    this.clear();
  }

  clear() {
    Object.assign(this, {
      began: null, probe: null, frames: [], live: null, evaluations: [], measurements: [], captions: [], changes: [], ended: null, state: null,
      lost: false,          // whether the server stopped telling before the run had ended
      first: null,          // the event with which all that is known began
      known: new Set(),     // what a run that resumes may tell again
    });
  }

  // Takes the next event.
  take(event) {
    const {type} = event;
    if (type === "began") this.begin(event);
    else if (type === "probe") this.probe = {...event, tokens: event.tokens.map(token => ({start: 0, end: 0, ...token}))};
    else if (type === "frame") this.takeFrame(event);
    else if (type === "ended" || type === "state") this[type] = event;
    else if (type in LISTS && !this.knows(event)) this[LISTS[type]].push(event);
  }

  // A run that resumes keeps what it was up to there; otherwise everything is told anew.
  begin(event) {
    if (!this.resumes(event)) this.clear();
    this.first ??= event;
    Object.assign(this, {began: event, ended: null, live: null});
    for (const name of ["frames", ...Object.values(LISTS)]) this[name] = this[name].slice(0, lastUpTo(this[name], event.step) + 1);
    this.known = new Set(Object.values(LISTS).flatMap(name => this[name]).map(each => JSON.stringify(each)));
  }

  // Not if it is what all that is known began with.
  resumes(event) {
    const {first} = this;
    return event.step > 0 && first?.seed === event.seed && first.step <= event.step && JSON.stringify(first) !== JSON.stringify(event);
  }

  knows(event) {
    return event.step <= this.began?.step && this.known.has(JSON.stringify(event));
  }

  // Of those taken for viewers only the newest is kept.
  takeFrame(event) {
    const frame = {...event, probe: this.probe};
    const last = this.frames.at(-1);
    this.ended = null;
    if (event.live) {
      this.live = last?.step === frame.step ? {...frame, loss: last.loss} : frame;
      return;
    }
    if (last?.step === frame.step) this.frames.pop();
    this.frames.push(frame);
    if (this.live?.step <= frame.step) this.live = null;
  }

  // The frames in order, the newest last, one a step: of two of the same step the newer, since it may read another sentence.
  get course() {
    if (!this.live) return this.frames;
    return [...this.frames.slice(0, lastUpTo(this.frames, this.live.step - 1) + 1), this.live];
  }

  // The training loss over the steps, from frames and evaluations: [{step, loss}]. Each is the mean since the one before of its kind.
  get training() {
    return finest([...meansOf(this.course, "loss"), ...meansOf(this.evaluations, "training_loss")].sort((a, b) => a.step - b.step));
  }

  // The newest step that is known of. Frames may be far apart, so others are often newer.
  get step() {
    const newest = [this.began, this.live, this.ended ?? this.state, ...["frames", ...Object.values(LISTS)].map(name => this[name].at(-1))];
    return Math.max(...newest.map(event => event?.step ?? 0));
  }
}
