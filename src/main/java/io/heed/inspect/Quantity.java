package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be read off a recording, or computed from one: the one list for dumps, which hold any of them, and for maps, which show those of
 * pairs of tokens. What is computed is of a model without an encoder.
 */
@SuppressWarnings("ImmutableEnumChecker") // lists and functions that hold nothing
public enum Quantity {
    /** Attention weights and the scores they are computed from. */
    ATTENTION(List.of("layer", "head", "query", "key"), null, Step.UNMASKED_SCORES, Step.SCORES, Step.WEIGHTS),
    /** Queries, keys and values. */
    QKV(Step.PROJECTED_QUERY, Step.PROJECTED_KEY, Step.NORMED_QUERY, Step.NORMED_KEY, Step.QUERY, Step.KEY, Step.VALUE),
    /** The output of each head and what it writes. */
    HEADS(Step.HEAD_OUTPUT, Step.HEAD_CONTRIBUTION, Step.ATTENTION_OUTPUT),
    /** The residual stream, from the embeddings on. */
    RESIDUAL(
            Step.TOKEN_EMBEDDING,
            Step.POSITION_EMBEDDING,
            Step.RESIDUAL_BEFORE,
            Step.RESIDUAL_MIDDLE,
            Step.RESIDUAL_AFTER),
    /** The outputs of the norms. */
    NORMS(Step.ATTENTION_INPUT, Step.FEED_FORWARD_INPUT, Step.FINAL_NORM),
    /** The feed-forward networks. */
    FEED_FORWARD(Step.FEED_FORWARD_INNER, Step.FEED_FORWARD_GATE, Step.FEED_FORWARD_ACTIVE, Step.FEED_FORWARD_OUTPUT),
    /** The logits, and the weights that compute them from the residual stream. */
    LOGITS(Step.LOGITS),
    /** How much of each token is left at each position after each layer, all heads together ({@link Rollout}). */
    ROLLOUT(
            List.of("layer", "query", "key"),
            new Computed(
                    (model, recording) ->
                            Arrays.stream(Rollout.of(recording)).map(Tensor::of).toList(),
                    "rollout up to layer %d",
                    "share"),
            Step.WEIGHTS),
    /** How much can flow from each token to each position through all layers ({@link AttentionFlow}); costly. */
    FLOW(
            List.of("query", "key"),
            new Computed(
                    (model, recording) -> List.of(Tensor.of(AttentionFlow.of(recording))), "attention flow", "flow"),
            Step.WEIGHTS),
    /** How much each key writes through each head ({@link ValueWeighted}). */
    VALUE_WEIGHTED(
            List.of("layer", "head", "query", "key"),
            new Computed(ValueWeighted::of, "value-weighted, layer %d, head %d", "length ÷ %.3g"),
            Step.WEIGHTS,
            Step.VALUE),
    /** How alike the heads read ({@link HeadSimilarity}). */
    HEAD_SIMILARITY(
            List.of("layer", "head", "other_layer", "other_head"),
            new Computed((model, recording) -> HeadSimilarity.of(recording).tensors(), "", ""),
            Step.WEIGHTS);

    /** Computes a quantity: one tensor for each layer if its first dimension is of layers, or one alone. */
    @FunctionalInterface
    interface Computation {
        List<Tensor> of(LanguageModel model, Recording recording);
    }

    /**
     * How a quantity is computed, and what its maps are called.
     *
     * @param title of a map; {@code %d} stands for the layer and the head
     * @param unit of its numbers; where {@code %g} stands for the largest, numbers are drawn as shares of that
     */
    record Computed(Computation computation, String title, String unit) {}

    private final List<String> dimensions;
    private final @Nullable Computed computed;
    private final List<Step> steps;

    Quantity(Step... steps) {
        this(List.of(), null, steps);
    }

    Quantity(List<String> dimensions, @Nullable Computed computed, Step... steps) {
        this.dimensions = dimensions;
        this.computed = computed;
        this.steps = List.of(steps);
    }

    /** Those that maps show. */
    public static List<Quantity> maps() {
        return Stream.of(values())
                .filter(each -> each.dimensions.contains("key"))
                .toList();
    }

    /**
     * Those that are dumped by default: all but what takes more than a few seconds.
     *
     * @param heads the number of heads in all layers
     * @param tokens the length of the longest text
     */
    public static Set<Quantity> usual(int heads, int tokens) {
        return HeadSimilarity.isQuick(heads, tokens)
                ? EnumSet.complementOf(EnumSet.of(FLOW))
                : EnumSet.complementOf(EnumSet.of(FLOW, HEAD_SIMILARITY));
    }

    /**
     * Checks that it can be computed for a text.
     *
     * @throws io.heed.HeedException if the text is too long
     */
    public void check(ModelConfig config, int tokens) {
        if (this == FLOW) {
            AttentionFlow.check(config.layers(), tokens);
        }
    }

    /** Whether it is computed from a recording rather than a part of one. */
    public boolean isComputed() {
        return computed != null;
    }

    /** The steps to record for it, of which a model computes those of {@link Step#of}. */
    public List<Step> steps() {
        return steps;
    }

    /** What its dimensions are; empty for steps of several shapes. */
    public List<String> dimensions() {
        return dimensions;
    }

    /** Whether there is a map for each layer. */
    public boolean ofLayers() {
        return dimensions.contains("layer");
    }

    /** Whether there is a map for each head. */
    public boolean ofHeads() {
        return dimensions.contains("head");
    }

    /** The shape of one that is computed, for a text of so many tokens. */
    public long[] shape(ModelConfig config, long tokens) {
        return dimensions.stream()
                .mapToLong(dimension -> switch (dimension) {
                    case "layer", "other_layer" -> config.layers();
                    case "head", "other_head" -> config.heads();
                    default -> tokens;
                })
                .toArray();
    }

    /**
     * Computes it.
     *
     * @param recording of that model, with its {@link #steps}
     * @return one tensor for each layer if it is {@linkplain #ofLayers of layers}, or one alone
     * @throws IllegalArgumentException if it is recorded
     * @throws io.heed.HeedException if the text is too long
     */
    public List<Tensor> of(LanguageModel model, Recording recording) {
        return computed().computation.of(model, recording);
    }

    private Computed computed() {
        if (computed == null) {
            throw new IllegalArgumentException(this + " is recorded, not computed");
        }
        return computed;
    }

    /** Returns its maps, as {@link #of} computes them. */
    public TokenMaps maps(LanguageModel model, Recording recording) {
        return this == ATTENTION
                ? recording.maps()
                : ComputedMaps.of(this, computed().title, computed().unit, recording.passage(), of(model, recording));
    }

    /** The name on the command line and in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
