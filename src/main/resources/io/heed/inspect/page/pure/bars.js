// The bars of the words that may come next.
import {share} from "./numbers.js";

const COMERS = 3;   // the most words that appear only without some heads or at another temperature

const bar = (guess, probability, before, text = share(probability)) => ({guess, probability, before, text});
const found = (words, {token}) => words.find(each => each.token === token);
const sum = bars => bars.reduce((total, {probability}) => total + (probability ?? 0), 0);

// A bar for each word and one for all others: {guess, probability, before, text}. `now` has the likeliest words of the model without some heads or
// at another temperature; `before` is then what the model itself said, or null where that is not known. The words of the model itself keep their
// places. Those that are not among `now` are among the others, but for the answer, which is less likely than all of `now`.
export function barsOf(next, now) {
  if (!now) return closed(next.map(guess => bar(guess, guess.probability, null)));
  const least = Math.min(...now.map(({probability}) => probability));
  const kept = next.filter((guess, rank) => rank === 0 || found(now, guess)).map(guess => found(now, guess) ? bar(guess, found(now, guess).probability, guess.probability)
    : bar(guess, null, guess.probability, share(least).startsWith("<") ? share(least) : `<\u00a0${share(least)}`));
  const come = now.slice(0, next.length).filter(guess => !found(next, guess)).slice(0, COMERS).map(guess => bar(guess, guess.probability, null));
  return closed([...kept, ...come]);
}

const closed = bars => [...bars, bar(null, Math.max(0, 1 - sum(bars)), null)];
