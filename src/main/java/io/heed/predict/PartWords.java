package io.heed.predict;

import io.heed.model.Distribution;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The likeliest next tokens of a text by a part of a model, and by the whole.
 *
 * @param likeliest the likeliest tokens by the part, likeliest first
 * @param entropy the entropy of the part's distribution over the whole vocabulary, in nats
 * @param whole what the whole model predicts
 */
public record PartWords(List<Word> likeliest, double entropy, NextWords whole) {

    /**
     * A token that may come next.
     *
     * @param token its spelling in the vocabulary
     * @param id its id
     * @param probability its probability by the part, from 0 to 1
     * @param whole that by the whole model
     */
    public record Word(String token, int id, double probability, double whole) {}

    /** Copies the list. */
    public PartWords {
        likeliest = List.copyOf(likeliest);
    }

    static PartWords of(Distribution part, Distribution whole, int count, Tokenizer tokenizer) {
        List<Word> words = IntStream.of(part.likeliest(count))
                .mapToObj(id ->
                        new Word(tokenizer.vocabulary().token(id), id, part.probability(id), whole.probability(id)))
                .toList();
        return new PartWords(words, part.entropy(), NextWords.of(whole, count, tokenizer));
    }

    /** A copy with these unknown words. */
    PartWords after(Encoded text) {
        return new PartWords(likeliest, entropy, whole.after(text));
    }
}
