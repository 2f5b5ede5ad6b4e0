package io.heed.predict.evaluation;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Window;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Consecutive lines of a text, each to be read by itself, as windows.
 *
 * @param windows those of each line; none if it has nothing to score
 * @param bytes how much of each line is scored, with its end, in bytes of UTF-8
 */
record LineBlock(List<List<Window>> windows, long[] bytes) {

    /**
     * The number of lines that are cut and read together. As rounding depends on what is read together, all that evaluates lines counts
     * them from the start of the text in blocks of this many.
     */
    static final int LINES = 512;

    /** Cuts at most {@value #LINES} lines, none of them blank. */
    static LineBlock of(LanguageModel model, int stride, List<String> lines) {
        Tokenizer tokenizer = model.tokenizer();
        List<long[]> sentences = tokenizer.encodeSentences(lines);
        List<List<Window>> windows = new ArrayList<>();
        long[] bytes = new long[lines.size()];
        for (int i = 0; i < bytes.length; i++) {
            windows.add(Window.of(sentences.get(i), model.context(), stride));
            if (sentences.get(i).length > 1) {
                bytes[i] = scored(tokenizer, lines.get(i));
            }
        }
        return new LineBlock(windows, bytes);
    }

    /** The bytes of what has something before it. */
    private static long scored(Tokenizer tokenizer, String line) {
        long end = tokenizer.sentenceMarks().end().isPresent() ? 1 : 0;
        int first = tokenizer.sentenceMarks().start().isEmpty() ? tokenizer.firstEnd(line) : 0;
        return end + line.substring(first).getBytes(StandardCharsets.UTF_8).length;
    }

    /** The windows of all lines, in order. */
    List<Window> allWindows() {
        return windows.stream().flatMap(List::stream).toList();
    }

    /** How much of all lines is scored, in bytes. */
    long allBytes() {
        return LongStream.of(bytes).sum();
    }
}
