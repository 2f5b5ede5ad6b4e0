package io.heed.model;

/** Makes a trace for each pass over some texts, which changes or watches what the pass computes. Thread-safe. */
@FunctionalInterface
public interface PassTraces {

    /**
     * Makes the trace of a pass.
     *
     * @param lengths the number of tokens of each row; what follows them is padding
     */
    Trace of(int... lengths);
}
