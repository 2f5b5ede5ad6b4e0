// What is chosen of a run: the step that is shown, the head and the word whose reading is drawn; and what follows from it.
import {rowOf} from "../../inspect/page/pure/maps.js";
import {Themed} from "../../inspect/page/pure/themed.js";
import {wordsIn} from "../../inspect/page/pure/story.js";
import {Run} from "./run.js";
import {firstFrom, lastUpTo, nearest} from "./steps.js";
import {mapsOf} from "./weights.js";

const JUST = .1;     // the share of a run's steps for which a caption is news

// The head without which the answer loses most of its probability, if it loses half.
function neededMost(effects) {
  const heads = (effects?.without ?? []).flatMap((lefts, layer) => lefts.map((left, head) => ({layer, head, left}))).filter(({left}) => Number.isFinite(left));
  const best = heads.reduce((least, each) => each.left < least.left ? each : least, {left: Infinity});
  return best.left < effects?.next[0]?.probability / 2 ? best : null;
}

const upTo = (events, step) => events[lastUpTo(events, step)] ?? null;

export class Watch extends Themed {
  constructor(system) {
    super({
      step: null,        // that is shown; null for the newest
      head: null,        // {layer, head}, or null for the one that the newest caption names
      at: null,          // the word whose reading is drawn; null for the last
      playing: false,
    }, system);
    this.run = new Run();
    this.former = null;  // how the run began that was told of before, while nothing is known of the next
    this.shown = {};     // the frame whose maps are decoded
  }

  // Takes an event of the run.
  take(event) {
    const {first} = this.run;
    this.run.take(event);
    const again = first === null && JSON.stringify(this.run.first) === this.former;
    if ((first ?? this.former) && this.run.first !== first && !again) this.follow();    // another run: the step that was shown is none of it
    if (this.run.first) this.former = null;
    this.tell("run");
  }

  // All is about to be told again, perhaps of another run.
  forget() {
    if (this.run.first) this.former = JSON.stringify(this.run.first);
    this.run.clear();
  }

  // The server tells nothing any more.
  lose() {
    this.run.lost = true;
    this.tell("run");
  }

  // The index of the frame that is shown, or -1 while there is none.
  get index() {
    const {course} = this.run;
    return this.state.step === null ? course.length - 1 : nearest(course, this.state.step);
  }

  // Shows the frame at an index, as far as there is one.
  goTo(index) {
    const {course} = this.run;
    if (course.length > 0) this.change({step: course[Math.max(0, Math.min(course.length - 1, index))].step});
  }

  move(frames) {
    this.goTo(this.index + frames);
  }

  // Shows a caption or a change at the first frame that has it, since frames are taken at other steps; the newest step if none has.
  goToEvent({step}) {
    const {course} = this.run;
    if (step > (course.at(-1)?.step ?? -1)) this.follow();
    else this.goTo(firstFrom(course, step));
  }

  // Whether there is a caption that is shown after what is shown now, or before.
  hasCaption(forward) {
    return this.nextCaption(forward) !== undefined;
  }

  // Shows the next caption, or the one before.
  moveToCaption(forward) {
    const caption = this.nextCaption(forward);
    if (caption) this.goToEvent(caption);
  }

  nextCaption(forward) {
    const {step, run: {captions, course, step: newest}} = this;
    const shownAt = caption => course[lastUpTo(course, caption.step - 1) + 1]?.step ?? newest;
    return forward ? captions.find(each => shownAt(each) > step) : captions.findLast(each => shownAt(each) < step);
  }

  // Whether the newest step is shown. The last frame of a run that has ended counts as that.
  get following() {
    return this.state.step === null || this.run.ended !== null && this.index === this.run.course.length - 1;
  }

  // The step that is shown; while following, frames may be older.
  get step() {
    const {run} = this;
    return this.following ? run.step : run.course[this.index]?.step ?? run.step;
  }

  follow() {
    this.change({step: null, playing: false});
  }

  // All that is shown: {frame, step, maps, words, position, row, head, caption, …}; frame is null while there is none.
  moment() {
    const {run} = this;
    const {course} = run;
    const {index} = this;
    const frame = course[index] ?? null;
    const {step} = this;
    const effects = this.effectsAt(course, index);
    const known = {
      run, frame, effects, step, newest: this.following, training: upTo(run.training, step), caption: upTo(run.captions, step), evaluation: upTo(run.evaluations, step),
      measurement: upTo(run.measurements, step), recording: frame?.probe ?? null, head: this.headAt(effects, step),
    };
    if (!frame?.probe) return {...known, frame: null};
    const words = wordsIn(frame.probe);
    const position = Math.min(this.state.at ?? Infinity, words.length - 1);
    const maps = this.decoded(frame);
    return {...known, words, position, maps, row: rowOf(maps[known.head.layer * run.began.heads + known.head.head], position), next: frame.next};
  }

  // The last frame up to an index of which the answer without each head is known; not all are.
  effectsAt(course, index) {
    let at = index;
    while (at >= 0 && !course[at].without && course[at].probe === course[index].probe) at--;
    return at >= 0 && course[at].without && course[at].probe === course[index].probe ? course[at] : null;
  }

  decoded(frame) {
    if (this.shown.frame !== frame) this.shown = {frame, maps: mapsOf(frame, this.run.began)};
    return this.shown.maps;
  }

  // The head that is chosen; else one that a caption has just named, the one that the answer needs most, or the last that was named.
  headAt(effects, step) {
    const {began, captions} = this.run;
    const there = head => head && head.layer < began.layers && head.head < began.heads;
    if (there(this.state.head)) return this.state.head;
    const named = captions.findLast(each => each.step <= step && each.head !== null);
    const {layer, head} = named && step - named.step <= JUST * began.steps ? named : neededMost(effects) ?? named ?? {layer: 0, head: 0};
    return {layer, head};
  }
}
