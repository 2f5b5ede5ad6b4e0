// Two texts side by side: which of their tokens correspond, which changed, and what the model predicts after each.
import {share} from "./numbers.js";
import {nextWord, readings} from "./story.js";

// The text with another word in the place of a token; a space before it stays.
export function swapped(text, {start, end}, word) {
  const [space] = text.slice(start, end).match(/^\s*/);
  return text.slice(0, start) + space + word.trim() + text.slice(end);
}

// The same pairs, {first, second}, seen from the second text.
export const reversed = aligned => aligned.map(({first, second}) => ({first: second, second: first}));

const there = index => index !== null && index !== undefined;

// The token of the second text that corresponds to one of the first: if none does, the one before.
export function partnerOf(aligned, position) {
  const pair = aligned.findIndex(({first}) => first === position);
  const known = aligned.slice(0, pair + 1).filter(({second}) => there(second));
  return known.length > 0 ? known[known.length - 1].second : 0;
}

// The pairs that are not the same token, as [first, second]; undefined where a text has none.
export const changesOf = (aligned, tokens, others) => aligned.filter(({first, second}) => !there(first) || !there(second) || tokens[first].token !== others[second].token);

// The head that restores most of the difference, {layer, head, share}, or null.
export function carrier(byHead) {
  const all = (byHead ?? []).flatMap((heads, layer) => heads.map((restored, head) => ({layer, head, share: restored})));
  return all.reduce((best, each) => !best || each.share > best.share ? each : best, null);
}

const CLEAR = .5;     // the least weight of a word that a head is said to look at

// What a head looks at in both texts: the same place with another word, a word that has moved, or neither, as a list of at most one sentence. Each
// side has its words, tokens, and the weights of its row.
export function followed(name, aligned, first, second) {
  if (first.weights.length < 2 || second.weights.length < 2) return [];   // nothing to choose from
  const [one, other] = [first, second].map(({weights}) => readings(weights)[0]);
  if (one.weight < CLEAR || other.weight < CLEAR) return [];
  const partner = aligned.find(pair => pair.first === one.key)?.second;
  const paired = partner === other.key;
  const same = first.tokens[one.key].token === second.tokens[other.key].token;
  const [word, instead] = [first.words[one.key], second.words[other.key]];
  if (paired && same) return [];
  if (paired) return [[`Head ${name} looks at the same place in both, at `, word, " and at ", instead, ": here it goes by the place in the sentence, not by the word."]];
  const stayed = there(partner) && second.tokens[partner].token === first.tokens[one.key].token;
  return [same && !stayed ? [`Head ${name} looks at `, word, " in both, though it stands elsewhere: here it goes by the word, not by its place."]
    : [`Head ${name} looks at `, word, " in the first and at ", instead, ", elsewhere, in the second."]];
}

const guess = word => [nextWord(word), ` (${share(word.probability)})`];

// What differs, as sentences. Each side has its words, the position and the likeliest words after it; `where` tells where the difference lies,
// if that is known, and names the words that changed.
export function differences(changes, first, second, where = null) {
  const named = (words, index) => there(index) ? [words[index]] : ["nothing"];
  const swaps = changes.flatMap((pair, i) => [i ? ", " : "", ...named(first.words, pair.first), " became ", ...named(second.words, pair.second)]);
  const made = where ? [[where]] : changes.length === 0 ? [["Both texts are the same."]] : [[...swaps, "."]];
  if (first.next.length === 0 || second.next.length === 0) return made;
  const [one, other] = [first.next[0], second.next[0]];
  const after = ["After ", first.words[first.position]];
  return [one.token === other.token
    ? [...after, " both expect ", nextWord(one), `: ${share(one.probability)} and ${share(other.probability)}.`]
    : [...after, " the first expects ", ...guess(one), ", the second ", ...guess(other), "."], ...made];
}

// "both texts …" as a sentence.
export const sentenceOf = text => /[.!?]$/.test(text) ? text : `${text[0].toUpperCase()}${text.slice(1)}.`;
