package io.heed.run;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.DataProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

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
     * @param step the number of steps that an earlier part of the run took
     * @param steps the number of steps of the whole run
     * @param sample the beginning of a text to continue at each evaluation, empty for none
     */
    record Start(
            Path folder,
            long parameters,
            int vocabulary,
            long trainingTokens,
            long validationTokens,
            String device,
            int step,
            int steps,
            String sample) {}

    /**
     * One step.
     *
     * @param step the number of steps taken, from 1
     * @param loss the mean loss of the steps since it was last asked for, but for those skipped; NaN where all were
     * @param speed how fast it goes; asking looks up what memory it takes
     */
    record Step(int step, DoubleSupplier loss, Supplier<Speed> speed) {}

    /**
     * How fast a run goes and what it needs.
     *
     * @param tokensPerSecond the tokens learnt from in a second since training began, evaluations left out
     * @param gflops the floating-point operations a second, in 10⁹: 6 for each weight and 12·T·C for each layer, a token (Chowdhery et al.,
     *     arXiv 2204.02311, appendix B)
     * @param memory the resident memory in MiB, 0 where the system does not tell
     * @param seconds the time since the run began, pauses left out
     */
    record Speed(double tokensPerSecond, double gflops, double memory, double seconds) {}

    /**
     * What the last step did to one layer.
     *
     * @param name as in {@code layer 3} or {@code the embedding}
     * @param gradientNorm the L2 norm of its gradients, after clipping
     * @param updateRatio the L2 norm of the change of its weights, over that of the weights
     */
    record Layer(String name, double gradientNorm, double updateRatio) {}

    /**
     * One look at the validation part.
     *
     * @param step the number of steps taken
     * @param trainingLoss the mean loss of the steps since the last look, but for those skipped; NaN where all were
     * @param validationLoss the loss of the validation part
     * @param best whether no look before was better
     * @param rate the learning rate of the last step
     * @param gradientNorm the gradients' global norm at the last step, before clipping
     * @param layers what the last step did to each layer
     * @param speed how fast it goes
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

    /** Something is not as whoever trains may think; one sentence. */
    default void warned(String sentence) {}

    /**
     * The text is read.
     *
     * @param stage what is done with it
     * @param done the bytes that are done
     * @param all the bytes there are
     */
    default void read(DataProgress.Stage stage, long done, long all) {}

    /** Training begins. */
    default void started(Start start) {}

    /**
     * The model that the run goes on from was evaluated, before the first step.
     *
     * @param validationLoss the loss of the validation part
     */
    default void found(double validationLoss) {}

    /** A step was taken. */
    default void stepped(Step step) {}

    /**
     * The model is being evaluated.
     *
     * @param share how much of what is to be read was read, from 0 to 1
     */
    default void evaluating(double share) {}

    /**
     * The model was evaluated.
     *
     * @param model the model as it was evaluated, to be read from during the call
     */
    default void evaluated(Evaluation evaluation, LanguageModel model) {}

    /** The run could go on from here now, whatever happens. */
    default void saved(int step) {}
}
