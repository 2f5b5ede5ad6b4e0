package io.heed.cli;

import java.time.Duration;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on stderr of how far long work is, where a person watches; else nothing. */
final class Bar implements AutoCloseable {

    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;
    private long drawn;

    /** Draws a bar of work that is counted one by one. */
    Bar(String task, long all) {
        this(task, 0, all, "", 1);
    }

    /**
     * Draws a bar.
     *
     * @param task what is done, in a few words
     * @param from how much was done before
     * @param all how much there is to do
     * @param unit what is shown behind numbers, such as {@code " MB"}
     * @param size how much such a unit is
     */
    Bar(String task, long from, long all, String unit, long size) {
        bar = Terminal.watchesErrors()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(all)
                        .startsFrom(from, Duration.ZERO)
                        .setUnit(unit, size)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .build()
                : null;
    }

    /** Shows how far it is. */
    void stepTo(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** Shows something behind the bar, now and then. */
    void say(Supplier<String> message) {
        if (bar != null && System.nanoTime() - drawn > UPDATE_MILLIS * 1_000_000L) {
            drawn = System.nanoTime();
            bar.setExtraMessage(" " + message.get());
        }
    }

    /** What has to stand before a line that is printed while there is a bar, which is drawn again below it. */
    String clear() {
        return bar != null ? "\r\u001b[K" : "";
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
