// What happens at one position, in plain words: which word may come next, what a head reads for it, and what the model says without it.
// A sentence is a list of strings and words; a word, {label, unknown}, stands out.
import {sameHead} from "./heads.js";
import {rowOf} from "./maps.js";
import {share} from "./numbers.js";
import {isUnknown} from "./words.js";

const STARTS = /^(\[BOS\]|\[CLS\]|<s>|<bos>|<\|begin_of_text\|>|<\|im_start\|>|<\|endoftext\|>)$/;
const ENDS = /^(\[EOS\]|\[SEP\]|<\/s>|<eos>|<\|end_of_text\|>|<\|im_end\|>|<\|endoftext\|>)$/;

const LITTLE = .005;     // a change of probability that is hardly one

const word = (label, unknown = false) => ({label, unknown});

// The letters of a shown token, without its quotes and the space before it.
function letters(shown) {
  const bare = shown.replace(/^"(.+)"$/su, "$1");
  return bare.trim() || bare.replaceAll(" ", "␣");
}

// A token of a text as a word: what was read, or what it stands for.
export function wordOf({token, shown, start, end}, text) {
  if (start === end && STARTS.test(token)) return word("‹start›");
  if (ENDS.test(token)) return word("‹end›");
  if (isUnknown({token})) return word(text.slice(start, end).trim() || "‹unknown›", true);
  return word(letters(shown));
}

export const wordsIn = recording => recording.tokens.map(token => wordOf(token, recording.text));

// What heads read at a position, by their names.
export async function rowsOf(recording, position, heads) {
  const there = heads.filter(({layer, head}) => recording.has(layer, head));
  await Promise.all(there.map(({layer, head}) => recording.load(layer, head)));
  return new Map(there.map(each => [shortName(each), rowOf(recording.weights(each.layer, each.head), position)]));
}

// A token that may come next, as a word.
export function nextWord({token, shown}) {
  if (ENDS.test(token)) return word("‹end›");
  return STARTS.test(token) ? word("‹start›") : isUnknown({token}) ? word("‹unknown›") : word(letters(shown));
}

export const shortName = ({layer, head}) => `${layer}·${head}`;

// "1·1" as a head.
export function headOf(name) {
  const [layer, head] = name.split("·").map(Number);
  return {layer, head};
}

// The keys of a row from the one that is read most.
export const readings = weights => Array.from(weights, (weight, key) => ({key, weight})).sort((a, b) => b.weight - a.weight);

const change = ({probability}, next) => Math.abs(probability - next[0].probability);
const changeOfLog = ({log_probability: log}, next) => Math.abs(log - Math.log(next[0].probability));

// The heads from the one without which the answer's probability changes most; among equals, its logarithm.
export const byEffect = ({next, effects}) => [...effects ?? []].sort((a, b) => change(b, next) - change(a, next) || changeOfLog(b, next) - changeOfLog(a, next));

// Whether another word comes first without a head, by more than chance: where many words are alike, hardly anything changes their order.
export const changesAnswer = (effect, next) => effect.instead.token !== next[0].token && change(effect, next) >= LITTLE;

// The heads without any one of which another word comes first.
export const deciding = story => byEffect(story).filter(effect => changesAnswer(effect, story.next));

// Other heads than the chosen one without which the answer is another: those that are named and drawn with it.
export const alsoNeeded = told => deciding(told).filter(each => !sameHead(each, told.head) && told.rows.has(shortName(each))).slice(0, 2);

const listed = names => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

export const namesOf = heads => listed(heads.map(shortName));

// A word that is read with its share, and with its number where the text has it twice.
function readWord(words, {key, weight}, ofWhat = "") {
  const twice = words.filter(({label}) => label === words[key].label).length > 1;
  return [words[key], ` (${twice ? `word ${key}, ` : ""}${share(weight)}${ofWhat})`];
}

