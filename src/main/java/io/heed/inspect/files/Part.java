package io.heed.inspect.files;

import io.heed.model.Trace.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What of a computation a dump holds. */
public enum Part {
    /** Attention weights and the scores they were made of. */
    ATTENTION,
    /** Queries, keys and values. */
    QKV,
    /** What each head reads and what it writes. */
    HEADS,
    /** The residual stream, from the embeddings on. */
    RESIDUAL,
    /** What the norms make of it. */
    NORMS,
    /** The feed-forward networks. */
    FEED_FORWARD,
    /** The logits, and the weights that make them of the residual stream. */
    LOGITS;

    private List<Step> steps() {
        return switch (this) {
            case ATTENTION -> List.of(Step.UNMASKED_SCORES, Step.SCORES, Step.WEIGHTS);
            case QKV -> List.of(Step.QUERY, Step.KEY, Step.VALUE);
            case HEADS -> List.of(Step.HEAD_OUTPUT, Step.HEAD_CONTRIBUTION, Step.ATTENTION_OUTPUT);
            case RESIDUAL ->
                List.of(
                        Step.TOKEN_EMBEDDING,
                        Step.POSITION_EMBEDDING,
                        Step.RESIDUAL_BEFORE,
                        Step.RESIDUAL_MIDDLE,
                        Step.RESIDUAL_AFTER);
            case NORMS -> List.of(Step.ATTENTION_INPUT, Step.FEED_FORWARD_INPUT, Step.FINAL_NORM);
            case FEED_FORWARD -> List.of(Step.FEED_FORWARD_INNER, Step.FEED_FORWARD_ACTIVE, Step.FEED_FORWARD_OUTPUT);
            case LOGITS -> List.of(Step.LOGITS);
        };
    }

    /** The steps that some parts need, in the order of the computation. */
    static Set<Step> steps(Set<Part> parts) {
        Set<Step> steps = EnumSet.noneOf(Step.class);
        parts.forEach(part -> steps.addAll(part.steps()));
        return steps;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
