package io.heed.run;

import io.heed.config.RunConfig;
import io.heed.optimizer.StateArrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's progress, except its {@link StateArrays}.
 *
 * @param began when the run started, in milliseconds since 1970
 * @param step the number of steps taken
 * @param skipped how many of them updated nothing
 * @param tokens the number of targets trained on
 * @param lossSum the sum of the steps' mean losses, in nats
 * @param updatesEvaluated the number of steps with an update, at the last evaluation
 * @param lossSumEvaluated the sum of the losses then
 * @param learningSeconds the time that steps took
 * @param seconds the time since the run started, without pauses
 * @param evaluations all evaluations, in order
 * @param health the state of its health checks
 * @param changes what somebody changed while it ran, in order
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
        Health.Seen health,
        List<RunChange> changes) {

    /** A checkpoint of an earlier version of Heed has no changes. */
    public RunState {
        changes = changes == null ? List.of() : List.copyOf(changes);
    }

    /** Returns the state of a new run. */
    public static RunState beginning(long now) {
        return new RunState(now, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Health.Seen.NOTHING, List.of());
    }

    /** The evaluation with the lowest validation loss, or null if there is none. */
    public Progress.@Nullable Evaluation best() {
        return evaluations.stream()
                .min(Comparator.comparingDouble(Progress.Evaluation::validationLoss))
                .orElse(null);
    }

    /** The lowest validation loss; infinite if there was no evaluation. */
    public double bestLoss() {
        Progress.Evaluation best = best();
        return best == null ? Double.POSITIVE_INFINITY : best.validationLoss();
    }

    /** The last evaluation, or null if there is none. */
    public Progress.@Nullable Evaluation last() {
        return evaluations.isEmpty() ? null : evaluations.get(evaluations.size() - 1);
    }

    /** Whether a run with these settings has ended: out of steps or out of patience. */
    public boolean isAtEndOf(RunConfig.Training settings) {
        return step >= settings.steps() || isOutOf(settings.patience());
    }

    /**
     * Whether the validation loss has not improved for too long.
     *
     * @param patience how many evaluations in a row without improvement end the run; 0 for no limit
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
