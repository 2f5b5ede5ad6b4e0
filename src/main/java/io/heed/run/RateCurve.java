package io.heed.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The losses of a run's first steps at increasing learning rates, and the rates they suggest.
 *
 * @param points the steps, in order
 */
@JsonPropertyOrder({"points", "suggestion", "set"})
public record RateCurve(List<Point> points) {

    /**
     * One step.
     *
     * @param learningRate AdamW's rate
     * @param muonLearningRate Muon's rate; null if the run uses AdamW alone
     * @param loss the loss of the step's batch before the step, in nats per token
     * @param smoothedLoss the running mean of the losses so far
     */
    public record Point(
            double learningRate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double muonLearningRate,

            double loss,
            double smoothedLoss) {}

    /**
     * Learning rates for a run, with two digits.
     *
     * @param learningRate AdamW's rate
     * @param muonLearningRate Muon's rate; null if the run uses AdamW alone
     */
    public record Rates(
            double learningRate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double muonLearningRate) {

        /** Returns the settings for these rates, as in {@code training.learning_rate=0.004}. */
        List<String> settings() {
            String first = "training.learning_rate=" + number(learningRate);
            return muonLearningRate == null
                    ? List.of(first)
                    : List.of(first, "training.muon_learning_rate=" + number(muonLearningRate));
        }
    }

    /** The most that a run's rates should be, as a share of those of the lowest loss. */
    /** The lowest rate tried. */
    public static final double LOWEST = 1e-9;

    private static final double OF_LOWEST = 0.1;

    /**
     * The share of the whole fall after which little is left, and the most that a run's rates should be, as a share of
     * those there.
     */
    private static final double MOST_OF_FALL = 0.8;

    private static final double OF_MOST = 0.5;

    /** The most that the lowest loss may be, as a share of the first, for the test to show anything. */
    private static final double FALLEN = 0.95;

    private static final MathContext TWO_DIGITS = new MathContext(2);

    /** Copies the points. */
    public RateCurve {
        points = List.copyOf(points);
    }

    /** Returns the point of the lowest smoothed loss, if there is one. */
    public Optional<Point> lowest() {
        return points.stream().min(Comparator.comparingDouble(Point::smoothedLoss));
    }

    /**
     * Returns a tenth of the rates at which the smoothed loss is lowest: there it is about to rise, which a run must
     * avoid in all of its steps. If the lowest loss is at the end of a long plateau, that says little, so the rates are
     * at most half of those at which the loss had made four fifths of its fall. Empty if it did not fall by a
     * twentieth.
     */
    @JsonProperty
    public Optional<Rates> suggestion() {
        return lowest().filter(low -> low.smoothedLoss <= FALLEN * points.get(0).smoothedLoss)
                .map(low -> {
                    double first = points.get(0).smoothedLoss;
                    double fallen = first - MOST_OF_FALL * (first - low.smoothedLoss);
                    Point most = points.stream()
                            .filter(point -> point.smoothedLoss <= fallen)
                            .findFirst()
                            .orElse(low);
                    double height = Math.min(OF_LOWEST, OF_MOST * most.learningRate / low.learningRate);
                    Double muon = low.muonLearningRate;
                    return new Rates(rounded(height * low.learningRate), muon == null ? null : rounded(height * muon));
                });
    }

    /** Returns the settings for the suggested rates; empty if there is no suggestion. */
    @JsonProperty("set")
    public List<String> settings() {
        return suggestion().map(Rates::settings).orElse(List.of());
    }

    /** Returns a rate with at most two significant digits. */
    public static String number(double rate) {
        return new BigDecimal(String.format(Locale.ROOT, "%.1e", rate))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static double rounded(double rate) {
        return Math.max(LOWEST, new BigDecimal(rate).round(TWO_DIGITS).doubleValue());
    }

    /** The running mean of losses, in which each new one has a weight of a tenth, bias-corrected (Kingma and Ba, arXiv 1412.6980). */
    public static final class Smoothing {

        private static final double DECAY = 0.9;

        /** The multiple of the lowest mean that counts as an explosion. */
        private static final double EXPLODED = 4;

        private double sum;
        private double weight;
        private double lowest = Double.POSITIVE_INFINITY;

        /** Adds a loss and returns the mean. */
        public double add(double loss) {
            sum = DECAY * sum + (1 - DECAY) * loss;
            weight = DECAY * weight + 1 - DECAY;
            lowest = Math.min(lowest, mean());
            return mean();
        }

        private double mean() {
            return sum / weight;
        }

        /** Whether the mean is far above its lowest value. */
        public boolean exploded() {
            return weight > 0 && mean() > EXPLODED * lowest;
        }
    }
}
