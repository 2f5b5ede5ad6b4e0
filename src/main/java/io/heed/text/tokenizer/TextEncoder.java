package io.heed.text.tokenizer;

import io.heed.text.IdList;
import io.heed.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Cuts UTF-8 into ids exactly as the library does. Thread-safe. */
public sealed interface TextEncoder
        permits TextEncoder.ByLibrary, TextEncoder.OfCharacters, TextEncoder.OfWords, BpeEncoder {

    /** Adds the ids of a text, or of the first part of a long one. */
    void encode(byte[] text, int from, int to, IdList ids);

    /** Adds the ids of a later part of a long text, without what a tokenizer does only at the start of texts. */
    default void encodeLaterPart(byte[] text, int from, int to, IdList ids) {
        encode(text, from, to, ids);
    }

    /**
     * Uses only the library.
     *
     * @param first cuts texts and first parts
     * @param later cuts later parts
     */
    record ByLibrary(Function<String, long[]> first, Function<String, long[]> later) implements TextEncoder {
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

    /** Makes each character a token, forty times faster than the library. */
    final class OfCharacters implements TextEncoder {
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

    /** Cuts lower-case words and punctuation marks; uncommon ones go to the library in batches, and its answers are cached. */
    final class OfWords implements TextEncoder {
        private static final int REMEMBERED = 1 << 16;

        /** Longer words are not cached. */
        private static final int LONGEST = 64;

        /** About how many chars to give the library at once. */
        private static final int AT_ONCE = 1 << 15;

        /** The placeholder for the ids of an uncommon stretch. */
        private static final int PLACE = Integer.MIN_VALUE;

        private final WordTable known = new WordTable();
        private final int unknown;
        private final int end;
        private final Function<String, long[]> library;
        private final Map<String, long[]> answers = new ConcurrentHashMap<>();

        OfWords(Map<String, Integer> vocabulary, int unknown, Function<String, long[]> library) {
            this.unknown = unknown;
            this.library = library;
            end = Objects.requireNonNull(vocabulary.get(TokenizerBuilder.END));
            vocabulary.forEach((token, id) -> {
                byte[] word = token.getBytes(StandardCharsets.UTF_8);
                known.set(known.add(word, word.length, WordTable.hash(word, word.length)), id);
            });
        }

        @Override
        public void encode(byte[] text, int from, int to, IdList ids) {
            int before = ids.size();
            List<String> strange = new ArrayList<>();
            Words.cut(text, from, to, new Words.Sink() {
                @Override
                public void word(byte[] letters, int length, int hash) {
                    int index = known.find(letters, length, hash);
                    ids.add(index < 0 ? unknown : (int) known.number(index));
                }

                @Override
                public void uncommon(byte[] text, int from, int to) {
                    int begun = from;
                    for (int at = from; at < to; ) {
                        int length = Words.special(text, at, to);
                        if (length > 0) {
                            stretch(text, begun, at);
                            byte[] special = Arrays.copyOfRange(text, at, at + length);
                            word(special, length, WordTable.hash(special, length));
                            begun = at + length;
                        }
                        at += Math.max(1, length);
                    }
                    stretch(text, begun, to);
                }

                private void stretch(byte[] text, int from, int to) {
                    String stretch = new String(text, from, to - from, StandardCharsets.UTF_8);
                    if (Words.hasStrangers(stretch)) {
                        strange.add(stretch);
                        ids.add(PLACE);
                    } else {
                        Words.cutUncommon(stretch, this);
                    }
                }
            });
            if (!strange.isEmpty()) {
                ids.replace(before, PLACE, answers(strange));
            }
        }

        /** The library's ids for stretches, each cut separately. */
        private Iterator<long[]> answers(List<String> stretches) {
            Map<String, long[]> own = new HashMap<>();
            List<String> asked = new ArrayList<>();
            int chars = 0;
            for (String stretch : new LinkedHashSet<>(stretches)) {
                long[] answer = answers.get(stretch);
                if (answer != null) {
                    own.put(stretch, answer);
                    continue;
                }
                asked.add(stretch);
                chars += stretch.length();
                if (chars > AT_ONCE) {
                    ask(asked, own);
                    asked.clear();
                    chars = 0;
                }
            }
            if (!asked.isEmpty()) {
                ask(asked, own);
            }
            return stretches.stream()
                    .map(stretch -> Objects.requireNonNull(own.get(stretch)))
                    .iterator();
        }

        /** Gives all stretches to the library at once, separated by an end mark, which none of them contains. */
        private void ask(List<String> stretches, Map<String, long[]> own) {
            if (answers.size() + stretches.size() > REMEMBERED) {
                answers.clear(); // common ones will soon be back
            }
            long[] all = library.apply(String.join(TokenizerBuilder.END, stretches));
            int from = 0;
            for (String stretch : stretches) {
                int to = from;
                while (to < all.length && all[to] != end) {
                    to++;
                }
                long[] answer = Arrays.copyOfRange(all, from, to);
                own.put(stretch, answer);
                if (stretch.length() < LONGEST) {
                    answers.put(stretch, answer);
                }
                from = to + 1;
            }
        }
    }
}
