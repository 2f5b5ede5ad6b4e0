package io.heed.cli;

import io.heed.text.DataProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on stderr, where a person watches, of how much of a long text is gone through; else nothing. */
final class TextBar implements DataProgress, AutoCloseable {

    private static final int UPDATE_MILLIS = 200;

    /** The bytes of a text that takes long enough for a bar. */
    private static final long LONG_TEXT = 20_000_000;

    private @Nullable Stage stage;
    private @Nullable ProgressBar bar;

    @Override
    public void told(Stage present, long done, long all) {
        if (all < LONG_TEXT || !Terminal.watchesErrors()) {
            return;
        }
        if (stage != present) {
            close();
            stage = present;
            bar = new ProgressBarBuilder()
                    .setTaskName(
                            switch (present) {
                                case READING -> "reading the text";
                                case COUNTING -> "counting words";
                                case CUTTING -> "cutting it into tokens";
                                case CHECKING -> "checking its tokens";
                            })
                    .setInitialMax(all)
                    .setUnit(" MB", 1_000_000)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .build();
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
