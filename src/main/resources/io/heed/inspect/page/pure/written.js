// Which words of a text the model wrote: ranges of its characters, [start, end].

// Those that are left when a person changes the text: the ones before the first change.
export function kept(ranges, before, after) {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return ranges.filter(([, end]) => end <= same);
}

// Whether a token, {start, end}, lies in one of them.
export const isWritten = ({start, end}, ranges) => start < end && ranges.some(([from, to]) => start < to && end > from);
