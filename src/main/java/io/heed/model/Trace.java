package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.util.PairList;
import io.heed.model.shape.ModelConfig;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Records what a transformer computes between ids and logits, under the names that papers use.
 *
 * <p>A trace travels in the {@code params} of {@code Block.forward}; a forward pass that finds one computes step by
 * step, with the explicit formulas, and records each step. The arrays belong to the manager of the pass's input. An
 * {@link Intervention} may replace a step's value, and the pass continues with the replacement. Shapes: B batch, T
 * queries, S keys, C width, H heads, D the width of a head, F feed-forward width, V vocabulary.
 */
public final class Trace {

    private static final String KEY = "trace";

    /** The layer number of steps outside the layers. */
    public static final int OUTSIDE = -1;

    /** The parts of a transformer that have layers. */
    public enum Part {
        /** The encoder's layers, where each position attends to the whole source. */
        ENCODER,
        /** The decoder's layers, or those of a decoder-only transformer. */
        DECODER,
        /** The decoder layers' attention to the source: queries from the decoder, keys and values from the encoder. */
        CROSS;

        /** The part whose residual stream it adds to: that of the encoder or that of the decoder. */
        public Part stream() {
            return this == ENCODER ? ENCODER : DECODER;
        }
    }

    /** The steps of the computation, in order. */
    public enum Step {
        /** The token embeddings, times their scale, (B,T,C). Outside the layers. */
        TOKEN_EMBEDDING,
        /** The position embeddings, (T,C), if positions apply to embeddings. Outside the layers. */
        POSITION_EMBEDDING,
        /** The layer's input, (B,T,C). */
        RESIDUAL_BEFORE,
        /** The input after the layer's first norm, from which queries, keys and values are computed, (B,T,C). */
        ATTENTION_INPUT,
        /** Queries as projected, (B,H,T,D), if the model normalises or rotates them. */
        PROJECTED_QUERY,
        /** Keys as projected, likewise, (B,H,S,D). */
        PROJECTED_KEY,
        /** Queries after their norm and before rotation, (B,H,T,D), if the model normalises them. */
        NORMED_QUERY,
        /** Keys after their norm and before rotation, likewise, (B,H,S,D). */
        NORMED_KEY,
        /** The queries that scores are computed from, (B,H,T,D). */
        QUERY,
        /** The keys that scores are computed from, (B,H,S,D); heads that share a key head have equal keys. */
        KEY,
        /** Values, (B,H,S,D). */
        VALUE,
        /** {@code QKᵀ/√D} for every pair of positions, including future ones, (B,H,T,S). */
        UNMASKED_SCORES,
        /** The scores that softmax sees: minus infinity where a key is hidden, (B,H,T,S). */
        SCORES,
        /** Attention weights, {@code softmax(scores)}: rows are queries and sum to one, (B,H,T,S). */
        WEIGHTS,
        /** The output of each head, {@code weights·V}, (B,H,T,D). */
        HEAD_OUTPUT,
        /** What each head adds to the residual stream: its output times its rows of the output projection, (B,H,T,C). */
        HEAD_CONTRIBUTION,
        /** What attention adds to the residual stream: the heads' contributions and the projection's bias, (B,T,C). */
        ATTENTION_OUTPUT,
        /** The residual stream between attention and feed-forward, (B,T,C). */
        RESIDUAL_MIDDLE,
        /** That stream after the layer's second norm, (B,T,C). */
        FEED_FORWARD_INPUT,
        /** The feed-forward network's inner numbers before the activation, (B,T,F). */
        FEED_FORWARD_INNER,
        /** The gate before its activation, if the network has one, (B,T,F). */
        FEED_FORWARD_GATE,
        /** The inner numbers after the activation, or times the activated gate, (B,T,F). */
        FEED_FORWARD_ACTIVE,
        /** What the feed-forward network adds to the residual stream, (B,T,C). */
        FEED_FORWARD_OUTPUT,
        /** The layer's output, (B,T,C). */
        RESIDUAL_AFTER,
        /** The residual stream after the last norm, (B,T,C). Outside the layers. */
        FINAL_NORM,
        /** How likely each token comes next, before softmax, (B,T,V). Outside the layers. */
        LOGITS;

