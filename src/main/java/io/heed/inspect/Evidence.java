package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import java.util.List;

/**
 * What the likeliest next token after a text rests on.
 *
 * @param token the token, as the vocabulary spells it
 * @param probability its probability
 * @param ablations what it loses without each head
 * @param attribution which part of the model wrote how much of its logit
 * @param lens what the model would say after each layer
 */
public record Evidence(
        String token,
        double probability,
        List<HeadAblation> ablations,
        LogitAttribution attribution,
        List<LensLayer> lens) {

    /** How many guesses of the logit lens are kept. */
    private static final int GUESSES = 3;

    /** How many operations are taken to be quick: a second or so. */
    private static final double QUICK = 5e10;

    /**
     * Gathers the evidence.
     *
     * @param recording of that model, with every step
     */
    public static Evidence of(LanguageModel model, Recording recording) {
        int last = recording.length() - 1;
        float[] logits = recording.logits(last);
        int token = Probabilities.likeliest(logits);
        return new Evidence(
                model.tokenizer().token(token),
                Math.exp(Probabilities.log(logits, token)),
                new Ablation(model, recording.encoded(), last, token).ofEachHead(),
                LogitAttribution.of(model, recording, last, token),
                LogitLens.of(model, recording, GUESSES));
    }

    /** Whether it can be gathered in about a second: each head asks for two passes. */
    public static boolean isQuick(LanguageModel model, int tokens) {
        int passes = 2
                * model.transformer().config().layers()
                * model.transformer().config().heads();
        double operations = 2.0 * model.transformer().trainedParameters() * tokens;
        return passes * operations < QUICK;
    }
}
