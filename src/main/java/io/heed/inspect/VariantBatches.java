package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import java.util.ArrayList;
import java.util.List;

/** Cuts variants of a text into batches that are read at once in little memory. */
public final class VariantBatches {

    /** The size of the largest array of a pass, the feed-forward network's. */
    private static final long MOST_NUMBERS = 1 << 23; // 32 MiB

    private static final int MOST_ROWS = 64;

    private VariantBatches() {}

    /** Cuts a list of texts of one length, each read to its last position, into such batches. */
    public static <T> List<List<T>> cut(List<T> variants, LanguageModel model, int length) {
        return cut(
                variants,
                (long) length * model.transformer().config().feedForward().width());
    }

    /** Cuts a list of texts into such batches, if the logits of every position are computed. */
    public static <T> List<List<T>> cutForLogits(List<T> variants, LanguageModel model, int length) {
        return cut(variants, widest(model, length));
    }

    /** Cuts a list of texts into parts of that size, if every step is computed by itself and kept. */
    public static <T> List<List<T>> cutForSteps(List<T> variants, LanguageModel model, int length) {
        var config = model.transformer().config();
        long weights = (long) config.layers() * config.heads() * length * length;
        return cut(variants, Math.max(weights, widest(model, length)));
    }

    private static long widest(LanguageModel model, int length) {
        var config = model.transformer().config();
        return (long) length
                * Math.max(config.vocabulary(), config.feedForward().width());
    }

    /** Whether the logits of every position of a text are few enough. */
    public static boolean haveRoomForLogits(LanguageModel model, int length) {
        return (long) length * model.transformer().config().vocabulary() <= MOST_NUMBERS;
    }

    private static <T> List<List<T>> cut(List<T> variants, long numbers) {
        int rows = (int) Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / numbers));
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < variants.size(); from += rows) {
            parts.add(variants.subList(from, Math.min(variants.size(), from + rows)));
        }
        return parts;
    }
}
