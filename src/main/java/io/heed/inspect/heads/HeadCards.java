package io.heed.inspect.heads;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.model.shape.ModelConfig;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes what each head does in the text that was read and, separately, in texts made to test it: a sentence for each, with the measure
 * behind it. A sentence names the first pattern that the head shows clearly, the rarest first; if the text shows none, it says so.
 */
public final class HeadCards {

    /** The number of held-out sentences of the toy corpus that a model of it is tested on. */
    private static final int PLANTED_SENTENCES = 200;

    private static final long SEED = 1;

    private final @Nullable HeadStatistics repeated;
    private final @Nullable PlantedScores planted;
    private final ModelConfig config;
    private final @Nullable HeadPurpose purpose;

    /**
     * Prepares to describe the heads of a model: has it read repeated random tokens if its context allows and, if it knows the words of the
     * toy corpus, held-out sentences of that corpus.
     */
    public HeadCards(LanguageModel model) {
        this(model, plantedScores(model));
    }

    /**
     * Prepares to describe the heads of a model whose scores on planted sentences are known.
     *
     * @param planted the scores, or null for a model that does not know the words of the toy corpus
     */
    public HeadCards(LanguageModel model, @Nullable PlantedScores planted) {
        this(
                RepeatedTokens.possible(model) ? measured(RepeatedTokens.read(model, SEED)) : null,
                planted,
                model.transformer().config(),
                null);
    }

    private HeadCards(
            @Nullable HeadStatistics repeated,
            @Nullable PlantedScores planted,
            ModelConfig config,
            @Nullable HeadPurpose purpose) {
        this.repeated = repeated;
        this.planted = planted;
        this.config = config;
        this.purpose = purpose;
    }

    /**
     * Describes the heads by a circuit, too.
     *
     * @param circuit a circuit of the model
     * @throws io.heed.HeedException if the model has no such edges
     */
    public HeadCards knowing(Circuit circuit) {
        return new HeadCards(repeated, planted, config, new HeadPurpose(config, circuit));
    }

    private static @Nullable PlantedScores plantedScores(LanguageModel model) {
        List<ToySentence> sentences = new ToyCorpus(ToyCorpus.SEED).heldOut(PLANTED_SENTENCES);
        return PlantedScores.possible(model, sentences) ? PlantedScores.of(model, sentences) : null;
    }

    /** Describes every head in a text that the model has read. */
    public List<HeadCard> of(Recording recording) {
        return of(measured(recording));
    }

    private static HeadStatistics measured(Recording recording) {
        HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
        statistics.addMeasures(recording);
        return statistics;
    }

    /** Describes every head over all texts that were added. */
    public List<HeadCard> of(HeadStatistics statistics) {
        List<HeadCard> cards = new ArrayList<>();
        for (int layer = 0; layer < statistics.layers(); layer++) {
            for (int head = 0; head < statistics.heads(); head++) {
                Map<HeadMeasure, Double> measures = statistics.of(layer, head).all();
                if (repeated != null) {
                    measures.put(
                            HeadMeasure.INDUCTION_ON_RANDOM_TOKENS,
                            repeated.of(layer, head).all().get(HeadMeasure.INDUCTION));
                }
                if (planted != null) {
                    measures.put(
                            HeadMeasure.SUBJECT_OVER_A_CLAUSE,
                            planted.readers().get(layer).get(head));
                }
                Integer keyHead = config.attention().sharedKeyHeadOf(head);
                String here = clearest(measures, true).orElseGet(() -> nothing(measures));
                String elsewhere = clearest(measures, false).orElse("");
                String circuit = purpose == null ? "" : purpose.of(layer, head);
                cards.add(new HeadCard(layer, head, keyHead, here, elsewhere, circuit, measures));
            }
        }
        return cards;
    }

    /** The number of places each measure on a head's card is the mean of. */
    public Map<HeadMeasure, Long> places(HeadStatistics statistics, int layer, int head) {
        Map<HeadMeasure, Long> places = statistics.of(layer, head).places();
        if (repeated != null) {
            places.put(
                    HeadMeasure.INDUCTION_ON_RANDOM_TOKENS,
                    repeated.of(layer, head).places().get(HeadMeasure.INDUCTION));
        }
        if (planted != null) {
            places.put(HeadMeasure.SUBJECT_OVER_A_CLAUSE, (long) planted.places());
        }
        return places;
    }

    /** Names the rarest pattern that is clear, in the texts that were read or elsewhere. */
    private Optional<String> clearest(Map<HeadMeasure, Double> measures, boolean here) {
        int places = planted == null ? 0 : planted.places();
        return measures.entrySet().stream()
                .filter(each -> (each.getKey().ofQuery() != null) == here)
                .flatMap(each -> each.getKey().say(each.getValue(), places).stream())
                .reduce((before, last) -> last);
    }

    private static String nothing(Map<HeadMeasure, Double> measures) {
        return String.format(
                Locale.ROOT,
                "Shows no single pattern: its entropy is %.2f of the maximum, and it reads %.1f tokens back on average.",
                measures.get(HeadMeasure.ENTROPY),
                measures.get(HeadMeasure.DISTANCE));
    }
}
