// What the card of a head shows: its measure over the steps, since when it does what it does, and what the answer would be without it.
import {sameHead} from "../../inspect/page/pure/heads.js";
import {share} from "../../inspect/page/pure/numbers.js";
import {nextWord, shortName} from "../../inspect/page/pure/story.js";
import {place} from "../../inspect/page/pure/maps.js";

// The measures that are shares from 0 to 1 and tell what a head does.
const DOES = {
  previous_token: "previous token", first_token: "first token", own_token: "its own position", duplicate_token: "the same token earlier",
  induction: "what followed it earlier", induction_on_random_tokens: "what followed it earlier", subject_over_a_clause: "subject across a clause",
};

// The value of each from which on a head does that, as HeadMeasure.clear says.
export const CLEAR = {
  previous_token: .5, first_token: .5, own_token: .5, duplicate_token: .4, induction: Infinity, induction_on_random_tokens: .4, subject_over_a_clause: .5,
};

// All heads of a run, in order.
export const headsOf = ({layers, heads}) => Array.from({length: layers * heads}, (_, i) => ({layer: Math.floor(i / heads), head: i % heads}));

// The measure that a head is known by: that of its first caption that names one, else the one that becomes largest.
export function measureOf(run, head) {
  const caption = run.captions.find(each => sameHead(each, head) && each.measure in DOES);
  if (caption) return caption.measure;
  const top = name => Math.max(...run.measurements.map(({heads}) => heads[head.layer][head.head][name] ?? 0));
  const known = Object.keys(DOES).filter(name => run.measurements.length > 0 && top(name) > 0);
  return known.length > 0 ? known.reduce((best, name) => top(name) > top(best) ? name : best) : null;
}

// The first measure that a caption has named of a head and that it still reaches, or null.
function doneNow({run, measurement, step}, head) {
  const now = measurement?.heads[head.layer][head.head] ?? {};
  const caption = run.captions.find(each => sameHead(each, head) && each.step <= step && each.measure in DOES && now[each.measure] >= CLEAR[each.measure]);
  return caption?.measure ?? null;
}

// The card of a head: {name, does, value, said, course, since, begun, planted, without}; it has begun if it still does what it began to do.
export function cardOf(moment, head) {
  const {run, measurement} = moment;
  const measure = doneNow(moment, head) ?? measureOf(run, head);
  const caption = run.captions.find(each => sameHead(each, head) && each.measure === measure);
  const course = measure ? run.measurements.map(({step, heads}) => ({step, value: heads[head.layer][head.head][measure]})).filter(({value}) => Number.isFinite(value)) : [];
  const value = measure && measurement ? measurement.heads[head.layer][head.head][measure] ?? null : null;
  const since = caption?.step ?? null;
  const named = since !== null && since <= moment.step;
  const begun = named && value >= CLEAR[measure];
  const paused = course.some(({step, value: then}) => step >= since && step <= moment.step && then < CLEAR[measure]);
  const when = !named ? "" : !begun ? `, from step ${since}, no longer` : paused ? `, first at step ${since}` : `, since step ${since}`;
  return {
    ...head, name: shortName(head), does: measure ? DOES[measure] : "", measure, course, value, since, begun,
    said: value === null ? "" : `${DOES[measure]} ${share(value)}${when}`,
    planted: plantedShare(moment, head), without: withoutHead(moment, head),
  };
}

// The planted links that concern the chosen word, or all where none does.
export function plantedHere({recording, position}) {
  const all = recording.planted ?? [];
  const here = all.filter(({query}) => query === position);
  return here.length > 0 ? here : all;
}

// The mean weight of a head on those links, or null where none is known.
export function plantedShare(moment, {layer, head}) {
  const {maps, run} = moment;
  const planted = plantedHere(moment);
  const map = maps[layer * run.began.heads + head];
  return planted.length === 0 ? null : planted.reduce((sum, {query, key}) => sum + map[place(query, key)], 0) / planted.length;
}

// What the answer's probability is with and without a head, or was at an earlier frame, or null where that was not measured.
function withoutHead({effects, frame}, {layer, head}) {
  if (!effects || effects.next.length === 0) return null;
  const [answer] = effects.next;
  const left = effects.without[layer][head];
  return left === null ? null : {word: nextWord(answer).label, own: answer.probability, left, step: effects.step, earlier: effects !== frame};
}

// What is said of it without the head.
export const saidWithout = ({word, left, step, earlier}) => `without it${earlier ? `, at step ${step}` : ""}: ${word} ${share(left)}`;
