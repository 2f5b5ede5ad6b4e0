// What is chosen, as the part of the address after #, and back.
const HEADS = /^\d{1,4}\.\d{1,4}( \d{1,4}\.\d{1,4})*$/;
const NUMBER = /^\d{1,7}$/;
const ALLOWED = {text: /^/, recording: NUMBER, at: NUMBER, head: /^\d{1,4}\.\d{1,4}$/, off: HEADS, tab: /^(first|maps)$/, step: /^[1-7]$/, temperature: /^(0\.[1-9]|1(\.\d)?|2)$/, swap: /^/};

// `chosen` has what differs from how the page opens: {text, recording, at, head, off, tab, step, temperature, swap}; what is undefined or "" is
// left out. `allowed` says what the values of each name look like.
export function addressOf(chosen, allowed = ALLOWED) {
  const kept = Object.keys(allowed).filter(name => chosen[name] !== undefined && chosen[name] !== "");
  return kept.map(name => `${name}=${encodeURIComponent(chosen[name]).replaceAll("%20", "+")}`).join("&");
}

// Anything else in an address is passed over.
export function chosenIn(address, allowed = ALLOWED) {
  const chosen = {};
  for (const part of address.replace(/^#/, "").split("&")) {
    const [name, value = ""] = part.split(/=(.*)/s);
    const text = decoded(value);
    if (Object.hasOwn(allowed, name) && text !== null && allowed[name].test(text)) chosen[name] = text;
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
