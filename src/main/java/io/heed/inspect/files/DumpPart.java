package io.heed.inspect.files;

import io.heed.inspect.heads.HeadSimilarity;
import io.heed.model.Trace.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The parts of a computation that a dump can hold. */
public enum DumpPart {
    /** Attention weights and the scores they are computed from. */
    ATTENTION,
    /** Queries, keys and values. */
    QKV,
    /** The output of each head and what it writes. */
    HEADS,
    /** The residual stream, from the embeddings on. */
    RESIDUAL,
    /** The outputs of the norms. */
    NORMS,
    /** The feed-forward networks. */
    FEED_FORWARD,
    /** The logits, and the weights that compute them from the residual stream. */
    LOGITS,
    /** How much of each token is left at each position after each layer. */
    ROLLOUT,
    /** How much can flow from each token to each position; costly, so not dumped by default. */
    FLOW,
    /** How much each key writes through each head. */
    VALUE_WEIGHTED,
    /** How alike the heads read. */
    HEAD_SIMILARITY;

    /**
     * The parts that are dumped by default: everything but the flow and, if it takes more than a few seconds, the similarity of heads.
     *
     * @param heads the number of heads in all layers
     * @param tokens the length of the longest text
     */
    public static Set<DumpPart> usual(int heads, int tokens) {
        Set<DumpPart> usual = EnumSet.complementOf(EnumSet.of(FLOW));
        if (!HeadSimilarity.isQuick(heads, tokens)) {
            usual.remove(HEAD_SIMILARITY);
        }
        return usual;
    }

    List<Measure> measures() {
        return switch (this) {
            case ROLLOUT -> List.of(Measure.ROLLOUT);
            case FLOW -> List.of(Measure.FLOW);
            case VALUE_WEIGHTED -> List.of(Measure.VALUE_WEIGHTED);
            case HEAD_SIMILARITY -> List.of(Measure.HEAD_SIMILARITY);
            default -> List.of();
        };
    }

    /** Its steps; a model computes those of {@link Step#of}. */
    List<Step> steps() {
        return switch (this) {
            case ATTENTION -> List.of(Step.UNMASKED_SCORES, Step.SCORES, Step.WEIGHTS);
            case QKV ->
                List.of(
                        Step.PROJECTED_QUERY,
                        Step.PROJECTED_KEY,
                        Step.NORMED_QUERY,
                        Step.NORMED_KEY,
                        Step.QUERY,
                        Step.KEY,
                        Step.VALUE);
            case HEADS -> List.of(Step.HEAD_OUTPUT, Step.HEAD_CONTRIBUTION, Step.ATTENTION_OUTPUT);
            case RESIDUAL ->
                List.of(
                        Step.TOKEN_EMBEDDING,
                        Step.POSITION_EMBEDDING,
                        Step.RESIDUAL_BEFORE,
                        Step.RESIDUAL_MIDDLE,
                        Step.RESIDUAL_AFTER);
            case NORMS -> List.of(Step.ATTENTION_INPUT, Step.FEED_FORWARD_INPUT, Step.FINAL_NORM);
            case FEED_FORWARD ->
                List.of(
                        Step.FEED_FORWARD_INNER,
                        Step.FEED_FORWARD_GATE,
                        Step.FEED_FORWARD_ACTIVE,
                        Step.FEED_FORWARD_OUTPUT);
            case LOGITS -> List.of(Step.LOGITS);
            case ROLLOUT, FLOW, VALUE_WEIGHTED, HEAD_SIMILARITY -> List.of();
        };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
