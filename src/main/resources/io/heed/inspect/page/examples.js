// Texts to try.
import {element} from "./elements.js";

// A row of buttons; `choose` gets the example. Those that compare two texts are shown where `compare` takes them.
export function examplesOf(examples, choose, compare = null) {
  const shown = examples.filter(({other}) => !other || compare);
  if (shown.length === 0) return [];
  return [element("span", {className: "quiet", textContent: "Try:"}), ...shown.map(example => {
    const button = element("button", {type: "button", textContent: example.label, title: example.text});
    button.addEventListener("click", () => example.other ? compare(example) : choose(example));
    return button;
  })];
}
