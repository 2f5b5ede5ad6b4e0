package io.heed.model;

/** Makes a trace for each pass over some texts, which changes or watches what the pass computes. Thread-safe. */
@FunctionalInterface
public interface PassTraces {

    /**
     * Makes the trace of a pass.
     *
     * @param from for each row, the first position whose prediction is used
     * @param to for each row, the position after the last such one; what follows is padding
     */
    Trace of(int[] from, int[] to);
}
