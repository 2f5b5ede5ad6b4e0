package io.heed.inspect.circuit.pairs;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.heads.PlantedScores;
import io.heed.text.ContrastPair;
import io.heed.text.toy.PairCorpus;
import io.heed.text.toy.PointerPairs;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToyPairs;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pairs to find a circuit on, and others to prove it.
 *
 * @param finding those to find it on
 * @param proving the others
 */
public record PairSplit(List<PromptPair> finding, List<PromptPair> proving) {

    /** The number of pairs that a grammar makes to find a circuit, and to prove it. */
    private static final int MADE = 24;

    private static final int PROVING = 48;

    private static final int FEWEST = 4;

    /**
     * Returns pairs that the grammar of the toy corpus makes, or for a model that translates, that of the French and English corpus: from
     * its training sentences and from held-out ones.
     *
     * @throws HeedException if the model does not know their words
     */
    public static PairSplit made(LanguageModel model) {
        if (model.transformer().config().translates()) {
            PairCorpus corpus = new PairCorpus(PairCorpus.SEED);
            String where = "the French and English corpus";
            return new PairSplit(
                    read(model, where, PointerPairs.training(corpus, MADE)),
                    read(model, where, PointerPairs.heldOut(corpus, PROVING)));
        }
        ToyCorpus corpus = new ToyCorpus(ToyCorpus.SEED);
        if (!PlantedScores.possible(model, corpus.heldOut(MADE))) {
            throw new HeedException(
                    "the model does not know the toy corpus, whose grammar makes pairs; give pairs with --pairs FILE");
        }
        String where = "the toy corpus";
        return new PairSplit(
                read(model, where, ToyPairs.training(corpus, MADE)),
                read(model, where, ToyPairs.heldOut(corpus, PROVING)));
    }

    private static List<PromptPair> read(LanguageModel model, String where, List<ContrastPair> made) {
        return made.stream().map(pair -> PromptPair.of(model, where, pair)).toList();
    }

    /**
     * Reads a file, of whose pairs every second proves.
     *
     * @throws HeedException naming the line if a pair cannot be used or was there before, or if there are too few
     */
    public static PairSplit read(LanguageModel model, Path file) {
        List<PromptPair> all = PairsFile.read(model, file);
        if (all.size() < FEWEST) {
            throw new HeedException("%s has fewer pairs than a circuit needs: %d; give at least %d"
                    .formatted(file, all.size(), FEWEST));
        }
        return new PairSplit(every(all, 0), every(all, 1));
    }

    /** The first pairs of each kind, at most so many. */
    public PairSplit first(int most) {
        return new PairSplit(
                finding.subList(0, Math.min(most, finding.size())), proving.subList(0, Math.min(most, proving.size())));
    }

    private static List<PromptPair> every(List<PromptPair> all, int first) {
        return IntStream.range(0, all.size())
                .filter(i -> i % 2 == first)
                .mapToObj(all::get)
                .toList();
    }
}
