package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How well a model foresaw a text.
 *
 * @param tokens every token that was read, but for a mark that was put before the text
 */
@JsonPropertyOrder({"log_probability", "perplexity", "tokens"})
public record Score(List<ScoredToken> tokens) {

    /**
     * A token and how well it was foreseen.
     *
     * @param token as the vocabulary spells it
     * @param id its id
     * @param span where it stands in the text, empty where it stands for no character of it: a space that the tokenizer sets apart, a mark
     *     behind the text, a token that was given by its id
     * @param logProbability ln P(token | everything before it), in nats; null for the first where nothing stands before it
     * @param rank 1 where it was the likeliest of the vocabulary, 2 for the next; null as above
     */
    @JsonPropertyOrder({"token", "id", "span", "log_probability", "surprise_bits", "rank"})
    public record ScoredToken(
            String token,
            int id,
            Span span,
            @Nullable Double logProbability,
            @Nullable Integer rank) {

        /** {@code −log₂ p}: the bits that say this token, 0 where nothing else could come; null where there is no probability. */
        @JsonProperty("surprise_bits")
        public @Nullable Double surprise() {
            return logProbability == null ? null : -logProbability / Math.log(2);
        }
    }

    /** Copies the list. */
    public Score {
        tokens = List.copyOf(tokens);
    }

    /** The natural logarithm of the probability of the whole text, given its first token where nothing stands before that. */
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

    /** {@code exp(−ln P / tokens)}: among how many equally likely tokens the model chose each time; NaN where none counts. */
    @JsonProperty
    public double perplexity() {
        return Math.exp(-logProbability() / counted());
    }
}
