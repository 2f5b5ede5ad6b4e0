// Sentences and words of the first screen as elements.
import {byId, element} from "./elements.js";
import {quoted} from "./pure/story.js";

// Names the model beside the page's title.
export function showModel(name) {
  byId("model").textContent = name === "" ? "" : `· ${name}`;
}

// A word as it is shown: one that the model does not know is struck through and named.
export function wordElement(word, name = "b") {
  if (!word.unknown) return element(name, {className: "word", textContent: word.label});
  return element(name, {className: "word"}, element("s", {textContent: word.label}), element("small", {textContent: " unknown"}));
}

// A word as a chip, with a line below for how much it is read.
export function chip(name, word, read = "") {
  return element(name, {className: "chip"}, wordElement(word, "span"), element("span", {className: "read", textContent: read}));
}

export function phrase(parts) {
  return parts.flatMap(part => {
    if (typeof part === "string") return [part];
    const [before, after] = quoted(part.label).split(part.label);
    return [before, wordElement(part), after];
  });
}

export const paragraph = (sentence, className = "") => element("p", {className}, ...phrase(sentence));
