package io.heed.run;

import io.heed.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a run's evaluations as files, with what the configuration determines apart from what depends on the machine.
 */
final class MetricsFiles {

    private MetricsFiles() {}

    /** The metrics that the same configuration, text and seed reproduce to the last digit, one line per evaluation. */
    static String csv(List<Progress.Evaluation> evaluations) {
        StringBuilder csv = new StringBuilder("step,training_loss,validation_loss,perplexity,rate,gradient_norm\n");
        evaluations.forEach(row -> csv.append(String.format(
                Locale.ROOT,
                "%d,%.6f,%.6f,%.6g,%.6g,%.6f\n",
                row.step(),
                row.trainingLoss(),
                row.validationLoss(),
                row.perplexity(),
                row.rate(),
                row.gradientNorm())));
        return csv.toString();
    }

    /** The metrics that depend on the machine, one line per evaluation. */
    static String speeds(List<Progress.Evaluation> evaluations) {
        StringBuilder csv = new StringBuilder("step,tokens_per_second,gflops,memory_mib,seconds\n");
        evaluations.forEach(row -> csv.append(String.format(
                Locale.ROOT,
                "%d,%.1f,%.2f,%.1f,%.3f\n",
                row.step(),
                row.speed().tokensPerSecond(),
                row.speed().gflops(),
                row.speed().memory(),
                row.speed().seconds())));
        return csv.toString();
    }

    /** The losses to draw. */
    static LossCurve.Curve curve(String name, List<Progress.Evaluation> evaluations) {
        return new LossCurve.Curve(
                name,
                evaluations.stream()
                        .map(row -> new LossCurve.Point(row.step(), row.trainingLoss(), row.validationLoss()))
                        .toList());
    }

    /**
     * The scalars for TensorBoard: the columns of both tables.
     *
     * @param began when the run started, in seconds since 1970
     */
    static List<EventFile.Scalars> scalars(double began, List<Progress.Evaluation> evaluations) {
        return evaluations.stream()
                .map(row -> {
                    Map<String, Double> values = new LinkedHashMap<>();
                    values.put("training_loss", row.trainingLoss());
                    values.put("validation_loss", row.validationLoss());
                    values.put("perplexity", row.perplexity());
                    values.put("rate", row.rate());
                    values.put("gradient_norm", row.gradientNorm());
                    values.put("tokens_per_second", row.speed().tokensPerSecond());
                    values.put("gflops", row.speed().gflops());
                    values.put("memory_mib", row.speed().memory());
                    return new EventFile.Scalars(began + row.speed().seconds(), row.step(), values);
                })
                .toList();
    }

    /** All metrics, one JSON object per line. */
    static String jsonLines(RunState state) {
        StringBuilder lines = new StringBuilder();
        int before = 0;
        for (Progress.Evaluation row : state.evaluations()) {
            int from = before;
            List<RunChange> changes = state.changes().stream()
                    .filter(change -> change.step() >= from && change.step() < row.step())
                    .toList();
            lines.append(Json.line(new EvaluationRow.OfLayers(EvaluationRow.of(row), row.layers(), changes)))
                    .append('\n');
            before = row.step();
        }
        return lines.toString();
    }
}
