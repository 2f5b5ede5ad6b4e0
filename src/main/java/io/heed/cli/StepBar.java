package io.heed.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar of steps on stderr with the loss behind it, where a person watches; else nothing. */
final class StepBar implements AutoCloseable {

    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;
    private long drawn;

    /**
     * Draws a bar.
     *
     * @param task what is done, in a few words
     * @param from the number of steps that were taken before
     */
    StepBar(String task, int from, int steps) {
        bar = Terminal.watchesErrors()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(steps)
                        .startsFrom(from, Duration.ZERO)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .build()
                : null;
    }

    /** Shows how far it is, now and then. */
    void step(int step, DoubleSupplier loss) {
        if (bar != null && System.nanoTime() - drawn > UPDATE_MILLIS * 1_000_000L) {
            drawn = System.nanoTime();
            bar.stepTo(step);
            bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", loss.getAsDouble()));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
