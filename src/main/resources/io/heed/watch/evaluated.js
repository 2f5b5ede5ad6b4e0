// What the last evaluation found: a sample of what the model writes, the grammar's questions, the health of each layer. And how to go on after the end.
import {byId, element, table} from "../inspect/page/elements.js";
import {share} from "../inspect/page/pure/numbers.js";
import {answered, healthOf} from "./pure/said.js";

export class Evaluated {
  constructor() {
    byId("health").addEventListener("toggle", () => this.moment && this.showLayers());
  }

  show(moment) {
    this.moment = moment;
    const {evaluation, measurement, run} = moment;
    const questions = answered(moment);
    byId("evaluated").hidden = !evaluation && questions.length === 0;
    byId("sample-title").textContent = evaluation?.sample ? `What it writes at step ${evaluation.step}` : "What it can do";
    byId("sample").hidden = !evaluation?.sample;
    byId("sample").textContent = evaluation?.sample ?? "";
    byId("answered").hidden = questions.length === 0;
    byId("answered").replaceChildren(...questions.map(({what, accuracy, count}) => element("li", {title: `accuracy ${accuracy} at step ${measurement.step}`},
      element("span", {textContent: `the right ${what} in ${share(accuracy)} of ${count} unseen sentences`}), this.bar(accuracy))));
    byId("health").hidden = !evaluation?.layers?.length;
    this.showLayers();
    this.showEnd(run.ended);
  }

  bar(value) {
    const made = element("span", {className: "bar", ariaHidden: "true"}, element("i"));
    made.firstChild.style.width = `${100 * value}%`;
    return made;
  }

  showLayers() {
    const {evaluation} = this.moment;
    if (!byId("health").open || !evaluation?.layers) return;
    table("layers", `at step ${evaluation.step}: the norm of its gradients, and the length of an update as a share of the weights’`,
      ["layer", "gradient norm", "update ratio"], healthOf(evaluation));
  }

  showEnd(ended) {
    byId("end").hidden = !ended?.next?.length;
    if (ended === this.ended) return;
    this.ended = ended;
    byId("commands").replaceChildren(...(ended?.next ?? []).map(command => element("li", {}, element("code", {textContent: command}))));
  }
}
