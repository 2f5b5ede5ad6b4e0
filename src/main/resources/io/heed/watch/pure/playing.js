// Playing the kept frames.

const LENGTH = 20_000;      // milliseconds that all of them take
const SHORTEST = 60;
const LONGEST = 400;

// The milliseconds that a frame stays.
export const pauseOf = frames => Math.max(SHORTEST, Math.min(LONGEST, LENGTH / Math.max(1, frames)));

// Where along the scrubber a step of the frames is, from 0 to 1.
export function placeOf(index, count) {
  return count < 2 ? 0 : index / (count - 1);
}
