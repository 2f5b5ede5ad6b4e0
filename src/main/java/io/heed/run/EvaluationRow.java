package io.heed.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * One look at the validation part, as it is written: losses are means, in nats a token.
 *
 * @param step the number of steps taken
 * @param trainingLoss the mean loss of the steps since the last look
 * @param validationLoss the loss of the validation part
 * @param perplexity e to the validation loss
 * @param best whether no look before was better
 * @param rate the learning rate of the last step
 * @param gradientNorm the gradients' global norm at the last step, before clipping
 * @param tokensPerSecond the tokens learnt from in a second, evaluations left out
 * @param gflops the floating-point operations a second, in 10⁹
 * @param memoryMib the resident memory in MiB
 * @param seconds the time since the run began, pauses left out
 */
public record EvaluationRow(
        int step,
        double trainingLoss,
        double validationLoss,
        double perplexity,
        boolean best,
        double rate,
        double gradientNorm,
        double tokensPerSecond,
        double gflops,
        double memoryMib,
        double seconds) {

    /** A look as it is written. */
    public static EvaluationRow of(Progress.Evaluation evaluation) {
        Progress.Speed speed = evaluation.speed();
        return new EvaluationRow(
                evaluation.step(),
                evaluation.trainingLoss(),
                evaluation.validationLoss(),
                evaluation.perplexity(),
                evaluation.best(),
                evaluation.rate(),
                evaluation.gradientNorm(),
                speed.tokensPerSecond(),
                speed.gflops(),
                speed.memory(),
                speed.seconds());
    }

    /**
     * A line of {@code metrics.jsonl}.
     *
     * @param row the figures of the whole model
     * @param layers what the last step did to each layer
     */
    record OfLayers(@JsonUnwrapped EvaluationRow row, List<Progress.Layer> layers) {}
}
