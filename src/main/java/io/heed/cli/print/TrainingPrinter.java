package io.heed.cli.print;

import io.heed.run.Progress;

/** Reports the progress of training. */
public interface TrainingPrinter extends Progress, AutoCloseable {

    /** A page shows the run at this address. */
    default void watched(String address) {}

    /** The run has ended. */
    default void ended(RunEnd end) {}

    @Override
    default void close() {}
}
