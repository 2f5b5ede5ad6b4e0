package io.heed.cli;

import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on stderr, where a person watches, of how many texts are done. */
final class DumpProgress implements IntConsumer, AutoCloseable {

    private final @Nullable ProgressBar bar;

    DumpProgress(int texts) {
        bar = Terminal.watchesErrors()
                ? new ProgressBarBuilder()
                        .setTaskName("reading")
                        .setInitialMax(texts)
                        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                        .build()
                : null;
    }

    @Override
    public void accept(int done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
