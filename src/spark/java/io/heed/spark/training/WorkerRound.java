package io.heed.spark.training;

import io.heed.run.Progress;
import io.heed.train.TrainingSteps.Failure;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's share of a round came to.
 *
 * @param messages the state that it reached, as it is sent, slice by slice; empty after a failure
 * @param report what the driver is told
 */
record WorkerRound(byte[][] messages, Report report) implements Serializable {

    /**
     * What the driver is told.
     *
     * @param place where it was learned
     * @param skipped the number of steps skipped so far
     * @param numbers how many numbers the state has
     * @param losses the mean loss of each step, in nats; NaN for one that was skipped
     * @param targets the number of targets trained on
     * @param rate AdamW's learning rate at the last step
     * @param gradientNorm the gradients' global norm at the last step
     * @param layers the effect of the last step on each layer; empty if not asked for
     * @param warnings one sentence each
     * @param failure why the steps ended early; null if they did not
     * @param learningSeconds the time that the steps took
     * @param exchangeSeconds the time for receiving the state and for packing what is sent
     * @param bytes the size of the messages
     */
    record Report(
            String place,
            int skipped,
            int numbers,
            List<Double> losses,
            long targets,
            double rate,
            double gradientNorm,
            List<Progress.Layer> layers,
            List<String> warnings,
            @Nullable Failure failure,
            double learningSeconds,
            double exchangeSeconds,
            long bytes)
            implements Serializable {}
}
