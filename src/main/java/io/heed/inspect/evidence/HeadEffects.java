package io.heed.inspect.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.VariantBatches;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What comes next at one position of a text, and what would without each head of the model.
 *
 * @param position where the prediction is made, from 0
 * @param next the likeliest tokens, the likeliest first, which is the answer
 * @param heads what the answer is without each head, in the order of layers and heads
 * @param together up to three pairs of heads that change the answer together, though neither does alone; null if nobody looked
 */
public record HeadEffects(
        int position,
        List<Guess> next,
        List<HeadEffect> heads,
        @Nullable List<JointEffect> together) {

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
        return EnumSet.of(
                model.transformer().afterAttention(), Step.HEAD_CONTRIBUTION, Step.RESIDUAL_AFTER, Step.LOGITS);
    }

    /**
     * Finds the effects at one position.
     *
     * @param recording of that model, with the steps {@link #needed}
     * @param position where the prediction is made, from 0
     */
    public static HeadEffects at(LanguageModel model, Recording recording, int position) {
        return at(model, recording, position, () -> {});
    }

    /**
     * Finds the effects at one position.
     *
     * @param recording of that model, with the steps {@link #needed}
     * @param position where the prediction is made, from 0
     * @param pause called at intervals; may throw to stop the work
     */
    public static HeadEffects at(LanguageModel model, Recording recording, int position, Runnable pause) {
        int answer = Distribution.likeliest(recording.logits(position));
        double[][] shares = LogitAttribution.ofHeads(model, recording, position, answer);
        ResumedPasses passes = new ResumedPasses(model, recording);
        List<HeadEffect> heads = new ArrayList<>();
        for (int i = 0; i < recording.layers(); i++) {
            int layer = i;
            pause.run();
            passes.at(
                    position,
                    layer,
                    Ablation.eachHead(model),
                    false,
                    (head, at, logits) ->
                            heads.add(HeadEffect.of(model, new Head(layer, head), answer, logits, shares)));
        }
        pause.run();
        return new HeadEffects(
                position,
                Guess.likeliest(model, recording.logits(position), GUESSES),
                heads,
                JointEffect.of(model, recording, position, heads));
    }

    /**
     * Finds the effects at every position, with one pass per head, and pairs at the last; at the last alone if they would be more than 4,000 or the vocabulary is
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
        double[][][] shares = IntStream.range(0, length)
                .mapToObj(position -> LogitAttribution.ofHeads(model, recording, position, answers[position]))
                .toArray(double[][][]::new);
        List<List<HeadEffect>> heads = IntStream.range(0, length)
                .<List<HeadEffect>>mapToObj(position -> new ArrayList<>())
                .toList();
        ResumedPasses passes = new ResumedPasses(model, recording);
        for (int i = 0; i < recording.layers(); i++) {
            int layer = i;
            passes.everywhere(
                    layer,
                    Ablation.eachHead(model),
                    (head, position, logits) -> heads.get(position)
                            .add(HeadEffect.of(
                                    model, new Head(layer, head), answers[position], logits, shares[position])));
        }
        return IntStream.range(0, length)
                .mapToObj(position -> new HeadEffects(
                        position,
                        Guess.likeliest(model, recording.logits(position), GUESSES),
                        heads.get(position),
                        position < length - 1 ? null : JointEffect.of(model, recording, position, heads.get(position))))
                .toList();
    }

    /**
     * The head that matters most: of those without which the answer is another, the one that contributes most to the answer's logit
     * itself, rather than to what others read; if there is none, the one without which the answer's probability changes most, or among
     * equals its logarithm.
     */
    @JsonProperty
    public Head strongest() {
        Guess answer = next.get(0);
        double whole = answer.probability();
        Comparator<HeadEffect> bySize = Comparator.comparingDouble(effect -> Math.abs(effect.probability() - whole));
        List<HeadEffect> changing = heads.stream()
                .filter(effect -> !effect.instead().token().equals(answer.token()))
                .toList();
        Comparator<HeadEffect> order = changing.isEmpty()
                ? bySize.thenComparingDouble(effect -> Math.abs(effect.logProbability() - Math.log(whole)))
                : Comparator.comparingDouble(HeadEffect::logit);
        return (changing.isEmpty() ? heads : changing)
                .stream()
                        .reduce((best, each) -> order.compare(each, best) > 0 ? each : best) // the first among equals
                        .map(effect -> new Head(effect.layer(), effect.head()))
                        .orElseThrow();
    }
}
