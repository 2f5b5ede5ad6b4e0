package io.heed.text.tokenizer;

import io.heed.text.IdList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Learns byte-level byte-pair encoding (Gage 1994; Sennrich et al., arXiv 1508.07909): repeatedly makes the most frequent pair of
 * neighbours a token. Of equally frequent pairs, the one with lower ids comes first.
 *
 * <p>It finds the same merges in the same order as the BpeTrainer of Hugging Face's tokenizers. This requires three of its habits, which
 * matter when two pairs make the same token: both merges are learnt, the second with the id of the first; a pair that occurs again after
 * it was queued is queued again, only for the words of the new occurrences; and a pair keeps its count when it is merged.
 */
final class BpeTrainer {

    /**
     * The result of training.
     *
     * @param tokens the vocabulary, in the order of the ids
     * @param merges the pairs of tokens that become one, in the order of merging
     */
    record Learnt(List<String> tokens, List<Pair> merges) {}

    /** Two adjacent tokens. */
    record Pair(String left, String right) {}

    private static final int LEAST_COUNT = 2;

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final int[] byteIds = new int[256];
    private final LinkedHashSet<Pair> merges = new LinkedHashSet<>();

    private int[] symbols = new int[1 << 12]; // of all words, consecutively
    private int[] starts = new int[1 << 9];
    private int[] lengths = new int[1 << 9];
    private long[] counts = new long[1 << 9];
    private int words;

    private final Pairs pairs = new Pairs();
    private final PriorityQueue<Merge> queue = new PriorityQueue<>();
    private IdList touched = new IdList(64); // pairs with new occurrences since the last enqueuing

    /** A pair that may be merged, its count when it was queued, and the words to merge it in. */
    private record Merge(int pair, long key, long count, IdList places) implements Comparable<Merge> {
        @Override
        public int compareTo(Merge other) {
            return count != other.count ? Long.compare(other.count, count) : Long.compare(key, other.key);
        }
    }

    private BpeTrainer(List<String> special) {
        special.forEach(this::token);
        int[] order = new int[256];
        for (int b = 0; b < 256; b++) {
            order[b] = ByteAlphabet.spelled(b) << 8 | b;
        }
        Arrays.sort(order);
        for (int each : order) {
            byteIds[each & 0xFF] = token(String.valueOf(ByteAlphabet.spelled(each & 0xFF)));
        }
    }

    /**
     * Learns from words and their frequencies.
     *
     * @param special the tokens that come first
     * @param vocabulary the most tokens; every byte gets one in any case
     */
    static Learnt learn(Counts counts, List<String> special, int vocabulary) {
        BpeTrainer trainer = new BpeTrainer(special);
        counts.forEach(trainer::add);
        trainer.learn(vocabulary);
        return new Learnt(List.copyOf(trainer.tokens), List.copyOf(trainer.merges));
    }

    private int token(String token) {
        Integer known = ids.putIfAbsent(token, tokens.size());
        if (known != null) {
            return known;
        }
        tokens.add(token);
        return tokens.size() - 1;
    }

