// Tokens as they are shown, and tokens merged into words.

const UNKNOWN = /^(\[UNK\]|<unk>)$/;

// Whether a token stands for a word that the model does not know.
export const isUnknown = ({token}) => UNKNOWN.test(token);

// A shown token in curly quotes, for use in a sentence; they replace its own quotes, if any.
export const inQuotes = shown => `“${shown.replace(/^"(.+)"$/su, "$1")}”`;

export function shortened(text, length) {
  const letters = Array.from(text);
  return letters.length > length ? letters.slice(0, length - 1).join("") + "…" : text;
}

// Whether a token starts a word: it is an added token, it says so, or a space precedes it in the text.
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
export function unitsOf(recording, merge) {
  const units = [];
  const {text} = recording;
  recording.tokens.forEach(({token, shown, start, end}, index) => {
    if (merge && !beginsWord(recording, index)) {
      const word = units[units.length - 1];
      word.tokens.push(index);
      word.label = word.spelled = recording.text.slice(recording.tokens[word.tokens[0]].start, end).trim();
    } else {
      const bare = merge && /^".+"$/su.test(shown) ? recording.text.slice(start, end).trim() : "";
      const read = isUnknown({token}) ? `${shown} ${text.slice(start, end).trim()}`.trim() : shown;   // which of the unknown words it is
      units.push({tokens: [index], label: bare || read, spelled: bare || token});
    }
  });
  const count = new Map();
  units.forEach(({label}) => count.set(label, (count.get(label) ?? 0) + 1));
  units.forEach(unit => { unit.place = count.get(unit.label) > 1 ? ` (${unit.tokens[0]})` : ""; });
  return units;
}

export const hasParts = recording => unitsOf(recording, true).length < recording.length;

// The name of a token or word among others: with its place if the same one is shown twice.
export const named = unit => unit.label + unit.place;

export const labelOf = (unit, letters = 18) => shortened(unit.label, letters - unit.place.length) + unit.place;
