package io.heed.text.corpus;

import java.util.List;

/** A sequence of whole numbers: token ids, or where lines start. Thread-safe. */
public interface Ids {

    /** How many there are. */
    long count();

    /** Reads some numbers from an index on. */
    long[] read(long from, int length);

    /** Some of them, from an index on, each plus a number. */
    default Ids part(long from, long count, long plus) {
        return new Part(this, from, count, plus);
    }

    /** Sequences one after another. */
    static Ids joined(List<Ids> parts) {
        return parts.size() == 1 ? parts.get(0) : new JoinedIds(parts);
    }

    /** A part of a sequence, with a number added. */
    record Part(Ids all, long first, long count, long plus) implements Ids {
        @Override
        public long[] read(long from, int length) {
            long[] numbers = all.read(first + from, length);
            for (int i = 0; i < length && plus != 0; i++) {
                numbers[i] += plus;
            }
            return numbers;
        }
    }
}
