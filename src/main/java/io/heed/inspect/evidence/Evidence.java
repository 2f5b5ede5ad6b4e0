package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Distribution;
import java.util.List;

/**
 * What the prediction of the likeliest next token depends on.
 *
 * @param token the token as the vocabulary spells it
 * @param shown the token as it is shown
 * @param probability its probability
 * @param ablations what it loses without each head
 * @param attribution how much each part of the model contributes to its logit
 * @param lens what the model would predict after each layer
 */
public record Evidence(
        String token,
        String shown,
        double probability,
        List<HeadAblation> ablations,
        LogitAttribution attribution,
        List<LensLayer> lens) {

    /** The number of guesses of the logit lens to keep. */
    private static final int GUESSES = 3;

    /** The number of operations below which evidence counts as quick. */
    private static final double QUICK = 3e11;

    /**
     * Gathers the evidence.
     *
     * @param recording of that model, with every step
     */
    public static Evidence of(LanguageModel model, Recording recording) {
        int last = recording.length() - 1;
        float[] logits = recording.logits(last);
        int token = Distribution.likeliest(logits);
        return new Evidence(
                model.tokenizer().vocabulary().token(token),
                model.tokenizer().vocabulary().shown(token),
                new Distribution(logits).probability(token),
                new Ablation(model, recording, last, token).ofEachHead(),
                LogitAttribution.of(model, recording, last, token),
                LogitLens.of(model, recording, GUESSES));
    }

    /** Whether it can be gathered in a few seconds: each head needs three passes through the layers from its own on, one of them for
     * {@link HeadEffects}. */
    public static boolean isQuick(LanguageModel model, int tokens) {
        double weights = model.transformer().plan().size();
        double passes = model.transformer().config().layers()
                * (double) model.transformer().config().heads();
        return passes * 3 * weights * tokens < QUICK;
    }
}
