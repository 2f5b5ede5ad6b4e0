package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.train.TrainingRun;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells how training goes as one JSON object a line, for programs; the last one is the result. */
final class JsonEvents implements TrainingPrinter {

    private final PrintWriter out;
    private String sample = "";

    private final Pace pace;

    JsonEvents(PrintWriter out) {
        this(out, System::nanoTime);
    }

    /**
     * Prints to a writer.
     *
     * @param clock nanoseconds
     */
    JsonEvents(PrintWriter out, LongSupplier clock) {
        this.out = out;
        pace = new Pace(Pace.LOG, clock);
    }

    @Override
    public void stepped(Step step) {
        if (pace.isDue()) {
            print(
                    "event", "stepped",
                    "step", step.step(),
                    "loss", finite(step.loss().getAsDouble()),
                    "tokens_per_second", step.speed().get().tokensPerSecond());
        }
    }

    @Override
    public void started(Start start) {
        sample = start.sample();
        print(
                "event", "started",
                "folder", start.folder().toString(),
                "parameters", start.parameters(),
                "vocabulary", start.vocabulary(),
                "training_tokens", start.trainingTokens(),
                "validation_tokens", start.validationTokens(),
                "device", start.device(),
                "step", start.step());
    }

    @Override
    public void found(double validationLoss) {
        print("event", "found", "validation_loss", finite(validationLoss));
    }

    @Override
    public void warned(String sentence) {
        print("event", "warned", "sentence", sentence);
    }

    @Override
    public void evaluated(Evaluation evaluation, LanguageModel model) {
        print(
                "event", "evaluated",
                "step", evaluation.step(),
                "training_loss", finite(evaluation.trainingLoss()),
                "validation_loss", evaluation.validationLoss(),
                "perplexity", evaluation.perplexity(),
                "best", evaluation.best(),
                "rate", evaluation.rate(),
                "gradient_norm", finite(evaluation.gradientNorm()),
                "tokens_per_second", evaluation.speed().tokensPerSecond(),
                "gflops", evaluation.speed().gflops(),
                "memory_mib", evaluation.speed().memory(),
                "seconds", evaluation.speed().seconds(),
                "sample", sample.isEmpty() ? null : Sample.of(model, sample));
    }

    @Override
    public void saved(int step) {
        print("event", "saved", "step", step);
    }

    @Override
    public void ended(RunEnd end) {
        TrainingRun.Result result = end.result();
        Evaluation best = result.best();
        Evaluation last = result.last();
        print(
                "event", "ended",
                "folder", result.folder().toString(),
                "model", result.model().toString(),
                "steps", result.steps(),
                "best_validation_loss", best == null ? null : best.validationLoss(),
                "best_step", best == null ? null : best.step(),
                "last_validation_loss", last == null ? null : last.validationLoss(),
                "last_step", last == null ? null : last.step(),
                "seconds", result.seconds(),
                "saving_seconds", result.savingSeconds(),
                "ending", result.ending().name().toLowerCase(Locale.ROOT),
                "interrupted", result.interrupted(),
                "advice", end.advice().isEmpty() ? null : end.advice(),
                "next", end.next());
    }

    /** A number, or null where it is none, which JSON has no word for. */
    private static @Nullable Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }

    private void print(@Nullable Object... entries) {
        out.println(Json.line(Json.object(entries)));
        pace.report();
        out.flush();
    }
}
