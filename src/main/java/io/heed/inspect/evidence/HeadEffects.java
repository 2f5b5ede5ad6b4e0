package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.VariantBatches;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What comes next at one position of a text, and what would without each head of the model.
 *
 * @param position where the prediction is made, from 0
 * @param next the likeliest tokens, the likeliest first, which is the answer
 * @param heads what the answer is without each head, in the order of layers and heads
 */
public record HeadEffects(int position, List<Guess> next, List<HeadEffect> heads) {

    /** How many next tokens are kept. */
    public static final int GUESSES = 5;

    /** The most heads at positions whose effects are kept, so that a page holds them. */
    private static final int MOST = 4000;

    /** Copies the lists. */
    public HeadEffects {
        next = List.copyOf(next);
        heads = List.copyOf(heads);
    }

    /** The steps that a recording needs. */
    public static Set<Step> needed(LanguageModel model) {
        return EnumSet.of(model.transformer().afterAttention(), Step.HEAD_CONTRIBUTION, Step.LOGITS);
    }

    /**
     * Finds the effects at one position.
     *
     * @param recording of that model, with the steps {@link #needed}
     * @param position where the prediction is made, from 0
     */
    public static HeadEffects at(LanguageModel model, Recording recording, int position) {
        int answer = Distribution.likeliest(recording.logits(position));
        ResumedPasses passes = new ResumedPasses(model, recording);
        List<HeadEffect> heads = new ArrayList<>();
        for (int i = 0; i < recording.layers(); i++) {
            int layer = i;
            passes.at(
                    position,
                    layer,
                    Ablation.eachHead(model),
                    false,
                    (head, at, logits) -> heads.add(HeadEffect.of(model, layer, head, answer, logits)));
        }
        return new HeadEffects(position, Guess.likeliest(model, recording.logits(position), GUESSES), heads);
    }

    /**
     * Finds the effects at every position, with one pass per head; at the last alone if they would be more than 4,000 or the vocabulary is
     * large for so long a text.
     *
     * @param recording of that model, with the steps {@link #needed}
     */
    public static List<HeadEffects> of(LanguageModel model, Recording recording) {
        return of(model, recording, MOST);
    }

    static List<HeadEffects> of(LanguageModel model, Recording recording, int most) {
        int length = recording.length();
        int all = recording.layers() * model.transformer().config().heads() * length;
        if (all > most || !VariantBatches.haveRoomForLogits(model, length)) {
            return List.of(at(model, recording, length - 1));
        }
        int[] answers = IntStream.range(0, length)
                .map(position -> Distribution.likeliest(recording.logits(position)))
                .toArray();
        List<List<HeadEffect>> heads = IntStream.range(0, length)
                .<List<HeadEffect>>mapToObj(position -> new ArrayList<>())
                .toList();
        ResumedPasses passes = new ResumedPasses(model, recording);
        for (int i = 0; i < recording.layers(); i++) {
            int layer = i;
            passes.everywhere(
                    layer,
                    Ablation.eachHead(model),
                    (head, position, logits) ->
                            heads.get(position).add(HeadEffect.of(model, layer, head, answers[position], logits)));
        }
        return IntStream.range(0, length)
                .mapToObj(position -> new HeadEffects(
                        position, Guess.likeliest(model, recording.logits(position), GUESSES), heads.get(position)))
                .toList();
    }

    /**
     * The head that matters most: without it, the answer's probability changes most, and among equals its logarithm; the first head
     * among those that are equal in both.
     */
    public HeadEffect strongest() {
        double whole = next.get(0).probability();
        Comparator<HeadEffect> byProbability =
                Comparator.comparingDouble(effect -> Math.abs(effect.probability() - whole));
        Comparator<HeadEffect> order =
                byProbability.thenComparingDouble(effect -> Math.abs(effect.logProbability() - Math.log(whole)));
        return heads.stream()
                .reduce((best, each) -> order.compare(each, best) > 0 ? each : best) // the first among equals
                .orElseThrow();
    }
}
