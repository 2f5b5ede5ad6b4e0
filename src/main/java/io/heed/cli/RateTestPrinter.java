package io.heed.cli;

import io.heed.Shell;
import io.heed.train.LossCurve;
import io.heed.train.RateCurve;
import io.heed.train.RateTest;
import io.heed.train.RunConfig;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tests a run's learning rates and prints what came of it: a plot and a suggestion, or an object for programs. */
final class RateTestPrinter {

    /** The share of the first loss beyond which it is exploding, and no longer drawn. */
    private static final double DRAWN = 1.1;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    RateTestPrinter(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /**
     * Tests and prints.
     *
     * @param models the folder in which a long text's tokens are kept
     * @return the exit code
     */
    int run(RunConfig config, Path models) {
        Optional<RateCurve> curve;
        AtomicInteger steps = new AtomicInteger();
        try (Interruption interruption = Interruption.orTermination();
                StepBar bar = new StepBar(err, "testing rates", 0, RateTest.STEPS)) {
            curve = RateTest.run(
                    config,
                    models.resolve(".data"),
                    (stage, done, all) -> {},
                    point -> bar.step(steps.incrementAndGet(), point::smoothed),
                    interruption::requested);
            if (curve.isEmpty()) {
                bar.close();
                err.println("heed: stopped after %d of at most %d steps; there is nothing to suggest yet"
                        .formatted(steps.get(), RateTest.STEPS));
                return interruption.code();
            }
        }
        if (json) {
            out.println(Json.line(object(curve.orElseThrow())));
        } else {
            print(curve.orElseThrow(), config.training());
        }
        return 0;
    }

    private void print(RateCurve curve, RunConfig.Training training) {
        out.print(plot(curve));
        out.println();
        if (curve.suggestion().isEmpty()) {
            out.println(
                    "no suggestion: the loss did not fall by a twentieth at any rate; look at the text and the model first");
            return;
        }
        RateCurve.Point low = curve.lowest().orElseThrow();
        out.printf(
                Locale.ROOT,
                "The smoothed loss is lowest, %.3f, at %s. Suggested is a tenth of that, or less where most of the fall came long"
                        + " before; the configuration has %s.%n",
                low.smoothed(),
                rates(curve, low.learningRate(), low.muonLearningRate()),
                rates(curve, training.learningRate(), training.muonLearningRate()));
        out.println(Shell.line(options(curve)));
    }

    private static String rates(RateCurve curve, double adamw, double muon) {
        String first = "learning_rate " + number(adamw);
        return curve.muon() ? first + " and muon_learning_rate " + number(muon) : first;
    }

    /** A rate with at most two digits that count. */
    private static String number(double rate) {
        return new BigDecimal(String.format(Locale.ROOT, "%.1e", rate))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<String> options(RateCurve curve) {
        List<String> words = new ArrayList<>();
        curve.suggestion().ifPresent(rates -> {
            words.addAll(List.of("--set", "training.learning_rate=" + number(rates.learningRate())));
            if (curve.muon()) {
                words.addAll(List.of("--set", "training.muon_learning_rate=" + number(rates.muonLearningRate())));
            }
        });
        return words;
    }

    /** The smoothed losses over the logarithm of AdamW's rate, up to where they explode. */
    private static String plot(RateCurve curve) {
        List<RateCurve.Point> points = curve.points();
        double most = DRAWN
                * points.stream()
                        .limit(1)
                        .mapToDouble(RateCurve.Point::smoothed)
                        .sum();
        List<LossCurve.Point> drawn = IntStream.range(0, points.size())
                .filter(i -> points.get(i).smoothed() <= most)
                .mapToObj(i -> new LossCurve.Point(i, Double.NaN, points.get(i).smoothed()))
                .toList();
        if (drawn.size() < 2) {
            return "";
        }
        int last = drawn.get(drawn.size() - 1).step();
        double first = Math.log10(points.get(0).learningRate());
        double perStep = (Math.log10(points.get(last).learningRate()) - first) / last;
        Map<Double, String> ticks = new LinkedHashMap<>();
        for (int power = (int) Math.ceil(first); power <= first + last * perStep; power++) {
            ticks.put((power - first) / perStep, "1e" + power);
        }
        return CurvePlot.of(new LossCurve.Curve("", drawn), ticks, "learning_rate", Terminal.room());
    }

    private static Map<String, @Nullable Object> object(RateCurve curve) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(
                "points",
                curve.points().stream()
                        .map(point -> rated(
                                curve,
                                point.learningRate(),
                                point.muonLearningRate(),
                                Map.of("loss", point.loss(), "smoothed_loss", point.smoothed())))
                        .toList());
        object.put(
                "suggestion",
                curve.suggestion()
                        .map(rates -> rated(curve, rates.learningRate(), rates.muonLearningRate(), Map.of()))
                        .orElse(null));
        object.put(
                "set",
                Stream.of(options(curve))
                        .flatMap(List::stream)
                        .filter(word -> !word.equals("--set"))
                        .toList());
        return object;
    }

    private static Map<String, Object> rated(RateCurve curve, double adamw, double muon, Map<String, Double> losses) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("learning_rate", adamw);
        if (curve.muon()) {
            object.put("muon_learning_rate", muon);
        }
        object.putAll(losses);
        return object;
    }
}
