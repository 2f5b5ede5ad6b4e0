package io.heed.cli;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/** A bar of steps on stderr with the loss behind it, where a person watches; else nothing. */
final class StepBar implements AutoCloseable {

    private final Bar bar;

    /**
     * Draws a bar.
     *
     * @param task what is done, in a few words
     * @param from the number of steps that were taken before
     */
    StepBar(String task, int from, int steps) {
        bar = new Bar(task, from, steps, "", 1);
    }

    /** Shows how far it is, now and then. */
    void step(int step, DoubleSupplier loss) {
        bar.stepTo(step);
        bar.say(() -> String.format(Locale.ROOT, "loss %.3f", loss.getAsDouble()));
    }

    @Override
    public void close() {
        bar.close();
    }
}
