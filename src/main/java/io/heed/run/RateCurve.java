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
 * The losses of a run's first steps at growing learning rates, and which rates they speak for.
 *
 * @param points the steps, the first one first
 */
@JsonPropertyOrder({"points", "suggestion", "set"})
public record RateCurve(List<Point> points) {

    /**
     * One step.
     *
     * @param learningRate AdamW's rate
     * @param muonLearningRate Muon's rate; null where the run has AdamW's alone
     * @param loss the loss of the step's batch before the step, in nats a token
     * @param smoothedLoss the running mean of the losses up to here
     */
    public record Point(
            double learningRate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double muonLearningRate,

            double loss,
            double smoothedLoss) {}

    /**
     * Rates for a run, of two digits.
     *
     * @param learningRate AdamW's rate
     * @param muonLearningRate Muon's rate; null where the run has AdamW's alone
     */
    public record Rates(
            double learningRate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double muonLearningRate) {

        /** The settings that give a run these rates, as in {@code training.learning_rate=0.004}. */
        List<String> settings() {
            String first = "training.learning_rate=" + number(learningRate);
            return muonLearningRate == null
                    ? List.of(first)
                    : List.of(first, "training.muon_learning_rate=" + number(muonLearningRate));
        }
    }

    /** The share of the rates of the lowest loss that a run should have at most. */
    /** The lowest rate that is tried. */
    public static final double LOWEST = 1e-9;

    private static final double OF_LOWEST = 0.1;

    /** The share of the whole fall after which little is left, and of the rates there that a run should have at most. */
    private static final double MOST_OF_FALL = 0.8;

    private static final double OF_MOST = 0.5;

    /** The share of the first loss that the lowest may be at most, for the test to have shown anything. */
    private static final double FALLEN = 0.95;

    private static final MathContext TWO_DIGITS = new MathContext(2);

    /** Copies the points. */
    public RateCurve {
        points = List.copyOf(points);
    }

    /** Returns the point of the lowest smoothed loss, where there is any. */
    public Optional<Point> lowest() {
        return points.stream().min(Comparator.comparingDouble(Point::smoothedLoss));
    }

    /**
     * Returns a tenth of the rates at which the smoothed loss is lowest: there it is about to rise again, and a run has to keep away from
     * that for all of its steps. Where it is lowest at the end of a long plateau that says little, so the rates are no more than half of
     * those at which the loss had made four fifths of its fall. Nothing where it did not fall by a twentieth.
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

    /** Returns the settings that give a run the suggested rates; none where there is no suggestion. */
    @JsonProperty("set")
    public List<String> settings() {
        return suggestion().map(Rates::settings).orElse(List.of());
    }

    /** Returns a rate with at most two digits that count. */
    public static String number(double rate) {
        return new BigDecimal(String.format(Locale.ROOT, "%.1e", rate))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static double rounded(double rate) {
        return Math.max(LOWEST, new BigDecimal(rate).round(TWO_DIGITS).doubleValue());
    }

    /** The running mean of losses, each step's a tenth of it, corrected for the time before the first (Kingma and Ba, arXiv 1412.6980). */
    public static final class Smoothing {

        private static final double DECAY = 0.9;

        /** How many times the lowest mean is an explosion. */
        private static final double EXPLODED = 4;

        private double sum;
        private double weight;
        private double lowest = Double.POSITIVE_INFINITY;

        /** Takes a loss in and returns the mean. */
        public double add(double loss) {
            sum = DECAY * sum + (1 - DECAY) * loss;
            weight = DECAY * weight + 1 - DECAY;
            lowest = Math.min(lowest, mean());
            return mean();
        }

        private double mean() {
            return sum / weight;
        }

        /** Whether the mean has left the lowest far below. */
        public boolean exploded() {
            return weight > 0 && mean() > EXPLODED * lowest;
        }
    }
}
