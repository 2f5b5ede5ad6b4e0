package io.heed.predict;

import io.heed.model.Distribution;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The likeliest next tokens of a text.
 *
 * @param likeliest the likeliest tokens, likeliest first
 * @param entropy the entropy of the distribution over the whole vocabulary, in nats: 0 if the model is certain, ln V if all tokens are
 *     equally likely
 * @param unknown the words of the text that the model's tokenizer does not know, in order, each once; the model read {@code [UNK]}
 *     instead; empty if ids were given
 */
public record NextWords(List<NextWord> likeliest, double entropy, List<String> unknown) {

    /** Copies the lists. */
    public NextWords {
        likeliest = List.copyOf(likeliest);
        unknown = List.copyOf(unknown);
    }

    /** A copy with these unknown words. */
    NextWords after(Encoded text) {
        return new NextWords(likeliest, entropy, text.unknown());
    }

    /** The likeliest tokens of a distribution, and its entropy. */
    public static NextWords of(Distribution next, int count, Tokenizer tokenizer) {
        List<NextWord> words = IntStream.of(next.likeliest(count))
                .mapToObj(id -> new NextWord(tokenizer.vocabulary().token(id), id, next.probability(id)))
                .toList();
        return new NextWords(words, next.entropy(), List.of());
    }
}
