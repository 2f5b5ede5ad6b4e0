package io.heed.train;

import ai.djl.Device;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.model.shape.ModelConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic a run trains with.
 *
 * @param arithmetic the choice
 * @param milliseconds what it was chosen by: the times of all that took part in a trial, by their names; empty if there was none
 */
record ArithmeticChoice(Arithmetic arithmetic, Map<String, Double> milliseconds) {

    /** The operations of a run that is over before a trial has paid for itself. */
    private static final double SHORT_RUN = 1e12;

    /** How much quicker than the usual arithmetic another one has to be: noise alone does not change a choice. */
    private static final double BETTER = 0.97;

    /**
     * Chooses the arithmetic of a run. With {@code precision: auto} on a CPU, it is the one that an earlier part of the run used or, for
     * all but short runs, the quickest in a trial, whose times are remembered for this machine.
     *
     * @param shape the shape of the model
     * @param kept what an earlier part of the run used, or null
     * @param cache where the times of earlier trials are
     */
    static ArithmeticChoice of(
            RunConfig config, ModelConfig shape, Device device, @Nullable Arithmetic kept, ArithmeticCache cache) {
        if (kept != null) {
            return new ArithmeticChoice(Arithmetic.resumed(kept, config.precision(), device), Map.of());
        }
        List<Arithmetic> candidates = Arithmetic.candidates(config.precision(), device);
        if (candidates.size() == 1 || isShort(config, shape)) {
            return new ArithmeticChoice(candidates.get(0), Map.of());
        }
        ArithmeticTrial trial = ArithmeticTrial.of(config, shape, device, candidates.get(0));
        String key = trial.key();
        Map<String, Double> times = cache.find(key);
        if (!times.keySet()
                .containsAll(candidates.stream().map(Arithmetic::toString).toList())) {
            times = trial.milliseconds(candidates);
            cache.put(key, times);
        }
        return quickest(candidates, times);
    }

    /** Chooses the quickest; the first, the usual one, if none is clearly quicker. */
    static ArithmeticChoice quickest(List<Arithmetic> candidates, Map<String, Double> times) {
        Arithmetic best = candidates.get(0);
        double limit = BETTER * times.getOrDefault(best.toString(), Double.POSITIVE_INFINITY);
        for (Arithmetic each : candidates) {
            double time = times.getOrDefault(each.toString(), Double.POSITIVE_INFINITY);
            if (time < limit) {
                best = each;
                limit = time;
            }
        }
        return new ArithmeticChoice(best, times);
    }

    private static boolean isShort(RunConfig config, ModelConfig shape) {
        RunConfig.Training training = config.training();
        double tokens = (double) training.steps() * training.batch() * training.accumulate() * shape.context();
        return tokens * ArithmeticTrial.operations(shape) < SHORT_RUN;
    }
}