        /** The steps that a model of this shape computes. */
        public static Set<Step> of(ModelConfig config) {
            Set<Step> steps = EnumSet.allOf(Step.class);
            boolean normed = config.attention().queryKeyNorm();
            if (!config.positions().ofTokens()) {
                steps.remove(POSITION_EMBEDDING);
            } else if (!normed) {
                steps.removeAll(EnumSet.of(PROJECTED_QUERY, PROJECTED_KEY));
            }
            if (!normed) {
                steps.removeAll(EnumSet.of(NORMED_QUERY, NORMED_KEY));
            }
            if (!config.feedForward().gated()) {
                steps.remove(FEED_FORWARD_GATE);
            }
            return steps;
        }

        /**
         * Returns the size of each dimension but that of the batch.
         *
         * @param queries T
         * @param keys S
         */
        public long[] shape(ModelConfig config, long queries, long keys) {
            long heads = config.heads();
            return switch (this) {
                case PROJECTED_QUERY, NORMED_QUERY, QUERY, HEAD_OUTPUT ->
                    new long[] {heads, queries, config.headWidth()};
                case PROJECTED_KEY, NORMED_KEY, KEY, VALUE -> new long[] {heads, keys, config.headWidth()};
                case UNMASKED_SCORES, SCORES, WEIGHTS -> new long[] {heads, queries, keys};
                case HEAD_CONTRIBUTION -> new long[] {heads, queries, config.width()};
                case FEED_FORWARD_INNER, FEED_FORWARD_GATE, FEED_FORWARD_ACTIVE ->
                    new long[] {queries, config.feedForward().width()};
                case LOGITS -> new long[] {queries, config.vocabulary()};
                default -> new long[] {queries, config.width()};
            };
        }

        /** Whether every layer has this step; the others come before or after all layers. */
        public boolean inLayers() {
            return this != TOKEN_EMBEDDING && this != POSITION_EMBEDDING && this != FINAL_NORM && this != LOGITS;
        }
    }

    /** Who reads the residual stream. */
    public enum Reader {
        /** The queries of an attention; each head may read a stream of its own. */
        QUERY,
        /** The keys; each key head may read a stream of its own. */
        KEY,
        /** The values, likewise. */
        VALUE,
        /** The feed-forward network. */
        FEED_FORWARD,
        /** The last norm and the head; outside the layers. */
        LOGITS
    }

    /** Changes the values that steps compute, and what they are computed from. */
    @FunctionalInterface
    public interface Intervention {

        /**
         * Returns the value that the pass continues with.
         *
         * @param value what the step computed; return it to change nothing
         */
        NDArray apply(Place place, NDArray value);

        /**
         * Returns the residual stream that somebody reads, before its norm; keys and values of a cross-attention read the encoder's last
         * stream. By default, all read the same. Of a stream of one's own, {@link Step#ATTENTION_INPUT} is neither recorded nor changed.
         *
         * @param layer the layer, from 0, or -1 for the logits
         * @param stream (B,T,C)
         * @return (B,T,C); for queries, keys and values also (B,N,T,C), a stream for each of N heads or key heads
         */
        default NDArray read(Part part, int layer, Reader reader, NDArray stream) {
            return stream;
        }

        /**
         * Returns the key heads that an attention computes, with the heads that read them, in ascending order; the others add nothing,
         * and if there are none, nothing of it is read. By default, all.
         */
        default int[] keyHeads(Part part, int layer, int all) {
            return IntStream.range(0, all).toArray();
        }

        /** Whether the feed-forward network of a layer is computed; if not, it adds nothing. By default, it is. */
        default boolean feedsForward(Part part, int layer) {
            return true;
        }
    }

    /**
     * Where something was computed.
     *
     * @param layer the layer, from 0, or {@link #OUTSIDE}
     */
    public record Place(Part part, int layer, Step step) {

        /** Whether this is such a step of such a part, in whatever layer. */
        public boolean isOf(Part part, Step step) {
            return this.part == part && this.step == step;
        }
    }

