// Base85, in which a page holds bytes: five characters for four, with a comma for "<", which could end a script.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
const values = new Uint8Array(128);
for (let i = 0; i < DIGITS.length; i++) values[DIGITS.charCodeAt(i)] = i;

export function bytesOf(text) {
  const bytes = new Uint8Array(Math.floor(text.length * 4 / 5));
  for (let from = 0, at = 0; from < text.length; from += 5) {
    let word = 0;
    for (let i = from; i < from + 5; i++) word = 85 * word + (i < text.length ? values[text.charCodeAt(i)] : 84);
    for (let shift = 24; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = word >>> shift;
  }
  return bytes;
}
