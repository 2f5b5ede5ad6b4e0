package io.heed.cli.print;

import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.BarLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** A {@link Bar} of steps, with the loss. */
final class StepBar implements AutoCloseable {

    private final Bar bar;

    /**
     * Starts a bar.
     *
     * @param task the work, in a few words
     * @param from the number of steps taken before
     */
    StepBar(PrintWriter err, String task, int from, int steps) {
        bar = new Bar(err, new BarLine(task, from, steps, "", 1));
    }

    /** Sets the progress, which is shown now and then. */
    void step(int step, DoubleSupplier loss) {
        bar.stepTo(step, () -> List.of(String.format(Locale.ROOT, "loss %.3f", loss.getAsDouble())));
    }

    /** Prints a line above the bar. */
    void print(String line) {
        bar.print(line);
    }

    @Override
    public void close() {
        bar.close();
    }
}
