package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;
import io.heed.model.Head;

/**
 * What a prediction is without one head, whose output is replaced by zero.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param probability that of the token that is likeliest with all heads, the answer
 * @param logProbability its natural logarithm
 * @param instead the likeliest token without the head, which may be the same
 * @param logit what the head itself contributes to the answer's logit ({@link LogitAttribution}); its effect includes what other parts
 *     of the model make of it
 */
public record HeadEffect(int layer, int head, double probability, double logProbability, Guess instead, double logit) {

    /**
     * Finds an effect.
     *
     * @param answer the id of the answer
     * @param logits (V) without the head
     * @param shares what each head contributes to the answer's logit, by layer
     */
    static HeadEffect of(LanguageModel model, Head head, int answer, float[] logits, double[][] shares) {
        Distribution next = new Distribution(logits);
        return new HeadEffect(
                head.layer(),
                head.head(),
                next.probability(answer),
                next.logProbability(answer),
                Guess.likeliest(model, next, 1).get(0),
                shares[head.layer()][head.head()]);
    }
}
