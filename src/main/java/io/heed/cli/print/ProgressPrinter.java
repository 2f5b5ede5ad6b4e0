package io.heed.cli.print;

import io.heed.checkpoint.LanguageModel;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TextBar;
import io.heed.predict.Sample;
import io.heed.text.DataProgress;
import io.heed.text.Plural;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports training on stderr: a bar on a terminal, and one line per evaluation. */
public final class ProgressPrinter implements TrainingPrinter {

    private final PrintWriter err;
    private final TextBar text;
    private int steps;
    private String sample = "";
    private @Nullable Bar bar;
    private String validation = "";
    private @Nullable Round round;

    public ProgressPrinter(PrintWriter err) {
        this.err = err;
        text = new TextBar(err);
    }

    @Override
    public void warned(String sentence) {
        print("heed: " + Visible.text(sentence));
    }

    @Override
    public void watched(String address) {
        print("watch it at " + address);
    }

    @Override
    public void read(DataProgress.Stage present, long done, long all) {
        text.told(present, done, all);
    }

    @Override
    public void started(Start start) {
        steps = start.steps();
        sample = start.sample();
        text.close();
        err.printf(
                Locale.ROOT,
                "%s: %,d trained parameters, %,d tokens in the vocabulary, %,d for training, %,d for validation, on %s in %s%s%n",
                Visible.text(start.folder().toString()),
                start.parameters(),
                start.vocabulary(),
                start.trainingTokens(),
                start.validationTokens(),
                start.device(),
                start.arithmetic(),
                times(start.arithmeticMilliseconds()));
        bar = new Bar(err, new BarLine("training", start.step(), steps, "", 1));
    }

    /** What an arithmetic was chosen by; empty if it was not measured. */
    private static String times(Map<String, Double> milliseconds) {
        return milliseconds.isEmpty()
                ? ""
                : milliseconds.entrySet().stream()
                        .map(each -> String.format(Locale.ROOT, "%s %.1f ms", each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", ", " (in a trial of one layer: ", ")"));
    }

    @Override
    public void found(double validationLoss) {
        print(String.format(
                Locale.ROOT,
                "step 0/%d  validation %.4f, before training  perplexity %.4g",
                steps,
                validationLoss,
                Math.exp(validationLoss)));
    }

    @Override
    public void stepped(Step step) {
        if (bar != null) {
            bar.stepTo(step.step(), () -> described(step));
        }
    }

    private List<String> described(Step step) {
        Speed speed = step.speed().get();
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "loss %.3f", step.loss().getAsDouble()));
        if (!validation.isEmpty()) {
            parts.add(validation);
        }
        if (round != null) {
            parts.addAll(described(round));
            return parts;
        }
        parts.add(String.format(Locale.ROOT, "%,.0f tokens/s", speed.tokensPerSecond()));
        parts.add(String.format(Locale.ROOT, "%.0f GFLOP/s", speed.gflops()));
        parts.add(String.format(Locale.ROOT, "%.0f MiB", speed.memory()));
        return parts;
    }

    /** The speed over all workers, and where the time went. */
    private static List<String> described(Round round) {
        double all = round.learningSeconds() + round.exchangeSeconds() + round.waitingSeconds();
        return List.of(
                "round %d".formatted(round.round()),
                String.format(
                        Locale.ROOT,
                        "%,.0f tokens/s by %s",
                        round.tokensPerSecond(),
                        Plural.of(round.workers(), "worker")),
                String.format(Locale.ROOT, "learning %.0f %%", 100 * round.learningSeconds() / all),
                String.format(Locale.ROOT, "exchange %.0f %%", 100 * round.exchangeSeconds() / all),
                String.format(Locale.ROOT, "waiting %.0f %%", 100 * round.waitingSeconds() / all));
    }

    @Override
    public void exchanged(Round done) {
        round = done;
    }

    @Override
    public void evaluating(double share) {
        if (bar != null) {
            bar.say(() -> List.of("evaluating, %.0f %%".formatted(100 * share)));
        }
    }

    @Override
    public void evaluated(Evaluation evaluation, LanguageModel model) {
        validation = String.format(Locale.ROOT, "validation %.3f", evaluation.validationLoss());
        if (evaluation.step() == steps) {
            close();
        }
        print(line(evaluation, steps, Terminal.watchesErrors() ? Terminal.columns() : Integer.MAX_VALUE));
        if (!sample.isEmpty()) {
            print("  " + Sample.of(model, sample));
        }
    }

    /** Returns the figures of an evaluation, the most important first, as many as fit. */
    public static String line(Evaluation evaluation, int steps, int columns) {
        return BarLine.fit(
                List.of(
                        "step %d/%d".formatted(evaluation.step(), steps),
                        String.format(
                                Locale.ROOT,
                                "validation %.4f%s",
                                evaluation.validationLoss(),
                                evaluation.best() ? " (best)" : ""),
                        String.format(Locale.ROOT, "loss %.4f", evaluation.trainingLoss()),
                        String.format(Locale.ROOT, "perplexity %.4g", evaluation.perplexity()),
                        String.format(Locale.ROOT, "%.1f s", evaluation.speed().seconds()),
                        String.format(
                                Locale.ROOT,
                                "%,.0f tokens/s",
                                evaluation.speed().tokensPerSecond())),
                "  ",
                columns - 1);
    }

    private void print(String line) {
        if (bar == null) {
            err.println(line);
        } else {
            bar.print(line);
        }
    }

    @Override
    public void close() {
        text.close();
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
