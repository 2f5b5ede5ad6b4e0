// Why a head looks there: which parts of the model wrote the query and the key of a score.
import {decimals} from "./numbers.js";

// The largest terms of a cell's score, each {query, key, value} with the parts that wrote the query and the key, the largest first; null where
// they are not known.
export function termsOf({parts, cells}, {layer, head, query, key}) {
  const cell = cells.find(each => each.layer === layer && each.head === head && each.query === query && each.key === key);
  return cell ? cell.terms.map(term => ({query: parts[term.query], key: parts[term.key], value: term.value})) : null;
}

// A part in words: a phrase of texts and words. `word` stands at the position where the part wrote.
export function writer({name, layer, head}, word, position) {
  switch (name) {
    case "token": return ["the word ", word];
    case "position": return [`position ${position}`];
    case "head": return [`head ${layer}·${head}`];
    case "feed-forward": return [`the feed-forward network of layer ${layer}`];
    case "norm bias": return ["the norm’s bias"];
    case "bias": return ["the projection’s bias"];
    default: return [`the ${name} of layer ${layer}`];
  }
}

// A term with its sign, if it does not round to zero, and two decimals.
export const signed = value => `${value >= .005 ? "+" : ""}${decimals(value)}`;
