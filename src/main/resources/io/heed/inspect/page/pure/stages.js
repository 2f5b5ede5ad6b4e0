// The way of one word through a head to the next word, stage by stage: what each card of the flow shows. Vectors that a page does not hold
// are left out.
import {decimals, exact, share} from "./numbers.js";
import {nextWord, readings} from "./story.js";
import {signed, writer} from "./why.js";

const SHOWN = 3;     // words that are read, on the cards; their tables have all

// A card's table says what it has: no two cards have one of the same name.
const table = (what, headings, rows) => ({what, headings, rows});

const strip = (label, values, note = "") => values ? [{label, values: Array.from(values), note}] : [];
const bar = (label, value, text, on = false) => ({label, value, text, on});
const plain = ({label}) => label;

// A table of vectors: one dimension a row. The rows of a table are made when it is opened.
function dimensions(columns, of = "") {
  const there = columns.filter(([, values]) => values);
  if (there.length === 0) return null;
  return table(`all ${there[0][1].length} numbers${of}`, ["dimension", ...there.map(([name]) => name)],
    () => Array.from(there[0][1], (_, d) => [d, ...there.map(([, values]) => exact(Math.fround(values[d])))]));
}

function words({words: all, position}) {
  return {
    name: "words", title: "Words", text: [`The model reads ${all.length} tokens. We follow `, all[position], `, number ${position} from 0.`], strips: [], bars: [],
    table: table(`all ${all.length} tokens`, ["number", "token"], () => all.map((each, index) => [index, each.unknown ? `${each.label} (unknown)` : each.label])),
  };
}

function embedding({words: all, position, computation}) {
  const {embedding: word, position_vector: place} = computation;
  const sum = word && place ? word.map((value, d) => value + place[d]) : null;
  return {
    name: "embedding", title: place === null ? "Embedding" : "Embedding + position",
    text: word ? [all[position], ` becomes ${word.length} numbers`, place ? "; its place adds as many." : "."] : ["Each word becomes a list of numbers."],
    strips: [...strip(plain(all[position]), word), ...strip(`position ${position}`, place), ...strip("sum", sum)], bars: [],
    table: dimensions([[plain(all[position]), word], [`position ${position}`, place], ["sum", sum]]),
  };
}

// Which parts of the model wrote the query and the key that make up most of the score of the word that is read most.
function why({words: all, position, computation, most}) {
  if (!computation.why) return [];
  const [{key}] = most;
  const [term] = computation.why;
  return [["Of the score of ", all[key], `, ${signed(term.value)} is the query that `, ...writer(term.query, all[position], position), " wrote, times the key that ",
    ...writer(term.key, all[key], key), " wrote."]];
}

function scores(told) {
  const {words: all, position, asker = all[position], computation, most} = told;
  const {query, keys, scores: fit} = computation;
  return {
    name: "scores", title: "Query · key", after: why(told),
    text: [asker, " asks with a query, and each word answers with a key. The better they fit, the higher the score."],
    strips: [...strip(`query of ${plain(asker)}`, query),
      ...keys ? most.flatMap(({key}) => strip(`key of ${plain(all[key])}`, keys[key], fit ? `score ${decimals(fit[key])}` : "")) : []],
    bars: [],
    table: fit ? table(`all ${fit.length} scores`, ["token", "score q·k/√D"],
      () => Array.from(fit, (score, key) => [`${key} ${plain(all[key])}`, score === null ? "hidden" : exact(Math.fround(score))])) : null,
  };
}

function softmax({words: all, computation, most}) {
  const {weights} = computation;
  const rest = weights.reduce((sum, weight, key) => most.some(each => each.key === key) ? sum : sum + weight, 0);
  return {
    name: "softmax", title: "Softmax", text: ["Softmax turns the scores into shares of 100 %: the higher the score, the larger the share."], strips: [],
    bars: [...most.map(({key, weight}) => bar(plain(all[key]), weight, share(weight))), ...weights.length > most.length ? [bar("the others", rest, share(rest))] : []],
    table: table(`all ${weights.length} shares`, ["token", "weight"], () => Array.from(weights, (weight, key) => [`${key} ${plain(all[key])}`, exact(Math.fround(weight))])),
  };
}

function blend({words: all, computation, most}) {
  const {values, blend: mixed, written} = computation;
  const mostly = most.filter(({weight}, rank) => rank === 0 || weight >= .01);
  return {
    name: "blend", title: "Blend of values", text: ["The head adds up the words’ values, each by its share. That blend is what it has read."],
    strips: [...values ? mostly.flatMap(({key, weight}) => strip(`value of ${plain(all[key])}`, values[key], share(weight))) : [], ...strip("blend", mixed)], bars: [],
    table: dimensions([["blend", mixed], ...values ? most.map(({key}) => [`value of ${plain(all[key])}`, values[key]]) : []], " of the blend") ?? dimensions([["written", written]], " written"),
  };
}

function layer({computation, head}) {
  const {others, feed_forward: network, after} = computation;
  const largest = Math.max(...others ?? [], network ?? 0) || 1;
  const parts = [...(others ?? []).map((length, index) => [`head ${head.layer}·${index}`, length, index === head.head]),
    ...network === null || network === undefined ? [] : [["feed-forward", network, false]]];
  const shown = parts.length <= 9 ? parts : [...parts.filter(([, , on]) => on), ...parts.slice(0, -1).filter(([, , on]) => !on).sort((a, b) => b[1] - a[1]).slice(0, 6), ...parts.slice(-1)];
  return {
    name: "layer", title: "All heads, feed-forward",
    text: [`Every head of layer ${head.layer} adds what it read to the word’s numbers, and a small network adds more. The longer the bar, the more is added.`], strips: [],
    bars: shown.map(([name, length, on]) => bar(name, length / largest, "", on)),
    after: after?.length ? [["If the model had to answer early, it would say:"],
      ...after.map((guess, index) => [index === 0 ? "before layer 0 " : `after layer ${index - 1} `, nextWord(guess), ` (${share(guess.probability)})`])] : [],
    table: parts.length ? table("how much in numbers", ["part", "length of what it adds, √Σx²"], () => parts.map(([name, length]) => [name, exact(Math.fround(length))])) : null,
  };
}

function next({next: words, words: all, position}) {
  return {
    name: "next", title: "Next word", text: ["The last layer’s numbers are compared with every word the model knows. After ", all[position], ":"], strips: [],
    bars: words.map(each => bar(plain(nextWord(each)), each.probability, share(each.probability))),
    table: table("exact probabilities", ["word", "probability"], () => words.map(each => [plain(nextWord(each)), exact(Math.fround(each.probability))])),
  };
}

// The cards of what a head computed. `computation` may be without any of its vectors, but has the weights.
export function stagesOf({words: all, position, head, next: likeliest, computation}) {
  const told = {words: all, position, head, next: likeliest, computation, most: readings(computation.weights).slice(0, SHOWN)};
  return [words, embedding, scores, softmax, blend, layer, ...likeliest.length > 0 ? [next] : []].map(stage => stage(told));
}

// The cards of a look-up in another text: `asker`, a word that is not among those it reads, has the query.
export function lookUpStages({words: all, asker, computation}) {
  const told = {words: all, asker, computation, most: readings(computation.weights).slice(0, SHOWN)};
  return [scores, softmax, blend].map(stage => stage(told));
}
