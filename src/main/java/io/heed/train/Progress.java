package io.heed.train;

import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/** What a run tells while it goes on; whoever overrides nothing hears nothing. All losses are means, in nats a token. */
public interface Progress {

    /**
     * What is about to be trained.
     *
     * @param folder where the model goes
     * @param parameters the number of numbers that training changes
     * @param vocabulary the number of tokens
     * @param trainingTokens the number of tokens to learn from
     * @param validationTokens the number of tokens to check on
     * @param device where it computes
     */
    record Start(
            Path folder, long parameters, int vocabulary, long trainingTokens, long validationTokens, String device) {}

    /**
     * One step.
     *
     * @param step the number of steps taken, from 1
     * @param loss the mean loss of the steps since it was last asked for; asking waits for the device
     * @param tokensPerSecond the speed since training began, evaluations left out
     */
    record Step(int step, DoubleSupplier loss, double tokensPerSecond) {}

    /**
     * One look at the validation part.
     *
     * @param step the number of steps taken
     * @param trainingLoss the mean loss of the steps since the last look
     * @param validationLoss the loss of the whole validation part
     * @param best whether no look before was better
     * @param rate the learning rate of the last step
     * @param gradientNorm the gradients' global norm at the last step, before clipping
     * @param tokensPerSecond the speed since training began, evaluations left out
     * @param seconds the time since training began
     */
    record Evaluation(
            int step,
            double trainingLoss,
            double validationLoss,
            boolean best,
            double rate,
            double gradientNorm,
            double tokensPerSecond,
            double seconds) {}

    /** Something is not as whoever trains may think; one sentence. */
    default void warned(String sentence) {}

    /** Training begins. */
    default void started(Start start) {}

    /** A step was taken. */
    default void stepped(Step step) {}

    /** The model was evaluated and saved. */
    default void evaluated(Evaluation evaluation) {}
}
