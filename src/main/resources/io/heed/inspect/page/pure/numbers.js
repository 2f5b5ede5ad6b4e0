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

// A probability or weight in percent: never 0 or 100 unless it is. The spaces do not break.
export function share(probability) {
  if (!Number.isFinite(probability)) return "–";
  if (probability === 0 || probability === 1) return `${100 * probability}\u00a0%`;
  if (probability < .001) return "<\u00a00.1\u00a0%";
  if (probability > .999) return ">\u00a099.9\u00a0%";
  const percents = 100 * probability;
  return `${percents.toFixed(percents < 9.95 || percents >= 99 ? 1 : 0)}\u00a0%`;
}

// A number of a vector, with two decimals.
export const decimals = value => value === null || !Number.isFinite(value) ? "–" : value.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");
