package io.heed.cli;

import io.heed.train.Progress;

/** Tells how training goes. */
interface TrainingPrinter extends Progress, AutoCloseable {

    /** The run has ended. */
    default void ended(RunEnd end) {}

    @Override
    default void close() {}
}
