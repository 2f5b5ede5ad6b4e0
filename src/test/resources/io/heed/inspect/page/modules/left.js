import {add} from "./shared.js";

// A line like a comment in the middle of code.
const own = "left";
log.push(own);
export const kept = "kept";
export function left(value) {
  return `${own} of ${value + add(0)}`;
}
