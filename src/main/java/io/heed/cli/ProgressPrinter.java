package io.heed.cli;

import io.heed.train.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Tells on stderr how training goes: a bar where a person watches, and one line an evaluation. */
final class ProgressPrinter implements Progress, AutoCloseable {

    private static final int UPDATE_MILLIS = 200;

    private final PrintWriter err;
    private final int steps;
    private @Nullable ProgressBar bar;
    private long drawn;

    /** Creates a printer for a run of that many steps. */
    ProgressPrinter(PrintWriter err, int steps) {
        this.err = err;
        this.steps = steps;
    }

    @Override
    public void warned(String sentence) {
        err.println("heed: " + sentence);
    }

    @Override
    public void started(Start start) {
        err.printf(
                Locale.ROOT,
                "%s: %,d trained numbers, %,d tokens in the vocabulary, %,d to learn from, %,d to check on, on %s%n",
                start.folder(),
                start.parameters(),
                start.vocabulary(),
                start.trainingTokens(),
                start.validationTokens(),
                start.device());
        if (Terminal.watchesErrors()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .build();
        }
    }

    @Override
    public void stepped(Step step) {
        if (bar != null && System.nanoTime() - drawn > UPDATE_MILLIS * 1_000_000L) {
            drawn = System.nanoTime();
            bar.stepTo(step.step());
            bar.setExtraMessage(String.format(
                    Locale.ROOT, " loss %.3f, %,.0f tokens/s", step.loss().getAsDouble(), step.tokensPerSecond()));
        }
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        boolean done = evaluation.step() == steps;
        if (bar != null && done) {
            close();
        }
        String line = String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  validation %.4f%s  %,.0f tokens/s  %.1f s",
                evaluation.step(),
                steps,
                evaluation.trainingLoss(),
                evaluation.validationLoss(),
                evaluation.best() ? " (best)" : "",
                evaluation.tokensPerSecond(),
                evaluation.seconds());
        err.println(bar != null ? "\r\u001b[K" + line : line); // the bar is drawn again below
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
