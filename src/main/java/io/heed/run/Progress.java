package io.heed.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.DataProgress;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Receives the progress of a run. Methods do nothing by default. All losses are means, in nats per token. */
public interface Progress {

    /**
     * Describes a run about to start.
     *
     * @param folder the folder the model is written to
     * @param parameters the number of trained parameters
     * @param vocabulary the number of tokens
     * @param trainingTokens the number of training tokens
     * @param validationTokens the number of validation tokens
     * @param device where it computes
     * @param arithmetic how it multiplies matrices, in words
     * @param arithmeticMilliseconds the times by which that was chosen: of a part of a step, with each arithmetic; empty if it was not
     *     measured
     * @param step the number of steps that an earlier part of the run took
     * @param steps the number of steps of the whole run
     * @param sample a text to continue at each evaluation; empty for none
     */
    record Start(
            Path folder,
            long parameters,
            int vocabulary,
            long trainingTokens,
            long validationTokens,
            String device,
            String arithmetic,
            Map<String, Double> arithmeticMilliseconds,
            int step,
            @JsonIgnore int steps,
            @JsonIgnore String sample) {}

    /**
     * One step.
     *
     * @param step the number of steps taken, from 1
     * @param loss the mean loss of the steps since the last call, without skipped ones; NaN if all were skipped
     * @param speed the speed; a call also measures the memory
     */
    record Step(int step, DoubleSupplier loss, Supplier<Speed> speed) {}

    /**
     * The speed and the memory of a run.
     *
     * @param tokensPerSecond the training tokens per second since training started, without evaluations
     * @param gflops the floating-point operations per second, in 10⁹: per token, 6 for each weight and 12·T·C for each
     *     layer (Chowdhery et al., arXiv 2204.02311, appendix B)
     * @param memory the resident memory in MiB, 0 if unknown
     * @param seconds the time since the run started, without pauses
     */
    record Speed(double tokensPerSecond, double gflops, double memory, double seconds) {}

    /**
     * The effect of the last step on one layer.
     *
     * @param name as in {@code layer 3} or {@code the embedding}
     * @param gradientNorm the L2 norm of its gradients, after clipping
     * @param updateRatio the L2 norm of the change of its weights, divided by that of the weights
     */
    record Layer(String name, double gradientNorm, double updateRatio) implements Serializable {}

    /**
     * An evaluation on the validation part.
     *
     * @param step the number of steps taken
     * @param trainingLoss the mean loss of the steps since the last evaluation, without skipped ones; NaN if all were
     *     skipped
     * @param validationLoss the loss of the validation part
     * @param best whether no earlier evaluation was better
     * @param rate the learning rate of the last step
     * @param gradientNorm the gradients' global norm at the last step, before clipping
     * @param layers the effect of the last step on each layer
     * @param speed the speed
     */
    record Evaluation(
            int step,
            double trainingLoss,
            double validationLoss,
            boolean best,
            double rate,
            double gradientNorm,
            List<Layer> layers,
            Speed speed) {

        /** e to the validation loss. */
        public double perplexity() {
            return Math.exp(validationLoss);
        }
    }

    /**
     * A round of steps taken by several workers, after which they exchanged what they had reached. The seconds add up to the round's duration.
     *
     * @param round the number of the round, from 1
     * @param step the number of steps taken, including those of this round
     * @param workers the number of workers
     * @param tokensPerSecond the tokens trained on by all workers per second of the round
     * @param learningSeconds the time in which the workers computed, divided by how many do so at a time
     * @param exchangeSeconds the time for sending states
     * @param waitingSeconds the rest: waiting for the slowest worker, and for the cluster
     * @param bytesSent the bytes of the state sent to the workers, once for each
     * @param bytesReceived the bytes of what the workers sent back
     */
    record Round(
            int round,
            int step,
            int workers,
            double tokensPerSecond,
            double learningSeconds,
            double exchangeSeconds,
            double waitingSeconds,
            long bytesSent,
            long bytesReceived) {}

    /** A warning, one sentence. */
    default void warned(String sentence) {}

    /**
     * The text is being read.
     *
     * @param stage what is being done with it
     * @param done the bytes done so far
     * @param all the number of bytes in all
     */
    default void read(DataProgress.Stage stage, long done, long all) {}

    /** Training starts. */
    default void started(Start start) {}

    /**
     * The model that the run starts from was evaluated, before the first step.
     *
     * @param validationLoss the loss of the validation part
     */
    default void found(double validationLoss) {}

    /** A step was taken. */
    default void stepped(Step step) {}

    /** Workers exchanged what they had learned in a round. */
    default void exchanged(Round round) {}

    /**
     * The model is being evaluated.
     *
     * @param share the share done, from 0 to 1
     */
    default void evaluating(double share) {}

    /**
     * The model was evaluated.
     *
     * @param model the model as it was evaluated; use it only during the call
     */
    default void evaluated(Evaluation evaluation, LanguageModel model) {}

    /** The run can now be resumed from this step. */
    default void saved(int step) {}
}
