package io.heed.text.tokenizer;

import io.heed.text.IdList;
import io.heed.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Cuts text by GPT-2's byte-level byte-pair encoding (Radford et al. 2019): in each word, adjacent bytes and then tokens are merged,
 * always the pair that was learnt first, at its leftmost place. The tokens of a word are cached.
 */
final class BpeEncoder implements TextEncoder {

    /** Longer words go to the library, since the time for a word grows with the square of its length. */
    private static final int LONGEST = 128;

    /** The number of words that a thread caches. */
    private static final int REMEMBERED = 1 << 18;

    /** The token that a pair becomes, and the rank of the merge. */
    private record Merge(int rank, int token) {}

    private final int[] bytes;
    private final Map<Long, Merge> merges;
    private final List<Special> special;
    private final boolean[] begins = new boolean[256];
    private final ByLibrary library;
    private final ThreadLocal<Memory> memory = ThreadLocal.withInitial(Memory::new);

    /** A token that is searched for before a text is cut into words. */
    private record Special(byte[] text, int id) {}

    private BpeEncoder(int[] bytes, Map<Long, Merge> merges, List<Special> special, ByLibrary library) {
        this.bytes = bytes;
        this.merges = merges;
        this.special = special;
        this.library = library;
        special.forEach(token -> begins[token.text[0] & 0xFF] = true);
    }

    /**
     * Returns the encoder of a tokenizer.json, or null if that does not work like GPT-2's.
     *
     * @param ids the tokens and their ids
     */
    static @Nullable BpeEncoder of(JsonNode root, Map<String, Integer> ids, ByLibrary library) {
        JsonNode model = root.path("model");
        JsonNode words = root.path("pre_tokenizer");
        boolean plain = model.path("type").asString("").equals("BPE")
                && root.path("normalizer").isNull()
                && words.path("type").asString("").equals("ByteLevel")
                && !words.path("add_prefix_space").asBoolean(true)
                && words.path("use_regex").asBoolean(true)
                && !model.path("ignore_merges").asBoolean(false)
                && model.path("dropout").asDouble(0) == 0
                && model.path("continuing_subword_prefix").asString("").isEmpty()
                && model.path("end_of_word_suffix").asString("").isEmpty();
        int[] bytes = IntStream.range(0, 256)
                .map(b -> ids.getOrDefault(String.valueOf(ByteAlphabet.spelled(b)), -1))
                .toArray();
        List<Special> special = special(root.path("added_tokens"));
        if (!plain || special == null || Arrays.stream(bytes).anyMatch(id -> id < 0)) {
            return null;
        }
        Map<Long, Merge> merges = new HashMap<>();
        int rank = 0;
        for (JsonNode pair : model.path("merges")) {
            String[] sides = pair.isArray()
                    ? new String[] {pair.path(0).asString(""), pair.path(1).asString("")}
                    : pair.asString("").split(" ", 2);
            Integer left = ids.get(sides[0]);
            Integer right = ids.get(sides[sides.length - 1]);
            Integer token = ids.get(String.join("", sides));
            if (left == null || right == null || token == null) {
                return null;
            }
            merges.put(key(left, right), new Merge(rank++, token));
        }
        return new BpeEncoder(bytes, merges, special, library);
    }

    /** The tokens that are searched for literally, or null if one has special rules for the search. */
    private static @Nullable List<Special> special(JsonNode added) {
        List<Special> special = new ArrayList<>();
        for (JsonNode token : added) {
            for (String way : List.of("single_word", "lstrip", "rstrip")) {
                if (token.path(way).asBoolean(false)) {
                    return null;
                }
            }
            byte[] text = token.path("content").asString("").getBytes(StandardCharsets.UTF_8);
            if (text.length > 0) {
                special.add(new Special(text, token.path("id").asInt()));
            }
        }
        special.sort((one, other) -> other.text.length - one.text.length); // of two at one position the longer wins
        return special;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    @Override
    public void encode(byte[] text, int from, int to, IdList ids) {
        Memory own = memory.get();
        int begun = from;
        for (int at = from; at < to; ) {
            Special token = begins[text[at] & 0xFF] ? special(text, at, to) : null;
            if (token == null) {
                at++;
            } else {
                words(text, begun, at, own, ids);
                ids.add(token.id);
                at += token.text.length;
                begun = at;
            }
        }
        words(text, begun, to, own, ids);
    }

    private @Nullable Special special(byte[] text, int at, int to) {
        for (Special token : special) {
            if (Utf8.startsWith(text, at, to, token.text)) {
                return token;
            }
        }
        return null;
    }

    private void words(byte[] text, int from, int to, Memory own, IdList ids) {
        if (ByteWords.hasStrangers(text, from, to)) {
            library.encode(text, from, to, ids);
            return;
        }
        ByteWords.cut(text, from, to, (in, at, length, hash) -> {
            if (length > LONGEST) {
                library.encode(in, at, at + length, ids);
                return;
            }
            int index = own.known.find(in, at, length, hash);
            if (index >= 0) {
                own.copy(index, ids);
                return;
            }
            int count = merge(in, at, length, own.tokens);
            for (int i = 0; i < count; i++) {
                ids.add(own.tokens[i]);
            }
            if (own.known.size() < REMEMBERED) {
                own.keep(own.known.add(in, at, length, hash), count);
            }
        });
    }

    /** Cuts a word, and returns the number of its tokens. */
    private int merge(byte[] text, int from, int length, int[] tokens) {
        for (int i = 0; i < length; i++) {
            tokens[i] = bytes[text[from + i] & 0xFF];
        }
        int count = length;
        while (true) {
            Merge first = null;
            int place = 0;
            for (int i = 0; i + 1 < count; i++) {
                Merge merge = merges.get(key(tokens[i], tokens[i + 1]));
                if (merge != null && (first == null || merge.rank < first.rank)) {
                    first = merge;
                    place = i;
                }
            }
            if (first == null) {
                return count;
            }
            tokens[place] = first.token;
            System.arraycopy(tokens, place + 2, tokens, place + 1, count - place - 2);
            count--;
        }
    }

    /** The words that one thread caches: the number of each tells where its tokens start, and how many there are. */
    private static final class Memory {
        private final WordTable known = new WordTable();
        private final int[] tokens = new int[LONGEST];
        private int[] all = new int[1 << 12];
        private int used;

        void keep(int index, int count) {
            if (used + count > all.length) {
                all = Arrays.copyOf(all, all.length + all.length / 2 + count);
            }
            System.arraycopy(tokens, 0, all, used, count);
            known.set(index, (long) used << 32 | count);
            used += count;
        }

        void copy(int index, IdList ids) {
            long number = known.number(index);
            int start = (int) (number >>> 32);
            int count = (int) number;
            for (int i = start; i < start + count; i++) {
                ids.add(all[i]);
            }
        }
    }
}
