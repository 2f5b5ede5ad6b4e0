package io.heed.text.corpus;

import java.util.List;

/** The ids of one part of a corpus, in batches for training and evaluation. */
public sealed interface TrainingData permits Lines, TranslationPairs, Stream {

    /**
     * Returns the batch of a step, a function of (seed, step) alone.
     *
     * @param step the step, from 0
     * @param size the number of rows
     */
    Batch batch(long seed, long step, int size);

    /**
     * Returns all of the data once, in order; each batch is read on demand.
     *
     * @param size the most rows of a batch
     */
    List<Batch> all(int size);

    /** The number of rows that were cut because they are longer than the context. */
    int cutRows();

    /** The number of positions that have a target. */
    long targets();
}
