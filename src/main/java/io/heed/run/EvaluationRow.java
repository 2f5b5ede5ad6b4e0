package io.heed.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * An evaluation as it is written: losses are means, in nats per token.
 *
 * @param step the number of steps taken
 * @param trainingLoss the mean loss of the steps since the last evaluation
 * @param validationLoss the loss of the validation part
 * @param perplexity e to the validation loss
 * @param best whether no earlier evaluation was better
 * @param rate the learning rate of the last step
 * @param gradientNorm the gradients' global norm at the last step, before clipping
 * @param tokensPerSecond the training tokens per second, without evaluations
 * @param gflops the floating-point operations per second, in 10⁹
 * @param memoryMib the resident memory in MiB
 * @param seconds the time since the run started, without pauses
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

    /** Returns an evaluation as it is written. */
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
     * @param layers the effect of the last step on each layer
     * @param changes what somebody changed since the evaluation before
     */
    record OfLayers(
            @JsonUnwrapped EvaluationRow row,
            List<Progress.Layer> layers,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RunChange> changes) {}
}
