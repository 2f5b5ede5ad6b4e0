package io.heed.run;

import io.heed.config.RunConfig;
import io.heed.optimizer.StateArrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come, beside what its {@link StateArrays} holds.
 *
 * @param began when the run began, in milliseconds since 1970
 * @param step the number of steps taken
 * @param skipped how many of them moved nothing
 * @param tokens the number of targets learnt from
 * @param lossSum the sum of the steps' mean losses, in nats
 * @param updatesEvaluated the number of steps that moved something, at the last evaluation
 * @param lossSumEvaluated the sum of the losses then
 * @param learningSeconds the time that steps took
 * @param seconds the time since the run began, pauses left out
 * @param evaluations all evaluations, the first one first
 * @param health what was seen of its health
 */
public record RunState(
        long began,
        int step,
        int skipped,
        long tokens,
        double lossSum,
        int updatesEvaluated,
        double lossSumEvaluated,
        double learningSeconds,
        double seconds,
        List<Progress.Evaluation> evaluations,
        Health.Seen health) {

    /** The beginning of a run. */
    public static RunState beginning(long now) {
        return new RunState(now, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Health.Seen.NOTHING);
    }

    /** The evaluation of the lowest validation loss, or null where there was none. */
    public Progress.@Nullable Evaluation best() {
        return evaluations.stream()
                .min(Comparator.comparingDouble(Progress.Evaluation::validationLoss))
                .orElse(null);
    }

    /** The lowest validation loss, infinite where nothing was evaluated. */
    public double bestLoss() {
        Progress.Evaluation best = best();
        return best == null ? Double.POSITIVE_INFINITY : best.validationLoss();
    }

    /** The last evaluation, or null where there was none. */
    public Progress.@Nullable Evaluation last() {
        return evaluations.isEmpty() ? null : evaluations.get(evaluations.size() - 1);
    }

    /** Whether a run with these settings is at its end: of its steps, or of its patience. */
    public boolean isAtEndOf(RunConfig.Training settings) {
        return step >= settings.steps() || isOutOf(settings.patience());
    }

    /**
     * Whether the validation loss was no better for too long.
     *
     * @param patience how many evaluations in a row may be no better; 0 for any number
     */
    public boolean isOutOf(int patience) {
        return patience > 0 && evaluationsSinceBest() >= patience;
    }

    private int evaluationsSinceBest() {
        int since = 0;
        for (Progress.Evaluation evaluation : evaluations) {
            since = evaluation.best() ? 0 : since + 1;
        }
        return since;
    }
}
