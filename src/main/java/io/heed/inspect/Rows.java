package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import java.util.ArrayList;
import java.util.List;

/** How many variants of a text are read at once: as many as memory allows for their logits. */
final class Rows {

    private static final long MOST_LOGITS = 1 << 25; // 128 MiB
    private static final int MOST_ROWS = 64;

    private Rows() {}

    /** Cuts a list into parts of that size. */
    static <T> List<List<T>> cut(List<T> variants, LanguageModel model, int length) {
        long logits = (long) length * model.transformer().config().vocabulary();
        int rows = (int) Math.max(1, Math.min(MOST_ROWS, MOST_LOGITS / logits));
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < variants.size(); from += rows) {
            parts.add(variants.subList(from, Math.min(variants.size(), from + rows)));
        }
        return parts;
    }
}
