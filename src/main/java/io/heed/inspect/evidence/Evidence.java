package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Distribution;
import io.heed.model.shape.ModelConfig;
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
    private static final double QUICK = 2e11;

    /**
     * Gathers the evidence.
     *
     * @param recording of that model, with every step
     */
    public static Evidence of(LanguageModel model, Recording recording) {
        return of(model, recording, HeadEffects.at(model, recording, recording.length() - 1));
    }

    /**
     * Gathers the evidence.
     *
     * @param recording of that model, with every step
     * @param effects what its heads do at the last position
     */
    static Evidence of(LanguageModel model, Recording recording, HeadEffects effects) {
        int last = recording.length() - 1;
        float[] logits = recording.logits(last);
        int token = Distribution.likeliest(logits);
        return new Evidence(
                model.tokenizer().vocabulary().token(token),
                model.tokenizer().vocabulary().shown(token),
                new Distribution(logits).probability(token),
                new Ablation(model, recording, last, token).ofEachHead(effects),
                LogitAttribution.of(model, recording, last, token),
                LogitLens.of(model, recording, GUESSES));
    }

    /** Whether it can be gathered in a few seconds: each head needs two passes through the layers from its own on. */
    public static boolean isQuick(LanguageModel model, int tokens) {
        double passes = model.transformer().config().layers()
                * (double) model.transformer().config().heads();
        return passes * 2 * operations(model, tokens) < QUICK;
    }

    /** About how many multiplications a model needs to read a text. */
    static double operations(LanguageModel model, int tokens) {
        ModelConfig config = model.transformer().config();
        double ofAttention = (double) config.layers() * config.width() * tokens;
        return tokens * (model.transformer().plan().size() + ofAttention);
    }
}
