package io.heed.text.corpus;

import io.heed.text.DataFormat;
import io.heed.text.LineEnds;
import io.heed.text.Utf8;
import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Counts how many lines of the validation part are also in the training part, by 64-bit hashes. With very many lines it uses a sample:
 * those whose hash ends in enough zeros (Wegman's adaptive sampling, Flajolet 1990).
 */
public final class Repeats implements Serializable {

    /** In one long text, lines with fewer bytes do not count. */
    private static final int SHORTEST = 40;

    /** The most validation lines to compare with training lines; of more, a sample is compared. */
    private static final int COMPARED = 1 << 20;

    private final int shortest;
    private final int limit;
    private long[] hashes = new long[1 << 10]; // 0 if empty
    private int[] counts = new int[1 << 10];
    private byte[] found = new byte[1 << 10];
    private int size;
    private int zeros;

    /** No lines yet. */
    public static Repeats none(DataFormat format) {
        return new Repeats(format, COMPARED);
    }

    /** @param limit the most lines to hold */
    public Repeats(DataFormat format, int limit) {
        shortest = format.endsWithLines() ? 1 : SHORTEST;
        this.limit = limit;
    }

    /** Adds lines of the validation part. */
    public void add(byte[] text) {
        each(text, hash -> put(hash, 1));
    }

    /** Compares lines of the training part, once all validation lines are added. Thread-safe. */
    public void look(byte[] text) {
        each(text, hash -> {
            int slot = slot(hash);
            if (hashes[slot] == hash && found[slot] == 0) {
                found[slot] = 1;
            }
        });
    }

    /** Adds the lines of another part of the validation part. */
    public void add(Repeats other) {
        for (int slot = 0; slot < other.hashes.length; slot++) {
            long hash = other.hashes[slot];
            if (hash != 0 && Long.numberOfTrailingZeros(hash) >= zeros) {
                put(hash, other.counts[slot]);
            }
        }
        while (zeros < other.zeros) {
            zeros++;
            rebuild(hashes.length);
        }
    }

    /** Which of the lines have been found, by where this and its copies hold them. */
    public BitSet found() {
        BitSet bits = new BitSet();
        for (int slot = 0; slot < found.length; slot++) {
            bits.set(slot, found[slot] > 0);
        }
        return bits;
    }

    /** Takes over what copies of this have found. */
    public void found(BitSet bits) {
        bits.stream().forEach(slot -> found[slot] = 1);
    }

    /** The number of validation lines found in the training part; an estimate if there are very many. */
    public long count() {
        long sum = 0;
        for (int slot = 0; slot < hashes.length; slot++) {
            sum += found[slot] * (long) counts[slot];
        }
        return sum << zeros;
    }

    /** The number of validation lines. */
    public long lines() {
        return Arrays.stream(counts).asLongStream().sum() << zeros;
    }

    private interface Each {
        void hash(long hash);
    }

    private void each(byte[] text, Each each) {
        LineEnds.each(text, (from, end) -> {
            int first = from;
            int last = end;
            while (first < last && Utf8.isSpace(text[first])) {
                first++;
            }
            while (first < last && Utf8.isSpace(text[last - 1])) {
                last--;
            }
            if (last - first >= shortest) {
                long hash = hash(text, first, last);
                if (Long.numberOfTrailingZeros(hash) >= zeros) {
                    each.hash(hash);
                }
            }
        });
    }

    /** A polynomial hash whose bits are mixed as in {@link io.heed.Seeds}; never 0. */
    private static long hash(byte[] text, int from, int to) {
        long hash = 1;
        for (int i = from; i < to; i++) {
            hash = hash * 0x9E3779B97F4A7C15L + text[i];
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1L << 63 : hash;
    }

    private int slot(long hash) {
        int slot = (int) (hash >>> 20) & (hashes.length - 1);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & (hashes.length - 1);
        }
        return slot;
    }

    private void put(long hash, int count) {
        int slot = slot(hash);
        if (hashes[slot] == 0) {
            hashes[slot] = hash;
            size++;
        }
        counts[slot] += count;
        if (size > limit) {
            zeros++;
            rebuild(hashes.length);
        } else if (2 * size > hashes.length) {
            rebuild(2 * hashes.length);
        }
    }

    private void rebuild(int length) {
        long[] oldHashes = hashes;
        int[] oldCounts = counts;
        hashes = new long[length];
        counts = new int[length];
        found = new byte[length];
        size = 0;
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0 && Long.numberOfTrailingZeros(oldHashes[i]) >= zeros) {
                put(oldHashes[i], oldCounts[i]);
            }
        }
    }
}
