// What is chosen, as the part of the address after #, and back.
const HEADS = /^\d{1,4}\.\d{1,4}( \d{1,4}\.\d{1,4})*$/;
const NUMBER = /^\d{1,7}$/;
const ALLOWED = {text: /^/, recording: NUMBER, at: NUMBER, head: /^\d{1,4}\.\d{1,4}$/, off: HEADS, tab: /^(first|maps)$/, step: /^[1-7]$/, temperature: /^(0\.[1-9]|1(\.\d)?|2)$/, swap: /^/};
const KEPT = Object.keys(ALLOWED);

// `chosen` has what differs from how the page opens: {text, recording, at, head, off, tab, step, temperature, swap}; what is undefined or "" is left out.
export function addressOf(chosen) {
  const kept = KEPT.filter(name => chosen[name] !== undefined && chosen[name] !== "");
  return kept.map(name => `${name}=${encodeURIComponent(chosen[name]).replaceAll("%20", "+")}`).join("&");
}

// Anything else in an address is passed over.
export function chosenIn(address) {
  const chosen = {};
  for (const part of address.replace(/^#/, "").split("&")) {
    const [name, value = ""] = part.split(/=(.*)/s);
    const text = decoded(value);
    if (KEPT.includes(name) && text !== null && ALLOWED[name].test(text)) chosen[name] = text;
  }
  return chosen;
}

function decoded(value) {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return null;   // half a character
  }
}
