// Going through the frames: a slider with the captions as marks, playing, and keys.
import {byId, svg} from "../inspect/page/elements.js";
import {pauseOf, placeOf} from "./pure/playing.js";
import {firstFrom} from "./pure/steps.js";
import {number} from "../inspect/page/pure/numbers.js";

const THUMB = 16;         // pixels of the slider's thumb, whose middle never reaches the ends

export class Scrubber {
  constructor(watch) {
    this.watch = watch;
    this.slider = byId("frame");
    this.timer = 0;
    this.slider.addEventListener("input", () => {
      watch.change({playing: false});
      watch.goTo(+this.slider.value);
    });
    byId("play").addEventListener("click", () => this.play(!watch.state.playing));
    byId("follow").addEventListener("click", () => watch.follow());
    for (const [id, forward] of [["earlier", false], ["later", true]]) byId(id).addEventListener("click", () => this.caption(forward));
    document.addEventListener("keydown", event => this.key(event));
    watch.watch(changed => changed.has("playing") && this.tick());
  }

  show({run, frame, step, newest, training}) {
    const {course} = run;
    const index = course.indexOf(frame);
    this.slider.max = Math.max(0, course.length - 1);
    this.slider.value = Math.max(0, index);
    this.slider.disabled = course.length < 2;
    this.slider.setAttribute("aria-valuetext", `step ${step}` + (training ? `, loss ${number(training.loss)}` : ""));
    byId("shown-step").textContent = `step ${step}`;
    const {playing} = this.watch.state;
    byId("play").textContent = playing ? "Stop" : "Play";
    byId("play").disabled = course.length < 2;
    byId("follow").setAttribute("aria-pressed", newest);
    byId("earlier").disabled = !this.watch.hasCaption(false);
    byId("later").disabled = !this.watch.hasCaption(true);
    this.showMarks(run, step);
  }

  showMarks({captions, course}, step) {
    const about = `${captions.length} ${captions[0]?.text} ${course.length} ${this.slider.clientWidth}`;
    if (about !== this.about) this.putMarks(captions, course);
    this.about = about;
    this.marks.forEach((mark, i) => mark.setAttribute("class", captions[i].step <= step ? "past" : ""));
  }

  putMarks(captions, course) {
    const at = each => THUMB / 2 + placeOf(firstFrom(course, each.step), course.length) * (this.slider.clientWidth - THUMB);
    this.marks = course.length < 2 ? [] : captions.map(each => {
      const mark = svg("path", {d: `M${at(each) - 5} 0h10l-5 8z`});
      mark.append(svg("title", {}, each.text));
      mark.addEventListener("click", () => {
        this.watch.change({head: null, playing: false});
        this.watch.goToEvent(each);
      });
      return mark;
    });
    byId("marks").replaceChildren(...this.marks);
  }

  caption(forward) {
    this.watch.change({playing: false, head: null});
    this.watch.moveToCaption(forward);
  }

  // From the first frame, if the last is shown.
  play(playing) {
    const {watch} = this;
    if (playing && watch.index >= watch.run.course.length - 1) watch.goTo(0);
    watch.change({playing});
  }

  tick() {
    clearTimeout(this.timer);
    if (!this.watch.state.playing) return;
    this.timer = setTimeout(() => {
      const {watch} = this;
      const last = watch.run.course.length - 1;
      if (watch.index + 1 >= last) watch.follow();
      else {
        watch.move(1);
        this.tick();
      }
    }, pauseOf(this.watch.run.course.length));
  }

  // Keys go through the frames wherever they have no meaning of their own.
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, [role=radiogroup], dialog, .scroll")) return;
    const {watch} = this;
    const moves = {ArrowLeft: () => watch.move(-1), ArrowRight: () => watch.move(1), Home: () => watch.goTo(0), End: () => watch.follow(),
      " ": () => event.target.closest("button, summary, a") ? null : () => this.play(!watch.state.playing)};
    const move = event.key === " " ? moves[" "]() : moves[event.key];
    if (!move) return;
    event.preventDefault();
    if (event.key !== " ") watch.change({playing: false});
    move();
  }
}
