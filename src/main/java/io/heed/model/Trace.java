package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.util.PairList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transformer computed on its way from ids to logits, under the names that papers use.
 *
 * <p>A trace travels in the {@code params} of {@code Block.forward}; a forward pass that finds one computes step by step, with the
 * explicit formulas, and records each step. The arrays stay in the manager of the pass's input. Shapes: B batch, T queries, S keys,
 * C width, H heads, D = C/H, V vocabulary.
 */
public final class Trace {

    private static final String KEY = "trace";

    /** Steps of one layer. */
    public enum Step {
        /** The layer's input, (B,T,C). */
        RESIDUAL_BEFORE,
        /** Queries, (B,H,T,D). */
        QUERY,
        /** Keys, (B,H,S,D). */
        KEY,
        /** Values, (B,H,S,D). */
        VALUE,
        /** {@code QKᵀ/√D} for every pair of positions, the future included, (B,H,T,S). */
        UNMASKED_SCORES,
        /** The scores that softmax sees: minus infinity where a key is hidden, (B,H,T,S). */
        SCORES,
        /** Attention weights, {@code softmax(scores)}: rows are queries and sum to one, (B,H,T,S). */
        WEIGHTS,
        /** What each head reads, {@code weights·V}, (B,H,T,D). */
        HEAD_OUTPUT,
        /** What attention adds to the residual stream, (B,T,C). */
        ATTENTION_OUTPUT,
        /** The residual stream between attention and feed-forward, (B,T,C). */
        RESIDUAL_MIDDLE,
        /** What the feed-forward network adds to the residual stream, (B,T,C). */
        FEED_FORWARD_OUTPUT,
        /** The layer's output, (B,T,C). */
        RESIDUAL_AFTER
    }

    private record Place(int layer, Step step) {}

    private final Map<Place, NDArray> steps = new LinkedHashMap<>();
    private final Map<String, NDArray> ends = new LinkedHashMap<>();
    private int layer = -1;

    /** Returns the {@code params} that carry this trace through {@code Block.forward}. */
    public PairList<String, Object> asParams() {
        return new PairList<>(Collections.singletonList(KEY), Collections.singletonList(this));
    }

    /** Returns the trace that travels in a forward pass's {@code params}, or null. */
    static @Nullable Trace in(@Nullable PairList<String, Object> params) {
        return params == null ? null : (Trace) params.get(KEY);
    }

    /** Says which layer, from 0, the steps that follow belong to. */
    void enterLayer(int layer) {
        this.layer = layer;
    }

    void record(Step step, NDArray value) {
        steps.put(new Place(layer, step), value);
    }

    void recordFinalNorm(NDArray value) {
        ends.put("final_norm", value);
    }

    void recordLogits(NDArray value) {
        ends.put("logits", value);
    }

    /**
     * Returns what was recorded.
     *
     * @param layer the layer, from 0
     * @throws IllegalArgumentException if no forward pass recorded that step
     */
    public NDArray get(int layer, Step step) {
        NDArray value = steps.get(new Place(layer, step));
        if (value == null) {
            throw new IllegalArgumentException("layer %d recorded no %s".formatted(layer, step));
        }
        return value;
    }

    /** Returns the number of layers that were recorded. */
    public int layers() {
        return layer + 1;
    }

    /** Returns the residual stream after the last norm, (B,T,C). */
    public NDArray finalNorm() {
        return end("final_norm");
    }

    /** Returns the logits, (B,T,V). */
    public NDArray logits() {
        return end("logits");
    }

    private NDArray end(String name) {
        NDArray value = ends.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no forward pass recorded its " + name);
        }
        return value;
    }
}
