package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How well a model predicted a text.
 *
 * @param tokens every token that was read, except a mark added before the text
 */
@JsonPropertyOrder({"log_probability", "perplexity", "tokens"})
public record Score(List<ScoredToken> tokens) {

    /**
     * A token and how well the model predicted it.
     *
     * @param token its spelling in the vocabulary
     * @param id its id
     * @param span where it is in the text; empty if it stands for no character: a space that the tokenizer sets apart, a mark after the
     *     text, a token given by its id
     * @param logProbability ln P(token | everything before it), in nats; null for the first token if nothing comes before it
     * @param rank 1 if it was the likeliest of the vocabulary, 2 for the next; null if there is no probability
     */
    @JsonPropertyOrder({"token", "id", "span", "log_probability", "surprise_bits", "rank"})
    public record ScoredToken(
            String token,
            int id,
            Span span,
            @Nullable Double logProbability,
            @Nullable Integer rank) {

        /** {@code −log₂ p}: the bits needed to encode this token, 0 if it was certain; null if there is no probability. */
        @JsonProperty("surprise_bits")
        public @Nullable Double surprise() {
            return logProbability == null ? null : -logProbability / Math.log(2);
        }
    }

    /** Copies the list. */
    public Score {
        tokens = List.copyOf(tokens);
    }

    /** The natural logarithm of the probability of the whole text, given its first token if nothing comes before it. */
    @JsonProperty
    public double logProbability() {
        return tokens.stream()
                .map(ScoredToken::logProbability)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** The number of tokens that have a probability. */
    public long counted() {
        return tokens.stream().filter(token -> token.logProbability() != null).count();
    }

    /** The perplexity, {@code exp(−ln P / tokens)}: as if each token were one of that many equally likely ones; NaN without tokens. */
    @JsonProperty
    public double perplexity() {
        return Math.exp(-logProbability() / counted());
    }
}
