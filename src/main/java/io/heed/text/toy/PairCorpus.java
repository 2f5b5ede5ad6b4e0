package io.heed.text.toy;

import io.heed.Seeds;
import io.heed.text.corpus.SentencePair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A small seeded grammar of French sentences and their English translations, with known word alignments.
 *
 * <p>It includes differences between the languages: gender and number show in the French article and adjective ({@code les petites
 * souris noires}, {@code the small black mice}), most adjectives follow the French noun, negation surrounds the French verb ({@code ne
 * dort pas}, {@code does not sleep}), one word becomes two ({@code cherche}, {@code looks for}), two become one ({@code a vu}, {@code
 * saw}), and adverbs move. Every French sentence has one translation. A fifth of the combinations of noun and adjective, and of
 * subject, verb and object, never occur in training; nor do sentences of three clauses.
 */
public final class PairCorpus {

    /** The seed of the corpus that ships with Heed. */
    public static final long SEED = 1;

    /** The number of training pairs in the corpus that ships with Heed. */
    public static final int PAIRS = 6000;

    private final long seed;

    /** Creates the corpus of a seed. */
    public PairCorpus(long seed) {
        this.seed = seed;
    }

    /** Returns training pairs without duplicates, the same ones each time. */
    public List<SentencePair> training(int count) {
        return pairs("training", count, false, 2);
    }

    /** Returns held-out pairs as long as the training pairs, each with a combination that training lacks. */
    public List<SentencePair> heldOut(int count) {
        return pairs("held out", count, true, 2);
    }

    /** Returns pairs of three clauses, which training lacks. */
    public List<SentencePair> longer(int count) {
        return pairs("longer", count, false, 3);
    }

    private List<SentencePair> pairs(String purpose, int count, boolean heldOut, int clauses) {
        List<SentencePair> pairs = new ArrayList<>(count);
        Set<String> known = new HashSet<>();
        for (long attempt = 0; pairs.size() < count; attempt++) {
            PairWriter written = write(Seeds.random(seed, "pair corpus " + purpose, attempt), clauses);
            SentencePair pair = written.pair();
            if (written.heldOut() == heldOut && known.add(pair.source())) {
                pairs.add(pair);
            }
        }
        return pairs;
    }

    private static PairWriter write(RandomGenerator random, int clauses) {
        PairWriter writer = new PairWriter(random);
        if (clauses < 3 && random.nextInt(4) == 0) {
            writer.order();
        } else {
            writer.clause();
            int more = clauses == 3 ? 2 : random.nextInt(2);
            for (int i = 0; i < more; i++) {
                writer.word(PairWords.CONJUNCTIONS);
                writer.clause();
            }
        }
        if (random.nextBoolean()) {
            writer.stop();
        }
        return writer;
    }
}
