package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.ValueWeighted;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadCards;
import io.heed.model.Trace.Step;
import io.heed.model.shape.SlidingWindow;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one recording beyond what it holds.
 *
 * @param cards what the heads of its model do; may be empty
 * @param evidence what its prediction depends on, or null if that was not examined
 * @param effects what its predictions are without each head, at every position or at the last ({@link HeadEffects#of}); empty where
 *     nobody looked
 * @param terms where scores come from, or null if that was not examined
 * @param valueLengths the length of the vector that each key would write through a head, by {@link ValueWeighted#lengths}: (H,T) for each
 *     layer; may be empty
 * @param window how far back some layers of its model see, or null if all see every earlier position
 */
public record Findings(
        List<HeadCard> cards,
        @Nullable Evidence evidence,
        List<HeadEffects> effects,
        @Nullable LargestTerms terms,
        List<Tensor> valueLengths,
        @Nullable SlidingWindow window) {

    /** Nothing. */
    public static final Findings NONE = new Findings(List.of(), null, List.of(), List.of());

    /** What was found out about a recording of a model without a window. */
    public Findings(
            List<HeadCard> cards, @Nullable Evidence evidence, List<HeadEffects> effects, List<Tensor> valueLengths) {
        this(cards, evidence, effects, null, valueLengths, null);
    }

    /** Copies the lists. */
    public Findings {
        cards = List.copyOf(cards);
        effects = List.copyOf(effects);
        valueLengths = List.copyOf(valueLengths);
    }

    /** The steps to record for it. */
    public static Set<Step> needed(boolean evidence) {
        return evidence
                ? EnumSet.allOf(Step.class)
                : EnumSet.of(Step.WEIGHTS, Step.UNMASKED_SCORES, Step.QUERY, Step.KEY, Step.VALUE, Step.LOGITS);
    }

    /**
     * Gathers everything.
     *
     * @param cards what its heads do, by {@link HeadCards} of that model
     * @param recording of that model, with the steps {@link #needed}
     * @param evidence whether to gather evidence, which takes two passes for each head
     */
    public static Findings of(LanguageModel model, List<HeadCard> cards, Recording recording, boolean evidence) {
        List<HeadEffects> effects = evidence ? HeadEffects.of(model, recording) : List.of();
        return new Findings(
                cards,
                evidence ? Evidence.of(model, recording, effects.get(effects.size() - 1)) : null,
                effects,
                evidence && LargestTerms.isQuick(model, recording.length()) ? LargestTerms.of(model, recording) : null,
                ValueWeighted.lengths(model, recording),
                model.transformer().config().attention().window());
    }
}
