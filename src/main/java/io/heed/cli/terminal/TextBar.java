package io.heed.cli.terminal;

import io.heed.text.DataProgress;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** A {@link Bar} for passes over a long text. */
public final class TextBar implements DataProgress, AutoCloseable {

    /** The smallest size, in bytes, of a text that gets a bar. */
    private static final long LONG_TEXT = 20_000_000;

    private final PrintWriter err;
    private @Nullable Stage stage;
    private @Nullable Bar bar;

    public TextBar(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void told(Stage present, long done, long all) {
        if (all < LONG_TEXT) {
            return;
        }
        if (stage != present) {
            close();
            stage = present;
            String task = switch (present) {
                case READING -> "reading the text";
                case COUNTING -> "counting words";
                case CUTTING -> "cutting it into tokens";
                case CHECKING -> "checking its tokens";
            };
            bar = new Bar(err, new BarLine(task, 0, all, " MB", 1_000_000));
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
