// What the page says of a run in words.
import {number, share} from "../../inspect/page/pure/numbers.js";
import {quoted} from "../../inspect/page/pure/story.js";
import {plantedHere} from "./head-cards.js";

const whole = value => Math.round(value).toLocaleString("en-US");

const ENDINGS = {complete: "complete", patience: "ended early: it got no better", interrupted: "interrupted", failed: "failed"};

function doingOf({ended, state, lost, step}) {
  if (ended) return ENDINGS[ended.ending] ?? ended.ending;
  if (lost) return `not answering since step ${step}`;
  return state?.paused ? "paused" : state ? "training" : "";
}

// How far the run is, or was at the step that is shown: {at, of, doing}.
export function progressOf({run, step, newest}) {
  const doing = doingOf(run);
  if (newest || run.ended) return {at: newest ? run.step : step, of: run.began.steps, doing: newest ? doing : ""};
  return {at: step, of: run.began.steps, doing: `looking back; ${run.lost ? doing : [`now at step ${run.step}`, doing].filter(Boolean).join(", ")}`};
}

// Why the training failed; "" where it did not.
export const failureOf = ({ended}) => ended?.reason ? `Training failed: ${ended.reason}` : "";

// How fast it learns and how much that took; "" where neither is known.
export function paceOf({run, frame, step, newest}) {
  if (newest && run.lost && !run.ended) return "";
  const {tokens_per_second: speed, seconds} = newest && run.state && !run.ended ? run.state : frame?.step === step ? frame : {};
  return [Number.isFinite(speed) && speed > 0 ? `${whole(speed)} tokens/s` : "", Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : ""].filter(Boolean).join(", ");
}

// The sentence in large type: that of the newest caption, or what holds before the first one.
export function captionOf({caption, frame, step: now, run}) {
  if (caption) {
    const [, step, sentence] = caption.text.match(/^step (\d+): (.*)$/s) ?? [null, caption.step, caption.text];
    return {step: `step ${step}`, sentence};
  }
  if (!frame && now === run.began.step) return {step: "", sentence: "waiting for the first step"};
  return {step: `step ${now}`, sentence: now === 0 && run.began.step === 0 ? "the weights are random: the model knows nothing" : "the model has begun to learn"};
}

// The model in a sentence.
export function modelOf({began}) {
  const many = (count, what) => `${whole(count)} ${what}${count === 1 ? "" : "s"}`;
  return `A transformer of ${many(began.layers, "layer")} with ${many(began.heads, "head")} each, ${whole(began.parameters)} weights in all,`
    + ` learns to guess the next of ${whole(began.vocabulary)} tokens.`;
}

// The losses of a moment: {training, validation}, each "" where it is not known.
export function lossesOf({frame, training, evaluation}) {
  const said = (what, loss, step) => Number.isFinite(loss) ? `${what} ${number(loss)}${step === frame?.step ? "" : ` (step ${step})`}` : "";
  return {training: said("training", training?.loss, training?.step), validation: said("validation", evaluation?.validation_loss, evaluation?.step)};
}

// What the loss means beside the three lines.
export function beats({training, run}) {
  const {uniform, words, pairs} = run.began.references ?? {};
  if (!training) return "";
  if (training.loss < pairs) return "Better than word pairs: the model uses more than the word before.";
  if (training.loss < words) return "Better than word frequencies: the model uses the words before.";
  return training.loss < uniform ? "Better than guessing: the model has learned which words are frequent." : "";
}

// How much of a long text is read; "" if all is.
export const cutSaid = ({tokens, cut}) => cut > 0 ? `Of this text the model reads the first ${tokens.length} of ${tokens.length + cut} tokens.` : "";

// The number of a word where the sentence has it twice.
const placeOf = (words, index) => words.filter(({label}) => label === words[index].label).length > 1 ? ` (word ${index})` : "";

// A word of the sentence, with its number where the sentence has it twice.
const wordAt = (words, index) => quoted(words[index].label) + placeOf(words, index);

// What the chosen head reads at the chosen word, as a sentence with words.
export function readingOf({words, row, position, head}) {
  const top = row.indexOf(Math.max(...row));
  const what = top === position ? ["that word itself"] : [words[top], placeOf(words, top)];
  return ["At ", words[position], placeOf(words, position), ` in this sentence, head ${head.layer}·${head.head} looks most at `, ...what, `: ${share(row[top])}.`];
}

// What the grammar has planted at the chosen word, or elsewhere in the sentence; "" where nothing is known of that.
export function plantedSaid(moment) {
  const {words} = moment;
  const links = plantedHere(moment).map(({query, key, what}) => `the word after ${wordAt(words, query)} depend on ${wordAt(words, key)}${what ? ` (${what})` : ""}`);
  return links.length === 0 ? "" : `The grammar makes ${links.join(", and ")}.`;
}

// Which head reads the planted links most, in `shares` as [{name, planted}].
export function finderOf(shares) {
  const best = shares.reduce((most, each) => each.planted > most.planted ? each : most);
  return `Head ${best.name} reads that most: ${share(best.planted)}.`;
}

// How many questions of the grammar the model answers, or [].
export function answered({measurement}) {
  const planted = measurement?.planted;
  if (!planted) return [];
  return [["place", planted.place_accuracy, planted.places], ["number", planted.number_accuracy, planted.numbers]]
    .filter(([, accuracy, count]) => count > 0 && Number.isFinite(accuracy)).map(([what, accuracy, count]) => ({what, accuracy, count}));
}

// The gradients and updates of each layer at an evaluation, as rows of a table; what is not finite is null there.
export const healthOf = ({gradient_norm: all, layers}) => [["all", number(all ?? NaN), ""],
  ...layers.map(({name, gradient_norm: norm, update_ratio: ratio}) => [name, number(norm ?? NaN), number(ratio ?? NaN)])];

// What a restart costs: {title, text}. A seed that JSON cannot carry is not named.
export function restartOf({began, step}, seed) {
  const former = Number.isSafeInteger(began.seed) ? ` with seed ${began.seed}` : "";
  return {
    title: `Restart with seed ${seed}?`,
    text: `The run${former} is at step ${step} of ${began.steps}. Its weights, its losses and all its frames will be lost. Training starts again at step 0.`,
  };
}

// A change by hand, with the first step that was taken with it.
export const changeOf = ({step, setting, from, to}) => `from step ${step + 1} on: ${setting === "rate" ? "learning rate ×" : `${setting} `}${from} → ${to}`;
