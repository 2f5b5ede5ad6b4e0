// Attention worked by hand: the tables of the example, how each of their numbers comes about, and whether one that was typed is right.
export const TOLERANCE = .005;      // two decimals are enough

const short = value => String(+value.toFixed(3));

// `example` is {tokens, rows, products, scores, weights, output}. The numbers of the first table are given, the others are worked out.
export function tablesOf(example) {
  const {tokens} = example;
  const places = example.rows[0].map((_, d) => `[${d}]`);
  return [["rows", "X: each word as numbers", places], ["products", "Q·K: each word with each", tokens], ["scores", "Scores: divided by the root", tokens],
    ["weights", "Weights: softmax of each row", tokens], ["output", "The blend of V", places]]
    .map(([name, title, headings]) => ({name, title, headings, numbers: example[name], given: name === "rows"}));
}

const SUMS = {
  products: ({rows}, row, column) => rows[row].map((value, d) => `${short(value)}·${short(rows[column][d])}`).join(" + "),
  scores: ({products, rows}, row, column) => `${short(products[row][column])} ÷ √${rows[0].length}`,
  weights: ({scores}, row, column) => `exp(${short(scores[row][column])}) ÷ (${scores[row].map(score => `exp(${short(score)})`).join(" + ")})`,
  output: ({weights, rows}, row, column) => weights[row].map((weight, key) => `${short(weight)}·${short(rows[key][column])}`).join(" + "),
};

// What has to be worked out for a cell.
export const sumOf = (example, name, row, column) => SUMS[name](example, row, column);

// A number as people type it: ".54", "0,54", "54 %"; NaN if it is none.
export function typedNumber(text) {
  const [, digits, percent] = text.trim().replace(",", ".").replace("−", "-").match(/^([-+]?(?:\d+\.?\d*|\.\d+))\s*(%?)$/) ?? [];
  return digits === undefined ? NaN : percent ? digits / 100 : +digits;
}

// What is said of a number that was typed: {right, text}.
export function checked(text, exact) {
  const number = typedNumber(text);
  if (Number.isNaN(number)) return {right: false, text: "Type a number, such as 0.25."};
  const off = number - exact;
  if (Math.abs(off) <= TOLERANCE + 1e-9) return {right: true, text: `Right: ${exact.toFixed(4)}.`};
  return {right: false, text: `Not quite: ${short(number)} is too ${off > 0 ? "large" : "small"}.`};
}