    private final Map<Place, NDArray> recorded = new LinkedHashMap<>();
    private final Set<Step> wanted;
    private final Intervention intervention;
    private Part part = Part.DECODER;
    private int layer = OUTSIDE;

    /** Creates a trace that records every step and changes none. */
    public Trace() {
        this(EnumSet.allOf(Step.class));
    }

    /** Creates a trace that records some steps and changes none. */
    public Trace(Set<Step> wanted) {
        this(wanted, (place, value) -> value);
    }

    /**
     * Creates a trace.
     *
     * @param wanted the steps it records
     * @param intervention what changes the values of steps, recorded or not
     */
    public Trace(Set<Step> wanted, Intervention intervention) {
        this.wanted = wanted.isEmpty() ? EnumSet.noneOf(Step.class) : EnumSet.copyOf(wanted);
        this.intervention = intervention;
    }

    /** Returns the {@code params} that carry this trace through {@code Block.forward}. */
    public PairList<String, Object> asParams() {
        return new PairList<>(Collections.singletonList(KEY), Collections.singletonList(this));
    }

    /** Returns the trace in a forward pass's {@code params}, or null. */
    static @Nullable Trace in(@Nullable PairList<String, Object> params) {
        return params == null ? null : (Trace) params.get(KEY);
    }

    /** Returns that trace, or one that records nothing. */
    static Trace inOrSilent(@Nullable PairList<String, Object> params) {
        Trace trace = in(params);
        return trace == null ? new Trace(Set.of()) : trace;
    }

    /** Sets the part and the layer, from 0, that the following steps belong to. */
    void enter(Part part, int layer) {
        this.part = part;
        this.layer = layer;
    }

    /** Returns the part that the pass is in. */
    public Part part() {
        return part;
    }

    /** Whether a step is recorded; ask before computing a costly step that nothing else needs. */
    boolean wants(Step step) {
        return wanted.contains(step);
    }

    /** Records a step and returns the value to continue with. */
    NDArray record(Step step, NDArray value) {
        Place place = new Place(part, step.inLayers() ? layer : OUTSIDE, step);
        NDArray used = intervention.apply(place, value);
        if (wanted.contains(step)) {
            recorded.put(place, used);
        }
        return used;
    }

    /** Returns the residual stream that somebody reads. */
    NDArray read(Reader reader, NDArray stream) {
        return intervention.read(part, reader == Reader.LOGITS ? OUTSIDE : layer, reader, stream);
    }

    /** Returns the key heads, of so many, that the attention which the pass is in computes. */
    int[] keyHeads(int all) {
        return intervention.keyHeads(part, layer, all);
    }

    /** Whether the feed-forward network that the pass is in is computed. */
    boolean feedsForward() {
        return intervention.feedsForward(part, layer);
    }

    /** Returns everything recorded, in the order of its first computation. */
    public Map<Place, NDArray> recorded() {
        return Collections.unmodifiableMap(recorded);
    }

    /**
     * Returns what was recorded of a step in a layer.
     *
     * @param layer the layer, from 0
     * @throws IllegalArgumentException if no forward pass recorded that step
     */
    public NDArray get(int layer, Step step) {
        return get(Part.DECODER, layer, step);
    }

    /**
     * Returns what was recorded in a part of the transformer.
     *
     * @param layer the layer, from 0, or -1 for a step outside the layers
     * @throws IllegalArgumentException if no forward pass recorded that step
     */
    public NDArray get(Part part, int layer, Step step) {
        NDArray value = recorded.get(new Place(part, layer, step));
        if (value == null) {
            throw new IllegalArgumentException("layer %d recorded no %s".formatted(layer, step));
        }
        return value;
    }

    /**
     * Returns what was recorded of a step outside the layers.
     *
     * @throws IllegalArgumentException if no forward pass recorded that step
     */
    public NDArray get(Step step) {
        return get(OUTSIDE, step);
    }

    /** Returns the number of layers that the pass went through. */
    public int layers() {
        return layer + 1;
    }
}
