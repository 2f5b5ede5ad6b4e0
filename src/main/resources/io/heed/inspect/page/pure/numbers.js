// Numbers as they are shown.

// The shortest decimal that reads back as the same float32.
export function exact(number) {
  for (let digits = 1; digits < 10; digits++) {
    const text = number.toPrecision(digits);
    if (Math.fround(+text) === number) return String(+text);
  }
  return String(number);
}

// A weight at its precision: a rounded weight is shown with no more digits than it has.
export const known = (weight, bits) => bits === 32 ? exact(weight) : String(+weight.toPrecision(bits === 16 ? 3 : 2));

export const number = value => Number.isFinite(+value) ? String(+(+value).toPrecision(3)) : "–";

export const percent = probability => `${(100 * probability).toFixed(0)} %`;
