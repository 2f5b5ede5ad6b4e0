// Asking a server that does not answer: again soon, then ever less often.

export const LONGEST = 30_000;

// The milliseconds to wait after so many vain attempts in a row.
export const pauseAfter = attempts => Math.min(LONGEST, 1000 * 2 ** attempts);
