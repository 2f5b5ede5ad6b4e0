package io.heed.train;

import ai.djl.ndarray.NDArray;
import io.heed.run.Progress;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of a run: one after the other on this machine, or many at a time by workers elsewhere. The transformer's weights are
 * those after the steps taken so far. For one caller at a time.
 */
public interface TrainingSteps extends AutoCloseable {

    /**
     * What was done.
     *
     * @param losses the mean loss of each step, in nats; NaN for one that was skipped
     * @param targets the number of targets that the steps trained on
     * @param layers the effect of the last step on each layer; empty if not asked for
     * @param warnings what to tell the user, one sentence each
     * @param failure why the steps ended before they were all taken; null if they were
     * @param round the exchange after them; null on one machine
     */
    record Advance(
            List<Double> losses,
            long targets,
            List<Progress.Layer> layers,
            List<String> warnings,
            @Nullable Failure failure,
            Progress.@Nullable Round round) {}

    /**
     * A step whose loss or gradients are not finite, or whose weights are not.
     *
     * @param step the step, from 1
     * @param what what is not finite, where
     * @param recoverable whether the weights before it are finite, so that they are worth saving
     */
    record Failure(int step, String what, boolean recoverable) implements Serializable {}

    /** Returns the number of steps taken, including those skipped. */
    int taken();

    /** Returns the number of steps skipped. */
    int skipped();

    /** Returns the sum of the mean losses of the steps that were not skipped, in nats. */
    double lossSum();

    /** Returns the learning rate of AdamW at the last step. */
    double rate();

    /** Returns the global L2 norm of the gradients at the last step, before clipping. */
    double gradientNorm();

    /** Returns the number of steps taken after the next {@link #advance}, if none fails. */
    int next();

    /**
     * Takes the next steps.
     *
     * @param look whether to measure the effect of the last one on each layer
     */
    Advance advance(boolean look);

    /**
     * Returns the mean loss over the validation part, or the part of it that an evaluation reads, in nats per target.
     *
     * @param told hears the share that has been read, from 0 to 1
     */
    double evaluate(DoubleConsumer told);

    /**
     * Multiplies the learning rates from the next step on.
     *
     * @param factor the factor on both configured rates; 1 for none
     */
    void scale(double factor);

    /** Runs a task with the transformer's weights as they are to be evaluated and saved. */
    <T> T averaged(Supplier<T> task);

    /** Returns the arrays to resume from, by name. */
    Map<String, NDArray> arrays();

    @Override
    void close();
}
