package io.heed.predict;

import io.heed.model.Distribution;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What may come next in a text.
 *
 * @param likeliest the likeliest tokens, the likeliest first
 * @param entropy of the distribution over the whole vocabulary, in nats: 0 where the model is sure, ln V where it knows nothing
 * @param unknown the words of the text that the model's tokenizer does not know, in order, each once: it read {@code [UNK]} in place of
 *     each; empty where ids were given and no text
 */
public record NextWords(List<NextWord> likeliest, double entropy, List<String> unknown) {

    /** Copies the lists. */
    public NextWords {
        likeliest = List.copyOf(likeliest);
        unknown = List.copyOf(unknown);
    }

    /** The same, after a text with these unknown words. */
    NextWords after(Encoded text) {
        return new NextWords(likeliest, entropy, text.unknown());
    }

    /** The likeliest of a distribution, and its entropy. */
    static NextWords of(Distribution next, int count, Tokenizer tokenizer) {
        List<NextWord> words = IntStream.of(next.likeliest(count))
                .mapToObj(id -> new NextWord(tokenizer.vocabulary().token(id), id, next.probability(id)))
                .toList();
        return new NextWords(words, next.entropy(), List.of());
    }
}