    private void add(String word, long count) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        if (words == counts.length) {
            starts = Arrays.copyOf(starts, 2 * words);
            lengths = Arrays.copyOf(lengths, 2 * words);
            counts = Arrays.copyOf(counts, 2 * words);
        }
        int start = words == 0 ? 0 : starts[words - 1] + lengths[words - 1];
        if (start + bytes.length > symbols.length) {
            symbols = Arrays.copyOf(symbols, Math.max(start + bytes.length, symbols.length + symbols.length / 2));
        }
        for (int i = 0; i < bytes.length; i++) {
            symbols[start + i] = byteIds[bytes[i] & 0xFF];
        }
        starts[words] = start;
        lengths[words] = bytes.length;
        counts[words++] = count;
        for (int i = start; i + 1 < start + bytes.length; i++) {
            change(symbols[i], symbols[i + 1], 1, words - 1);
        }
    }

    private void learn(int vocabulary) {
        enqueue();
        while (tokens.size() < vocabulary) {
            Merge top = queue.poll();
            if (top == null) {
                return;
            }
            long count = pairs.count(top.pair);
            if (count != top.count) {
                queue.add(new Merge(top.pair, top.key, count, top.places));
                continue;
            }
            if (count < LEAST_COUNT) {
                return;
            }
            int left = (int) (top.key >>> 32);
            int right = (int) top.key;
            Pair pair = new Pair(tokens.get(left), tokens.get(right));
            int merged = token(pair.left + pair.right);
            merges.remove(pair); // a pair learnt twice counts at its last place
            merges.add(pair);
            for (int i = 0; i < top.places.size(); i++) {
                merge(top.places.get(i), left, right, merged);
            }
            enqueue();
        }
    }

    /** Queues the pairs with new occurrences. */
    private void enqueue() {
        for (int i = 0; i < touched.size(); i++) {
            int pair = touched.get(i);
            IdList places = pairs.takePlaces(pair);
            if (places != null && pairs.count(pair) > 0) {
                queue.add(new Merge(pair, pairs.key(pair), pairs.count(pair), places));
            }
        }
        touched = new IdList(64);
    }

    /** Merges a pair everywhere in a word. */
    private void merge(int word, int left, int right, int merged) {
        int start = starts[word];
        int end = start + lengths[word];
        int to = start;
        for (int from = start; from < end; from++) {
            if (symbols[from] == left && from + 1 < end && symbols[from + 1] == right) {
                if (to > start) {
                    change(symbols[to - 1], left, -1, word);
                    change(symbols[to - 1], merged, 1, word);
                }
                if (from + 2 < end) {
                    change(right, symbols[from + 2], -1, word);
                    change(merged, symbols[from + 2], 1, word);
                }
                symbols[to++] = merged;
                from++;
            } else {
                symbols[to++] = symbols[from];
            }
        }
        lengths[word] = to - start;
    }

    private void change(int left, int right, int by, int word) {
        int pair = pairs.index((long) left << 32 | right);
        pairs.add(pair, by * counts[word]);
        if (by > 0 && pairs.addPlace(pair, word)) {
            touched.add(pair);
        }
    }

    /** Pairs by their ids, each with its count and the words of its new occurrences. */
    private static final class Pairs {
        private long[] keys = new long[1 << 10];
        private long[] counts = new long[1 << 10];
        private @Nullable IdList[] places = new IdList[1 << 10];
        private int[] slots = new int[1 << 12]; // a pair's index plus one; 0 if empty
        private int size;

        int index(long key) {
            int slot = slot(key);
            if (slots[slot] > 0) {
                return slots[slot] - 1;
            }
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size);
                places = Arrays.copyOf(places, 2 * size);
                slots = new int[8 * size];
                for (int i = 0; i < size; i++) {
                    slots[slot(keys[i])] = i + 1;
                }
                slot = slot(key);
            }
            keys[size] = key;
            slots[slot] = ++size;
            return size - 1;
        }

        private int slot(long key) {
            int mask = slots.length - 1;
            int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
            while (slots[slot] > 0 && keys[slots[slot] - 1] != key) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        long key(int pair) {
            return keys[pair];
        }

        long count(int pair) {
            return counts[pair];
        }

        void add(int pair, long by) {
            counts[pair] += by;
        }

        /** Adds a word; returns whether it is the first since the places were taken. */
        boolean addPlace(int pair, int word) {
            IdList list = places[pair];
            boolean first = list == null;
            if (list == null) {
                list = new IdList(4);
                places[pair] = list;
            }
            if (first || list.get(list.size() - 1) != word) {
                list.add(word);
            }
            return first;
        }

        @Nullable
        IdList takePlaces(int pair) {
            IdList taken = places[pair];
            places[pair] = null;
            return taken;
        }
    }
}
