package io.heed.text.tokenizer;

import io.heed.text.InOrder;
import io.heed.text.TextChunk;
import io.heed.text.TextSection;
import io.heed.text.Utf8;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;

/** The frequencies of words, parts of a text or characters. */
public sealed interface Counts extends Serializable {

    /**
     * Counts a piece of text.
     *
     * @param text UTF-8
     */
    static Counts of(TokenizerType type, byte[] text) {
        Counts counts = none(type, Integer.MAX_VALUE);
        counts.count(text);
        return counts;
    }

    /**
     * Returns empty counts.
     *
     * @param vocabulary how many of the most frequent will be needed
     */
    static Counts none(TokenizerType type, int vocabulary) {
        return switch (type) {
            case WORD -> new OfWords(Math.max(1 << 21, (int) Math.min(4L * vocabulary, 1 << 30)));
            case CHARACTER -> new OfCharacters();
            case BPE -> new OfByteWords(new OfWords(Math.max(1 << 21, (int) Math.min(4L * vocabulary, 1 << 30))));
        };
    }

    /**
     * Counts a text on all cores.
     *
     * @param vocabulary how many of the most frequent will be needed
     * @param reading the text of a piece
     * @param told hears after each piece how many bytes were counted
     */
    static Counts of(
            TokenizerType type,
            int vocabulary,
            List<TextSection> text,
            Function<TextChunk, byte[]> reading,
            LongConsumer told) {
        Counts counts = none(type, vocabulary);
        long[] done = new long[1];
        for (TextSection section : text) {
            Counts own = none(type, vocabulary);
            InOrder.map(
                    section.pieces().iterator(),
                    (TextChunk piece) -> new Counted(of(type, reading.apply(piece)), piece.length()),
                    (Counted some) -> {
                        own.add(some.counts);
                        done[0] += some.bytes;
                        told.accept(done[0]);
                    });
            counts.add(own);
        }
        return counts;
    }

    /** The counts of a piece of so many bytes. */
    record Counted(Counts counts, int bytes) {}

    /**
     * Counts a part of a text, in this thread. The sums of all parts' counts, added in order, are those of the text.
     *
     * @param vocabulary how many of the most frequent will be needed
     * @param reading the text of a piece
     */
    static Counts of(TokenizerType type, int vocabulary, TextSection section, Function<TextChunk, byte[]> reading) {
        Counts counts = none(type, vocabulary);
        section.pieces().forEach(piece -> counts.add(of(type, reading.apply(piece))));
        return counts;
    }

    /** Adds the counts of a text. */
    void count(byte[] text);

    /** Adds other counts; with very many words, the order may affect rare ones. */
    void add(Counts other);

    /** Visits each word or character with its count. */
    void forEach(ObjLongConsumer<String> told);

    /** Counts of words. If there are too many to hold, the rarest are dropped and restart at zero if they occur again. */
    final class OfWords implements Counts, Words.Sink {
        private final int limit;
        private WordTable table = new WordTable();

        OfWords(int limit) {
            this.limit = limit;
        }

        @Override
        public void count(byte[] text) {
            Words.cut(text, 0, text.length, this);
        }

        @Override
        public void word(byte[] letters, int length, int hash) {
            word(letters, 0, length, hash);
        }

        void word(byte[] text, int from, int length, int hash) {
            int index = table.add(text, from, length, hash);
            table.set(index, table.number(index) + 1);
        }

        @Override
        public void uncommon(byte[] text, int from, int to) {
            Words.cutUncommon(new String(text, from, to - from, StandardCharsets.UTF_8), this);
        }

        @Override
        public void add(Counts other) {
            table.addAll(((OfWords) other).table, 1);
            for (long least = 2; table.size() > limit; least *= 2) {
                WordTable frequent = new WordTable();
                frequent.addAll(table, least);
                table = frequent;
            }
        }

        @Override
        public void forEach(ObjLongConsumer<String> told) {
            for (int i = 0; i < table.size(); i++) {
                told.accept(table.word(i), table.number(i));
            }
        }
    }

    /** Counts of the parts that {@link ByteWords} cuts lines into. */
    record OfByteWords(OfWords words) implements Counts {
        @Override
        public void count(byte[] text) {
            ByteWords.cutLines(text, words::word);
        }

        @Override
        public void add(Counts other) {
            words.add(((OfByteWords) other).words);
        }

        @Override
        public void forEach(ObjLongConsumer<String> told) {
            words.forEach(told);
        }
    }

    /** Counts of characters, in pages of 256. */
    final class OfCharacters implements Counts {
        private final long[][] pages = new long[(Character.MAX_CODE_POINT + 1) / 256][];

        @Override
        public void count(byte[] text) {
            for (int at = 0; at < text.length; ) {
                int c = text[at] >= 0 ? text[at] : Utf8.decode(text, at, text.length);
                page(c >> 8)[c & 0xFF]++;
                at += Utf8.length(c);
            }
        }

        private long[] page(int number) {
            long[] page = pages[number];
            if (page == null) {
                page = new long[256];
                pages[number] = page;
            }
            return page;
        }

        @Override
        public void add(Counts other) {
            for (int number = 0; number < pages.length; number++) {
                long[] page = ((OfCharacters) other).pages[number];
                for (int i = 0; page != null && i < page.length; i++) {
                    page(number)[i] += page[i];
                }
            }
        }

        @Override
        public void forEach(ObjLongConsumer<String> told) {
            for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
                long[] page = pages[c >> 8];
                if (page != null && page[c & 0xFF] > 0) {
                    told.accept(Character.toString(c), page[c & 0xFF]);
                }
            }
        }
    }
}
