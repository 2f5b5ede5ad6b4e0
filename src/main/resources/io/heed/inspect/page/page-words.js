// Tokens as they are shown, and tokens merged into words.

// A token that is shown, in curly quotes, as it stands in a sentence: its own, if any, make place for them.
const inQuotes = shown => `“${shown.replace(/^"(.+)"$/su, "$1")}”`;

function shortened(text, length) {
  const letters = Array.from(text);
  return letters.length > length ? letters.slice(0, length - 1).join("") + "…" : text;
}

// Whether a token begins a word: it is one that was added, it says so, or a space stands before it in the text.
function beginsWord(recording, index) {
  if (index === 0) return true;
  const [before, token] = [recording.tokens[index - 1], recording.tokens[index]];
  const added = each => each.start === each.end;
  const said = recording.text.slice(token.start, token.end);
  const saidBefore = recording.text.slice(before.start, before.end);
  return added(token) || added(before) || token.start > before.end
      || /^[Ġ▁]/u.test(token.token) || /^\s/u.test(said) || /\S\s+$/u.test(saidBefore);
}

// What a map's rows and columns stand for, tokens or words of one token or more: how they are shown, where
// they stand if the same is shown twice, and how they are spelled in files.
function unitsOf(recording, merge) {
  const units = [];
  recording.tokens.forEach(({token, shown, start, end}, index) => {
    if (merge && !beginsWord(recording, index)) {
      const word = units[units.length - 1];
      word.tokens.push(index);
      word.label = word.spelled = recording.text.slice(recording.tokens[word.tokens[0]].start, end).trim();
    } else {
      const bare = merge && /^".+"$/su.test(shown) ? recording.text.slice(start, end).trim() : "";
      units.push({tokens: [index], label: bare || shown, spelled: bare || token});
    }
  });
  const count = new Map();
  units.forEach(({label}) => count.set(label, (count.get(label) ?? 0) + 1));
  units.forEach(unit => { unit.place = count.get(unit.label) > 1 ? ` (${unit.tokens[0]})` : ""; });
  return units;
}

// How a token or word is named among others: with its place where the same is shown twice.
const named = unit => unit.label + unit.place;

const hasParts = recording => unitsOf(recording, true).length < recording.length;

// The map of words: the sum over a key's tokens, the mean over a query's, so that rows still sum to one.
function mergeMap(values, units) {
  const merged = new Float32Array(units.length * (units.length + 1) / 2);
  units.forEach((query, row) => {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (const q of query.tokens) {
        for (const k of units[column].tokens) sum += k <= q ? values[place(q, k)] : 0;
      }
      merged[place(row, column)] = sum / query.tokens.length;
    }
  });
  return merged;
}

// Elements.
const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const byId = id => document.getElementById(id);
