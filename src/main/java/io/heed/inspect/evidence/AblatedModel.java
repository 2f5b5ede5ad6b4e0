package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.VariantBatches;
import io.heed.model.Head;
import io.heed.model.HeadReplacement;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A model without some heads, of any layers: at every position their outputs are zero, and all later layers read the result. */
public final class AblatedModel {

    private final LanguageModel model;
    private final Set<Head> missing;

    /** @param missing the heads that it does without */
    public AblatedModel(LanguageModel model, Collection<Head> missing) {
        this.model = model;
        this.missing = Set.copyOf(missing);
    }

    /** Lets it read a text, at most the model's context long, and records some steps. */
    public Recording record(String text, Encoded encoded, Set<Step> steps) {
        return Recording.of(model, List.of(new Passage(text, encoded)), steps, zero(model, List.of(missing)))
                .get(0);
    }

    /**
     * Computes what comes next after a text.
     *
     * @param ids at least one token, at most the model's context
     * @return the logits of the last position (V)
     */
    public float[] next(long[] ids) {
        return next(model, ids, List.of(missing)).get(0);
    }

    /** The logits of the last position (V) without each set of heads. */
    static List<float[]> next(LanguageModel model, long[] ids, List<Set<Head>> sets) {
        List<float[]> next = new ArrayList<>();
        for (List<Set<Head>> rows : VariantBatches.cutForSteps(sets, model, ids.length)) {
            try (NDManager reading = model.newReading()) {
                long[][] texts = Collections.nCopies(rows.size(), ids).toArray(long[][]::new);
                NDArray logits = model.read(reading, texts, new Trace(Set.of(), zero(model, rows))); // (B,T,V)
                for (int row = 0; row < rows.size(); row++) {
                    next.add(logits.get(new NDIndex("{},{}", row, ids.length - 1))
                            .toFloatArray());
                }
            }
        }
        return next;
    }

    private static HeadReplacement zero(LanguageModel model, List<Set<Head>> rows) {
        return new HeadReplacement(
                rows, HeadReplacement.zeros(model.transformer().config()));
    }
}
