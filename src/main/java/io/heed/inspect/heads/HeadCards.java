package io.heed.inspect.heads;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.shape.Attention;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes what each head does in the text that was read and, separately, in texts made to test it: a sentence for each, with the measure
 * behind it. A sentence names the first pattern that the head shows clearly, the rarest first; if the text shows none, it says so. docs/measures.md gives the thresholds.
 */
public final class HeadCards {

    /** The share from which a pattern that heads rarely show by accident is named. */
    private static final double RARE = 0.4;

    /** The share from which a pattern that makes up half of what a head does is named. */
    private static final double MOSTLY = 0.5;

    /** The entropy from which attention counts as even. */
    private static final double EVEN = 0.9;

    /** The number of held-out sentences of the toy corpus that a model of it is tested on. */
    private static final int PLANTED_SENTENCES = 200;

    private static final long SEED = 1;

    private final @Nullable Recording repeated;
    private final @Nullable PlantedScores planted;
    private final Attention attention;

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
        repeated = RepeatedTokens.possible(model) ? RepeatedTokens.read(model, SEED) : null;
        this.planted = planted;
        attention = model.transformer().config().attention();
    }

    private static @Nullable PlantedScores plantedScores(LanguageModel model) {
        List<ToySentence> sentences = new ToyCorpus(ToyCorpus.SEED).heldOut(PLANTED_SENTENCES);
        boolean known = sentences.stream()
                .flatMap(sentence -> sentence.words().stream())
                .distinct()
                .allMatch(word -> model.tokenizer().vocabulary().id(word).isPresent());
        return known ? PlantedScores.of(model, sentences) : null;
    }

    /** Describes every head in a text that the model has read. */
    public List<HeadCard> of(Recording recording) {
        HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
        statistics.addMeasures(recording);
        return of(statistics);
    }

    /** Describes every head over all texts that were added. */
    public List<HeadCard> of(HeadStatistics statistics) {
        List<HeadCard> cards = new ArrayList<>();
        for (int layer = 0; layer < statistics.layers(); layer++) {
            for (int head = 0; head < statistics.heads(); head++) {
                Map<String, Double> measures = statistics.of(layer, head).all();
                if (repeated != null) {
                    measures.put(
                            "induction_on_random_tokens",
                            onRandomTokens(repeated, layer, head).induction());
                }
                if (planted != null) {
                    measures.put(
                            "subject_over_a_clause",
                            planted.readers().get(layer).get(head));
                }
                Integer keyHead = attention.sharing() == 1 ? null : attention.keyHeadOf(head);
                cards.add(new HeadCard(layer, head, keyHead, sentence(measures), elsewhere(measures), measures));
            }
        }
        return cards;
    }

    /** The number of places each measure on a head's card is the mean of, by the same names. */
    public Map<String, Long> places(HeadStatistics statistics, int layer, int head) {
        Map<String, Long> places = statistics.of(layer, head).places();
        if (repeated != null) {
            places.put(
                    "induction_on_random_tokens",
                    onRandomTokens(repeated, layer, head).places().get("induction"));
        }
        if (planted != null) {
            places.put("subject_over_a_clause", (long) planted.places());
        }
        return places;
    }

    private static HeadMeasures onRandomTokens(Recording repeated, int layer, int head) {
        return new HeadMeasures(
                repeated.weights(layer, head), repeated.encoded().ids());
    }

    private String elsewhere(Map<String, Double> measures) {
        if (reaches(measures, "subject_over_a_clause", MOSTLY)) {
            return say(
                    "Reads the subject across a clause: its largest weight is there in %.2f of %d places in sentences of the toy corpus.",
                    measures.get("subject_over_a_clause"),
                    Objects.requireNonNull(planted).places());
        }
        if (reaches(measures, "induction_on_random_tokens", RARE)) {
            return say(
                    "Reads what followed the same token earlier (induction): %.2f of its weight, on repeated random tokens.",
                    measures.get("induction_on_random_tokens"));
        }
        return "";
    }

    private static String sentence(Map<String, Double> measures) {
        if (reaches(measures, "duplicate_token", RARE)) {
            return say(
                    "Reads earlier occurrences of the same token: %.2f of its weight.",
                    measures.get("duplicate_token"));
        }
        if (reaches(measures, "previous_token", MOSTLY)) {
            return say("Reads the previous token: %.2f of its weight.", measures.get("previous_token"));
        }
        if (reaches(measures, "own_token", MOSTLY)) {
            return say("Reads its own position: %.2f of its weight.", measures.get("own_token"));
        }
        if (reaches(measures, "first_token", MOSTLY)) {
            return say("Rests on the first token: %.2f of its weight.", measures.get("first_token"));
        }
        if (reaches(measures, "entropy", EVEN)) {
            return say("Reads evenly: its entropy is %.2f of the maximum.", measures.get("entropy"));
        }
        return say(
                "Shows no single pattern: its entropy is %.2f of the maximum, and it reads %.1f tokens back on average.",
                measures.get("entropy"), measures.get("distance"));
    }

    private static boolean reaches(Map<String, Double> measures, String name, double least) {
        return measures.getOrDefault(name, Double.NaN) >= least; // never for NaN
    }

    private static String say(String sentence, @Nullable Object... figures) {
        return String.format(Locale.ROOT, sentence, figures);
    }
}