// What a head reads at a position, as the end of a sentence.
function looks(weights, {words, position}) {
  const [first, second] = readings(weights);
  if (first.weight < .5 && second) {
    const named = each => each.key === position ? [`the word itself (${share(each.weight)})`] : readWord(words, each);
    return ["looks at several words, most at ", ...named(first), " and ", ...named(second)];
  }
  if (first.key === position) return [`looks at the word itself (${share(first.weight)})`];
  return ["looks back at ", ...readWord(words, first, " of its attention")];
}

const withoutIt = (effect, {next}) => {
  const top = nextWord(next[0]);
  if (changesAnswer(effect, next)) {
    return ["Without this head, ", top, ` falls to ${share(effect.probability)} and `, nextWord(effect.instead), ` (${share(effect.instead.probability)}) comes first.`];
  }
  const by = effect.probability - next[0].probability;
  if (Math.abs(by) < LITTLE) return ["Without this head, almost nothing changes: ", top, ` ${share(effect.probability)}.`];
  return ["Without this head, ", top, ` ${by < 0 ? "falls" : "rises"} to ${share(effect.probability)}.`];
};

function together({next, together: sets, effects}) {
  if (!effects || effects.some(effect => changesAnswer(effect, next))) return [];
  return [["No single head decides: without any one of them, ", nextWord(next[0]), " still comes first."], ...(sets ?? []).slice(0, 1).map(({heads, probability, instead}) =>
    [`But without ${namesOf(heads)} together, `, nextWord(next[0]), ` falls to ${share(probability)} and `, nextWord(instead), ` (${share(instead.probability)}) comes first.`])];
}

// How the sentence on the chosen head starts: that the answer needs it is said where it does.
function lead(effect, {words, position, next}) {
  if (next.length === 0) return ["At ", words[position], ", h"];
  return effect && effect.probability < next[0].probability - LITTLE ? ["To find it, h"] : ["H"];
}

// The story of a position in a few sentences. `rows` has the weights of heads at the position, by name.
export function sentences(told) {
  const {words, position, next, effects, why, head, rows} = told;
  const own = rows.get(shortName(head));
  const effect = effects?.find(each => sameHead(each, head));
  const others = alsoNeeded(told);
  return [
    ...next.length > 0 ? [["After ", words[position], " the model expects ", nextWord(next[0]), ` (${share(next[0].probability)}).`]] : [],
    ...own ? [[...lead(effect, told), `ead ${shortName(head)} `, ...looks(own, told), "."]] : [],
    ...effect ? [withoutIt(effect, told)] : [],
    ...others.map(other => [`It also needs head ${shortName(other)}, which `, ...looks(rows.get(shortName(other)), told), ": without it, ",
      nextWord(other.instead), ` (${share(other.instead.probability)}) comes first.`]),
    ...together(told),
    ...why ? [[why]] : [],
  ];
}

// What a head does at a position, in a few words, and how much it matters there.
export function caption(weights, {words, position}) {
  const [first, second] = readings(weights);
  const named = ({key, weight}) => [key === position ? "itself" : words[key], ` ${share(weight)}`];
  return first.weight < .5 && second ? ["reads ", ...named(first), ", ", ...named(second)] : ["reads ", ...named(first)];
}

export function matters(head, {next, effects, strongest}) {
  const effect = effects?.find(each => sameHead(each, head));
  if (!effect) return "";
  if (changesAnswer(effect, next)) return strongest && sameHead(head, strongest) ? "carries the answer" : "changes the answer";
  return change(effect, next) < LITTLE ? "hardly matters here" : `without it ${nextWord(next[0]).label} ${share(effect.probability)}`;
}

// A sentence as plain text.
export const plain = sentence => sentence.map(part => typeof part === "string" ? part : quoted(part.label)).join("");

// What only stands for a place, such as ‹start›, has quotes of its own.
export const quoted = label => /^‹.*›$/u.test(label) ? label : `“${label}”`;
