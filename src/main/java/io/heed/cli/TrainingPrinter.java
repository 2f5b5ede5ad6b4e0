package io.heed.cli;

import io.heed.train.Progress;
import io.heed.train.TrainingRun;

/** Tells how training goes. */
interface TrainingPrinter extends Progress, AutoCloseable {

    /** The run has ended. */
    default void ended(TrainingRun.Result result) {}

    @Override
    default void close() {}
}
