package io.heed.text.toy;

import io.heed.text.ContrastPair;
import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.SentencePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Pairs of French sentences of {@link PairCorpus} that differ in one word and so in their translation: after {@code see the table}, {@code
 * voir le tableau ci-dessous} goes on with {@code below}; with {@code ci-dessus}, with {@code above}.
 */
public final class PointerPairs {

    /** About one sentence in four points somewhere. */
    private static final int SENTENCES_PER_PAIR = 10;

    private PointerPairs() {}

    /** Returns pairs from a corpus' training sentences, as many as there are up to a number. */
    public static List<ContrastPair> training(PairCorpus corpus, int count) {
        return of(corpus.training(SENTENCES_PER_PAIR * count), count);
    }

    /** Returns pairs from held-out sentences, likewise. */
    public static List<ContrastPair> heldOut(PairCorpus corpus, int count) {
        return of(corpus.heldOut(SENTENCES_PER_PAIR * count), count);
    }

    private static List<ContrastPair> of(List<SentencePair> sentences, int count) {
        return sentences.stream()
                .map(PointerPairs::of)
                .flatMap(Optional::stream)
                .limit(count)
                .toList();
    }

    private static Optional<ContrastPair> of(SentencePair pair) {
        List<String> french = Alignment.words(pair.source());
        List<String> english = Alignment.words(pair.target());
        for (Alignment.Link link : Objects.requireNonNull(pair.alignment()).sure()) {
            for (List<String> pointer : PairWords.POINTERS) {
                if (pointer.get(0).equals(french.get(link.source()))) {
                    List<String> other = PairWords.POINTERS.get(1 - PairWords.POINTERS.indexOf(pointer));
                    List<String> corrupted = new ArrayList<>(french);
                    corrupted.set(link.source(), other.get(0));
                    return Optional.of(new ContrastPair(
                            pair.source(),
                            String.join(" ", corrupted),
                            String.join(" ", english.subList(0, link.target())),
                            pointer.get(1),
                            other.get(1)));
                }
            }
        }
        return Optional.empty();
    }
}
