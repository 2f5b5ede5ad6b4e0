package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.text.corpus.Batch;

/** A batch as the inputs of a transformer. */
final class Inputs {

    private Inputs() {}

    /** The ids (B,T) int64; for translations also the source ids (B,S) int64 and their lengths (B) int64. */
    static NDList of(Batch batch, NDManager owner) {
        NDArray ids = owner.create(batch.inputs(), new Shape(batch.rows(), batch.columns()));
        Batch.Source source = batch.source();
        return source == null
                ? new NDList(ids)
                : new NDList(
                        ids,
                        owner.create(source.ids(), new Shape(batch.rows(), source.columns())),
                        owner.create(source.lengths()));
    }
}
