// The button that copies the address, in which the choice stands.
import {byId} from "./elements.js";

// Lets the button with the id copy-link copy the address, after `write` has brought it up to date.
export function offerLink(write = () => {}) {
  byId("copy-link").addEventListener("click", async () => {
    write();
    byId("done").textContent = await copied(location.href) ? "Link copied." : "The link stands in the address line.";
  });
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;   // not allowed here, as on a page without https
  }
}
