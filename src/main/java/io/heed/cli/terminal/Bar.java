package io.heed.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The progress of long work, on stderr: on a terminal, a bar that disappears at the end; elsewhere, a line every ten seconds. */
public final class Bar implements AutoCloseable {

    private static final String CLEARED = "\r\u001b[K";

    private final BarLine line;
    private final PrintWriter err;
    private final @Nullable Consumer<String> screen;
    private final IntSupplier columns;
    private final Pace pace;
    private long done;
    private List<String> said = List.of();
    private boolean open = true;

    /** Starts a bar for work that is counted one by one. */
    public Bar(PrintWriter err, String task, long all) {
        this(err, new BarLine(task, 0, all, "", 1));
    }

    /** Starts a bar. */
    public Bar(PrintWriter err, BarLine line) {
        this(
                err,
                line,
                Terminal.watchesErrors() ? text -> VisibleWriter.draw(err, text) : null,
                Terminal::columns,
                System::nanoTime);
    }

    /**
     * Starts a bar.
     *
     * @param screen draws on the terminal; null if there is none
     * @param columns the width of the terminal
     * @param clock nanoseconds
     */
    public Bar(
            PrintWriter err, BarLine line, @Nullable Consumer<String> screen, IntSupplier columns, LongSupplier clock) {
        this.err = err;
        this.line = line;
        this.screen = screen;
        this.columns = columns;
        done = line.from();
        pace = new Pace(screen == null ? Pace.LOG : Pace.BAR, clock);
        if (screen != null) {
            show();
        }
    }

    /** Sets the progress, which is shown now and then. */
    public void stepTo(long now) {
        stepTo(now, List::of);
    }

    /** Sets the progress, which is shown now and then with further parts, the most important first. */
    public void stepTo(long now, Supplier<List<String>> known) {
        done = now;
        say(known);
    }

    /** Sets the further parts, which are shown now and then. */
    public void say(Supplier<List<String>> known) {
        if (pace.isDue()) {
            said = known.get();
            show();
        }
    }

    private void show() {
        if (screen == null) {
            err.println(line.told(done, pace.elapsed(), said));
        } else {
            screen.accept(CLEARED + line.drawn(done, pace.elapsed(), said, columns.getAsInt()));
        }
        pace.report();
    }

    /** Prints a line above the bar. */
    public void print(String text) {
        if (screen != null && open) {
            screen.accept(CLEARED);
        }
        err.println(text);
        pace.report();
        if (screen != null && open) {
            show();
        }
    }

    @Override
    public void close() {
        if (screen != null && open) {
            screen.accept(CLEARED);
        }
        open = false;
    }
}
