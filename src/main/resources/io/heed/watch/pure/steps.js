// Lists of events in the order of their steps.

// The index of the last one up to a step, or -1.
export function lastUpTo(events, step) {
  let [from, to] = [0, events.length];
  while (from < to) {
    const middle = from + to >> 1;
    if (events[middle].step <= step) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

// The index of the nearest one to a step, or -1 if there is none.
export function nearest(events, step) {
  const before = lastUpTo(events, step);
  const after = before + 1;
  if (after === events.length) return before;
  return before >= 0 && step - events[before].step <= events[after].step - step ? before : after;
}

// The index of the first one from a step on, or of the last one if there is none.
export function firstFrom(events, step) {
  return Math.min(lastUpTo(events, step - 1) + 1, events.length - 1);
}
