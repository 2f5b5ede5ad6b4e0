package io.heed.text.corpus;

import java.util.Arrays;
import java.util.List;

/** Several sequences, one after another. */
final class JoinedIds implements Ids {

    private final List<Ids> parts;
    private final long[] ends;

    JoinedIds(List<Ids> parts) {
        this.parts = List.copyOf(parts);
        ends = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += parts.get(i).count();
            ends[i] = end;
        }
    }

    @Override
    public long count() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public long[] read(long from, int length) {
        long[] numbers = new long[length];
        int part = after(from);
        for (int done = 0; done < length; part++) {
            Ids ids = parts.get(part);
            long first = from + done - (ends[part] - ids.count());
            int some = (int) Math.min(length - done, ids.count() - first);
            System.arraycopy(ids.read(first, some), 0, numbers, done, some);
            done += some;
        }
        return numbers;
    }

    /** The first part that ends after a number; some parts may be empty. */
    private int after(long number) {
        int found = Arrays.binarySearch(ends, number + 1);
        int part = found < 0 ? -found - 1 : found;
        while (part > 0 && ends[part - 1] > number) {
            part--;
        }
        return part;
    }
}
