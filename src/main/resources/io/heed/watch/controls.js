// What a person can do with a run that trains. Each control shows what the server says of the run.
import {byId} from "../inspect/page/elements.js";
import {post, Refused} from "../inspect/page/server.js";
import {numberIn, takes} from "./pure/fields.js";
import {restartOf} from "./pure/said.js";

const NAMES = {steps: "number of steps", rate: "factor on the learning rate", seed: "seed"};

export class Controls {
  constructor(watch) {
    this.watch = watch;
    const on = (id, event, act) => byId(id).addEventListener(event, act);
    on("pause", "click", () => this.ask({do: this.paused ? "go" : "pause"}));
    on("one-step", "click", () => this.ask({do: "step", count: 1}));
    on("steps-go", "click", () => this.askWith("steps", byId("steps").defaultValue, count => this.ask({do: "step", count})));
    on("speed", "change", () => this.ask({do: "speed", steps_per_second: byId("speed").value === "" ? null : +byId("speed").value}));
    on("rate", "change", () => this.askWith("rate", this.rate, factor => this.ask({do: "rate", factor})));
    on("restart", "click", () => this.askWith("seed", this.seed, seed => this.askWhether(seed)));
    on("keep-run", "click", () => byId("restarting").close());
    on("restarting-form", "submit", event => {
      event.preventDefault();
      byId("restarting").close();
      this.ask({do: "restart", seed: this.asked});
    });
    on("stop", "click", () => this.ask({do: "stop"}));
    on("controls", "submit", event => event.preventDefault());
    on("probing", "submit", event => {
      event.preventDefault();
      this.ask({do: "probe", text: byId("probe").value});
    });
    watch.watch(changed => changed.has("run") && this.show());
  }

  get paused() {
    return this.watch.run.state?.paused ?? false;
  }

  get rate() {
    return this.watch.run.state?.rate ?? 1;
  }

  // One that is too large for a number of JSON is not shown.
  get seed() {
    const seed = this.watch.run.began?.seed;
    return Number.isSafeInteger(seed) ? seed : "";
  }

  // Asks with the number in a field; a field that holds none, or a wrong one, gets its former number back.
  askWith(id, former, ask) {
    const field = byId(id);
    const number = numberIn(field);
    if (number !== null) {
      ask(number);
      return;
    }
    field.value = former;
    this.tell(takes(NAMES[id], field));
  }

  // A restart discards the run, so a person is asked first.
  askWhether(seed) {
    this.tell("");
    this.asked = seed;
    const {title, text} = restartOf(this.watch.run, seed);
    byId("restarting-title").textContent = title;
    byId("restarting-text").textContent = text;
    byId("restarting").showModal();
  }

  async ask(question) {
    this.tell("");
    try {
      const state = await (await post("api/control", question)).json();
      if (["step", "restart", "probe"].includes(question.do)) this.watch.follow();
      this.watch.take(state);
    } catch (error) {
      if (question.do === "rate") byId("rate").value = this.rate;
      this.show();
      this.tell(error instanceof Refused ? error.message : "The training program does not answer.");
    }
  }

  tell(problem) {
    byId("problem").textContent = problem;
  }

  show() {
    const {state, ended, began, probe, lost} = this.watch.run;
    byId("controls").hidden = !state || ended !== null;
    byId("probing").hidden = byId("controls").hidden;
    if (began && began !== this.began) byId("seed").value = this.seed;
    this.began = began;
    if (probe !== this.probe && document.activeElement !== byId("probe")) byId("probe").value = probe?.text ?? "";
    this.probe = probe;
    this.enable(!lost);
    if (!state) return;
    byId("pause").textContent = state.paused ? "Go on" : "Pause";
    this.put("speed", state.steps_per_second ?? "");
    this.put("rate", state.rate);
  }

  // Nothing can be asked of a program that does not answer.
  enable(answers) {
    for (const form of ["controls", "probing"]) for (const each of byId(form).elements) each.disabled = !answers;
    if (!answers) byId("restarting").close();
  }

  // A field keeps what a person is typing.
  put(id, value) {
    const field = byId(id);
    if (field === document.activeElement && field.type === "number") return;
    if (field.options && ![...field.options].some(each => each.value === String(value))) field.add(new Option(`${value} steps/s`, value));
    field.value = value;
  }
}
