// Texts to try.
import {element} from "./elements.js";

// A row of buttons; `choose` gets the example.
export function examplesOf(examples, choose) {
  if (examples.length === 0) return [];
  return [element("span", {className: "quiet", textContent: "Try:"}), ...examples.map(example => {
    const button = element("button", {type: "button", textContent: example.label, title: example.text});
    button.addEventListener("click", () => choose(example));
    return button;
  })];
}
