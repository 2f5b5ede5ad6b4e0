package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Distribution;
import java.util.List;
import java.util.Locale;

/** How an answer is measured. */
public enum Metric {
    /** The logit of the answer less that of the wrong answer. */
    LOGIT_DIFFERENCE,
    /** Less the Kullback-Leibler divergence of the next-token distribution from that after the clean text, in nats; 0 there. */
    KL,
    /** The natural logarithm of the answer's probability. */
    LOG_PROBABILITY;

    /** Measures logits. */
    double of(PromptPair prompt, float[] logits, float[] clean) {
        return switch (this) {
            case LOGIT_DIFFERENCE -> (double) logits[prompt.answer()] - logits[prompt.wrong()];
            case LOG_PROBABILITY -> new Distribution(logits).logProbability(prompt.answer());
            case KL -> -divergence(clean, logits);
        };
    }

    /**
     * The sum over prompts, up to a constant, so that its gradient can be taken.
     *
     * @param logits (P,V)
     * @param clean those after the clean texts, (P,V)
     * @return ()
     */
    NDArray sum(List<PromptPair> prompts, NDArray logits, float[][] clean) {
        int vocabulary = clean[0].length;
        float[] factors = new float[prompts.size() * vocabulary];
        for (int i = 0; i < prompts.size(); i++) {
            if (this == KL) {
                Distribution before = new Distribution(clean[i]);
                for (int id = 0; id < vocabulary; id++) {
                    factors[i * vocabulary + id] = (float) before.probability(id);
                }
                continue;
            }
            factors[i * vocabulary + prompts.get(i).answer()] = 1;
            if (this == LOGIT_DIFFERENCE) {
                factors[i * vocabulary + prompts.get(i).wrong()] = -1;
            }
        }
        NDArray by = logits.getManager().create(factors, logits.getShape());
        return (this == LOGIT_DIFFERENCE ? logits : logits.logSoftmax(-1))
                .mul(by)
                .sum();
    }

    private static double divergence(float[] clean, float[] logits) {
        Distribution before = new Distribution(clean);
        Distribution after = new Distribution(logits);
        double sum = 0;
        for (int id = 0; id < clean.length; id++) {
            double expected = before.logProbability(id);
            sum += Math.exp(expected) * (expected - after.logProbability(id));
        }
        return sum;
    }

    /** Its name in options and files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
