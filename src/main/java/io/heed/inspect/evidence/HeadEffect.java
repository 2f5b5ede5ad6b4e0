package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;

/**
 * What a prediction is without one head, whose output is replaced by zero.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param probability that of the token that is likeliest with all heads
 * @param logProbability its natural logarithm
 * @param instead the likeliest token without the head, which may be the same
 */
public record HeadEffect(int layer, int head, double probability, double logProbability, Guess instead) {

    static HeadEffect of(LanguageModel model, int layer, int head, int answer, float[] logits) {
        Distribution next = new Distribution(logits);
        return new HeadEffect(
                layer,
                head,
                next.probability(answer),
                next.logProbability(answer),
                Guess.likeliest(model, logits, 1).get(0));
    }
}
