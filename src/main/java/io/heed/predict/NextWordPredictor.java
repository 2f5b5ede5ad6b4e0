package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Predicts the next word of texts. Thread-safe. */
public final class NextWordPredictor {

    /**
     * The number of texts of a file that are read together. As rounding depends on what is read together, all that predicts for files
     * counts their texts from the start in groups of this many.
     */
    public static final int AT_ONCE = 64;

    /** About the most numbers of a cache in memory at once. */
    private static final long LARGEST_BATCH = 1L << 24;

    private final LanguageModel model;

    /** Creates a predictor over a model, which the caller closes. */
    public NextWordPredictor(LanguageModel model) {
        this.model = model;
    }

    /**
     * Returns the likeliest next tokens of one text.
     *
     * @param ids at least one token; only the last that fit into the context are read
     * @param count how many of the likeliest to return
     */
    public NextWords next(long[] ids, int count) {
        return next(List.of(ids), count).get(0);
    }

    /**
     * Returns the likeliest next tokens of several texts, which are read together, and their unknown words.
     *
     * @param texts at least one token each; only the last that fit into the context are read
     * @param count how many of the likeliest to return of each
     */
    public List<NextWords> after(List<Encoded> texts, int count) {
        List<NextWords> next = next(texts.stream().map(Encoded::ids).toList(), count);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> next.get(i).after(texts.get(i)))
                .toList();
    }

    /**
     * Returns the likeliest next tokens of several texts, which are read together.
     *
     * @param texts at least one token each; only the last that fit into the context are read
     * @param count how many of the likeliest to return of each
     */
    public List<NextWords> next(List<long[]> texts, int count) {
        return next(texts, count, Collections.nCopies(texts.size(), 1.0));
    }

    /**
     * Returns the likeliest next tokens of several texts, which are read together, at a temperature for each.
     *
     * @param texts at least one token each; only the last that fit into the context are read
     * @param count how many of the likeliest to return of each
     * @param temperatures T of each text, above 0: probabilities are softmax(logits / T)
     */
    public List<NextWords> next(List<long[]> texts, int count, List<Double> temperatures) {
        List<Integer> byLength = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(text -> texts.get(text).length))
                .toList();
        int rows = rowsAtOnce();
        List<NextWords> all =
                new ArrayList<>(Collections.nCopies(texts.size(), new NextWords(List.of(), 0, List.of())));
        for (int from = 0; from < byLength.size(); from += rows) {
            List<Integer> some = byLength.subList(from, Math.min(byLength.size(), from + rows));
            try (RowReader reader =
                    new RowReader(model, some.stream().map(texts::get).toList())) {
                float[][] logits = reader.next();
                for (int row = 0; row < logits.length; row++) {
                    int text = some.get(row);
                    Distribution next = new Distribution(logits[row], temperatures.get(text));
                    all.set(text, NextWords.of(next, count, model.tokenizer()));
                }
            }
        }
        return all;
    }

    /** Groups texts of similar length into parts that fit into memory. */
    private int rowsAtOnce() {
        var config = model.transformer().config();
        long numbers = 2L * config.layers() * config.width() * config.context();
        return Math.toIntExact(Math.max(1, Math.min(256, LARGEST_BATCH / numbers)));
    }
}
