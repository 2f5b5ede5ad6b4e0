package io.heed.text;

/** Hears the progress of reading a corpus. */
@FunctionalInterface
public interface DataProgress {

    /** The stages of reading, in order. */
    enum Stage {
        /** The text is read and checked. */
        READING,
        /** Words or characters are counted, for the vocabulary. */
        COUNTING,
        /** The text is cut into tokens. */
        CUTTING,
        /** Tokens of an earlier run are checked, instead of counting and cutting. */
        CHECKING
    }

    /**
     * Some more is done.
     *
     * @param stage the current stage
     * @param done the number of bytes done in this stage
     * @param all the total number of bytes
     */
    void told(Stage stage, long done, long all);
}
