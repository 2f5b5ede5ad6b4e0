package io.heed.cli.print;

import io.heed.Json;
import io.heed.Shell;
import io.heed.cli.terminal.Interruption;
import io.heed.cli.terminal.Terminal;
import io.heed.config.RunConfig;
import io.heed.run.LossCurve;
import io.heed.run.RateCurve;
import io.heed.train.RateTest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tests a run's learning rates and prints the result: a plot and a suggestion, or an object for programs. */
public final class RateTestPrinter {

    /** The multiple of the first loss beyond which it is exploding, and no longer drawn. */
    private static final double DRAWN = 1.1;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    public RateTestPrinter(PrintWriter out, PrintWriter err, boolean json) {
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
    public int run(RunConfig config, Path models) {
        Optional<RateCurve> curve;
        AtomicInteger steps = new AtomicInteger();
        try (Interruption interruption = Interruption.orTermination();
                StepBar bar = new StepBar(err, "testing rates", 0, RateTest.STEPS)) {
            curve = RateTest.run(
                    config,
                    models.resolve(".data"),
                    (stage, done, all) -> {},
                    point -> bar.step(steps.incrementAndGet(), point::smoothedLoss),
                    interruption::requested);
            if (curve.isEmpty()) {
                bar.close();
                err.println("heed: stopped after %d of at most %d steps; there is nothing to suggest yet"
                        .formatted(steps.get(), RateTest.STEPS));
                return interruption.code();
            }
        }
        if (json) {
            out.println(Json.line(curve.orElseThrow()));
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
                    "no suggestion: the loss did not fall by a twentieth at any rate; check the text and the model first");
            return;
        }
        RateCurve.Point low = curve.lowest().orElseThrow();
        out.printf(
                Locale.ROOT,
                "The smoothed loss is lowest, %.3f, at %s. The suggestion is a tenth of that, or less if most of the fall came long"
                        + " before; the configuration has %s.%n",
                low.smoothedLoss(),
                rates(low.learningRate(), low.muonLearningRate()),
                rates(training.learningRate(), low.muonLearningRate() == null ? null : training.muonLearningRate()));
        out.println(Shell.line(curve.settings().stream()
                .flatMap(setting -> Stream.of("--set", setting))
                .toList()));
    }

    private static String rates(double adamw, @Nullable Double muon) {
        String first = "learning_rate " + RateCurve.number(adamw);
        return muon == null ? first : first + " and muon_learning_rate " + RateCurve.number(muon);
    }

    /** The smoothed losses over the logarithm of AdamW's rate, up to where they explode. */
    private static String plot(RateCurve curve) {
        List<RateCurve.Point> points = curve.points();
        double most = DRAWN
                * points.stream()
                        .limit(1)
                        .mapToDouble(RateCurve.Point::smoothedLoss)
                        .sum();
        List<LossCurve.Point> drawn = IntStream.range(0, points.size())
                .filter(i -> points.get(i).smoothedLoss() <= most)
                .mapToObj(i -> new LossCurve.Point(i, Double.NaN, points.get(i).smoothedLoss()))
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
}
