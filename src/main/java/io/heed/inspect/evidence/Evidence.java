package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Distribution;
import java.util.List;

/**
 * What the likeliest next token after a text rests on.
 *
 * @param token the token, as the vocabulary spells it
 * @param shown the token, as people see it
 * @param probability its probability
 * @param ablations what it loses without each head
 * @param attribution which part of the model wrote how much of its logit
 * @param lens what the model would say after each layer
 */
public record Evidence(
        String token,
        String shown,
        double probability,
        List<HeadAblation> ablations,
        LogitAttribution attribution,
        List<LensLayer> lens) {

    /** How many guesses of the logit lens are kept. */
    private static final int GUESSES = 3;

    /** How many operations are taken to be quick. */
    private static final double QUICK = 2e11;

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

    /** Whether it can be gathered in a few seconds: each head asks for two passes through the layers from its own on. */
    public static boolean isQuick(LanguageModel model, int tokens) {
        double weights = model.transformer().plan().weights().stream()
                .mapToDouble(weight -> weight.shape().size())
                .sum();
        double passes = model.transformer().config().layers()
                * (double) model.transformer().config().heads();
        return passes * 2 * weights * tokens < QUICK;
    }
}
