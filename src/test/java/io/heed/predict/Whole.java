package io.heed.predict;

import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;

/** A model's predictions for whole texts, by plain passes of the transformer without a cache. */
public final class Whole {

    private Whole() {}

    /** ln P of each token of the vocabulary after some others, in nats: {@code ln softmax} by hand. */
    public static double[] logProbabilities(LanguageModel model, long[] ids) {
        float[] logits;
        try (NDManager reading = model.newReading()) {
            logits = model.read(reading, ids, null).get(0, ids.length - 1).toFloatArray();
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double[] logs = new double[logits.length];
        for (int id = 0; id < logs.length; id++) {
            logs[id] = logits[id] - Math.log(sum);
        }
        return logs;
    }
}
