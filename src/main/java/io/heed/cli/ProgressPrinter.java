package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.DataProgress;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells on stderr how training goes: a bar where a person watches, and one line an evaluation. */
final class ProgressPrinter implements TrainingPrinter {

    private final PrintWriter err;
    private final TextBar text = new TextBar();
    private int steps;
    private String sample = "";
    private @Nullable Bar bar;
    private String validation = "";

    ProgressPrinter(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void warned(String sentence) {
        err.println("heed: " + sentence);
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
                "%s: %,d trained numbers, %,d tokens in the vocabulary, %,d to learn from, %,d to check on, on %s%n",
                start.folder(),
                start.parameters(),
                start.vocabulary(),
                start.trainingTokens(),
                start.validationTokens(),
                start.device());
        bar = new Bar("training", start.step(), steps, "", 1);
    }

    @Override
    public void found(double validationLoss) {
        print(String.format(
                Locale.ROOT,
                "step 0/%d  validation %.4f, the model as it is  perplexity %.4g",
                steps,
                validationLoss,
                Math.exp(validationLoss)));
    }

    @Override
    public void stepped(Step step) {
        if (bar != null) {
            bar.stepTo(step.step());
            bar.say(() -> described(step));
        }
    }

    private String described(Step step) {
        Speed speed = step.speed().get();
        return String.format(
                Locale.ROOT,
                "loss %.3f%s, %,.0f tokens/s, %.0f GFLOP/s, %.0f MiB",
                step.loss().getAsDouble(),
                validation,
                speed.tokensPerSecond(),
                speed.gflops(),
                speed.memory());
    }

    @Override
    public void evaluating(double share) {
        if (bar != null) {
            bar.say(() -> "evaluating, %.0f %%".formatted(100 * share));
        }
    }

    @Override
    public void evaluated(Evaluation evaluation, LanguageModel model) {
        validation = String.format(Locale.ROOT, ", validation %.3f", evaluation.validationLoss());
        if (evaluation.step() == steps) {
            close();
        }
        String line = String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  validation %.4f%s  perplexity %.4g  %,.0f tokens/s  %.1f s",
                evaluation.step(),
                steps,
                evaluation.trainingLoss(),
                evaluation.validationLoss(),
                evaluation.best() ? " (best)" : "",
                evaluation.perplexity(),
                evaluation.speed().tokensPerSecond(),
                evaluation.speed().seconds());
        print(line);
        if (!sample.isEmpty()) {
            print("  " + Sample.of(model, sample));
        }
    }

    private void print(String line) {
        err.println((bar == null ? "" : bar.clear()) + line);
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
