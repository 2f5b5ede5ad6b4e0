// What the chosen head does for the chosen word, in seven steps of one sentence each; and its shares as its choice becomes softer or harder.
import {decimals, share} from "./numbers.js";
import {caption, nextWord, readings, shortName} from "./story.js";

const numbers = vector => vector ? `${vector.length} numbers` : "a list of numbers";

function best({computation: {scores}, words}) {
  if (!scores) return ["the better the two fit, the higher the score."];
  const fits = readings(Array.from(scores, score => score ?? -Infinity)).filter(({weight}) => Number.isFinite(weight)).slice(0, 2);
  return fits.flatMap(({key, weight}, rank) => [rank ? ", " : "", words[key], rank ? " " : " fits best with ", decimals(weight), rank ? " comes next." : fits.length > 1 ? "" : "."]);
}

const shares = ({computation: {weights}, words}, between) => readings(weights).filter(({weight}, rank) => rank === 0 || weight >= .01).slice(0, 3)
  .flatMap(({key, weight}, rank) => [rank ? ", " : "", words[key], between, share(weight)]);

function others({rows, head, ...told}) {
  const beside = [...rows.keys()].filter(name => name !== shortName(head) && name.startsWith(`${head.layer}·`)).slice(0, 2);
  return beside.flatMap(name => [`, head ${name} `, ...caption(rows.get(name), told)]);
}

// `told` is what the first screen tells of a position, with what its head computes there. The name of a step says what it lights up.
export function stepsOf(told) {
  const {words, position, head, next, rows, computation} = told;
  const own = words[position];
  const named = `head ${shortName(head)}`;
  const root = computation.query ? `√${computation.query.length}` : "the root of their length";
  return [
    {name: "look-up", title: "A look-up", sentence: ["Attention is a look-up in a dictionary made soft: ", own, " asks, the words up to it are the entries, and the answer is a blend of all their values."]},
    {name: "query", title: "Every word asks", sentence: [`In ${named}, `, own, ` asks with its query: ${numbers(computation.query)} that say what it looks for.`]},
    {name: "keys", title: "Every word has a label", sentence: ["Each word up to ", own, ` carries a label, its key: ${numbers(computation.keys?.[0])} that say what it can be found by.`]},
    {name: "scores", title: "Scores", sentence: [`Query and key are multiplied number by number, summed and divided by ${root}: `, ...best(told)]},
    {name: "softmax", title: "Softmax", sentence: ["Softmax turns the scores into shares: ", ...shares(told, " gets "), "."]},
    {name: "blend", title: "The blend of values", sentence: ["Each word also has a value, what it tells; the head takes each by its share and adds them up: ", ...shares(told, " × "), "."]},
    {name: "heads", title: "Several heads, several questions", sentence: [`Every head asks a question of its own: ${named} `, ...caption(rows.get(shortName(head)) ?? computation.weights, told), ...others(told),
      ...next.length > 0 ? ["; what all of them find leads to ", nextWord(next[0]), ` (${share(next[0].probability)}).`] : ["."]]},
  ];
}

// The softmax of scores after they are multiplied; a score of null is hidden.
export function softened(scores, times) {
  const highest = Math.max(...scores.filter(score => score !== null));
  const powers = scores.map(score => score === null ? 0 : Math.exp(times * (score - highest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}

// How long a sentence stays, in milliseconds, so that it can be read.
export const reading = sentence => 3000 + 60 * sentence.map(part => typeof part === "string" ? part : part.label).join("").length;
