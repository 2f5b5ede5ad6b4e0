package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import java.util.ArrayList;
import java.util.List;

/** How many variants of a text are read at once: as many as little memory allows. */
public final class VariantBatches {

    /** The size of the largest array of a pass, the feed-forward network's. */
    private static final long MOST_NUMBERS = 1 << 23; // 32 MiB

    private static final int MOST_ROWS = 64;

    private VariantBatches() {}

    /** Cuts a list into parts of that size. */
    public static <T> List<List<T>> cut(List<T> variants, LanguageModel model, int length) {
        long numbers =
                (long) length * model.transformer().config().feedForward().width();
        int rows = (int) Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / numbers));
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < variants.size(); from += rows) {
            parts.add(variants.subList(from, Math.min(variants.size(), from + rows)));
        }
        return parts;
    }
}
