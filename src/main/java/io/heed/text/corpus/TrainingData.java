package io.heed.text.corpus;

import java.util.List;

/** Ids in the order a model learns from them, and the part it is checked on. */
public sealed interface TrainingData permits Lines, TranslationPairs, Stream {

    /**
     * Returns the batch of a step: a function of (seed, step) alone.
     *
     * @param step the step, from 0
     * @param size the number of rows
     */
    Batch batch(long seed, long step, int size);

    /**
     * Returns the whole of the data once, in order; each batch is read when it is asked for.
     *
     * @param size the largest number of rows of a batch
     */
    List<Batch> all(int size);

    /** The number of rows that lost their end, since they are longer than the context. */
    int cutRows();

    /** The number of positions that have a target. */
    long targets();
}
