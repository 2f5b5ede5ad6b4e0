package io.heed.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Cuts UTF-8 into ids, exactly as the library does. May be used by several threads at once. */
sealed interface Encoder permits Encoder.ByLibrary, Encoder.OfCharacters, Encoder.OfWords, PairEncoder {

    /** Adds the ids of a text, or of the first part of a long one. */
    void encode(byte[] text, int from, int to, IdList ids);

    /** Adds the ids of a later part of a long text; the same but where a tokenizer does something at the beginning of texts. */
    default void encodeLaterPart(byte[] text, int from, int to, IdList ids) {
        encode(text, from, to, ids);
    }

    /**
     * By the library alone.
     *
     * @param first cuts texts and first parts
     * @param later cuts later parts
     */
    record ByLibrary(Function<String, long[]> first, Function<String, long[]> later) implements Encoder {
        @Override
        public void encode(byte[] text, int from, int to, IdList ids) {
            add(first, text, from, to, ids);
        }

        @Override
        public void encodeLaterPart(byte[] text, int from, int to, IdList ids) {
            add(later, text, from, to, ids);
        }

        private static void add(Function<String, long[]> cut, byte[] text, int from, int to, IdList ids) {
            for (long id : cut.apply(new String(text, from, to - from, StandardCharsets.UTF_8))) {
                ids.add((int) id);
            }
        }
    }

    /** A token for each character, forty times as quick as through the library. */
    final class OfCharacters implements Encoder {
        private final int[] known;
        private final int unknown;
        private final List<byte[]> special;
        private final ByLibrary library;

        OfCharacters(Map<String, Integer> vocabulary, int unknown, List<String> special, ByLibrary library) {
            this.unknown = unknown;
            this.library = library;
            this.special = special.stream()
                    .map(token -> token.getBytes(StandardCharsets.UTF_8))
                    .toList();
            int last = vocabulary.keySet().stream()
                    .filter(OfCharacters::isOne)
                    .mapToInt(token -> token.codePointAt(0))
                    .max()
                    .orElse(0);
            known = new int[last + 1];
            Arrays.fill(known, unknown);
            vocabulary.forEach((token, id) -> {
                if (isOne(token)) {
                    known[token.codePointAt(0)] = id;
                }
            });
        }

        private static boolean isOne(String token) {
            return !token.isEmpty() && token.codePointCount(0, token.length()) == 1;
        }

        @Override
        public void encode(byte[] text, int from, int to, IdList ids) {
            int before = ids.size();
            for (int at = from; at < to; ) {
                byte b = text[at];
                if (b == '[' && isSpecial(text, at, to)) {
                    ids.cut(before);
                    library.encode(text, from, to, ids);
                    return;
                }
                int c = b >= 0 ? b : Utf8.decode(text, at, to);
                ids.add(c < known.length ? known[c] : unknown);
                at += Utf8.length(c);
            }
        }

        private boolean isSpecial(byte[] text, int at, int to) {
            for (byte[] token : special) {
                if (Utf8.startsWith(text, at, to, token)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Lower-case words and punctuation marks; uncommon ones by the library, whose answers are remembered. */
    final class OfWords implements Encoder {
        private static final int REMEMBERED = 1 << 16;

        private final WordTable known = new WordTable();
        private final int unknown;
        private final Function<String, long[]> library;
        private final Map<String, long[]> answers = new ConcurrentHashMap<>();

        OfWords(Map<String, Integer> vocabulary, int unknown, Function<String, long[]> library) {
            this.unknown = unknown;
            this.library = library;
            vocabulary.forEach((token, id) -> {
                byte[] word = token.getBytes(StandardCharsets.UTF_8);
                known.set(known.add(word, word.length, WordTable.hash(word, word.length)), id);
            });
        }

        @Override
        public void encode(byte[] text, int from, int to, IdList ids) {
            Words.cut(text, from, to, new Words.Sink() {
                @Override
                public void word(byte[] letters, int length, int hash) {
                    int index = known.find(letters, length, hash);
                    ids.add(index < 0 ? unknown : (int) known.number(index));
                }

                @Override
                public void uncommon(byte[] text, int from, int to) {
                    for (long id : answer(new String(text, from, to - from, StandardCharsets.UTF_8))) {
                        ids.add((int) id);
                    }
                }
            });
        }

        private long[] answer(String text) {
            long[] answer = answers.get(text);
            if (answer == null) {
                answer = library.apply(text);
                if (text.length() < 64 && answers.size() < REMEMBERED) {
                    answers.put(text, answer);
                }
            }
            return answer;
        }
    }
}
