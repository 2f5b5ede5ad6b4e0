package io.heed.text;

/** What reading a corpus tells while it goes on. */
@FunctionalInterface
public interface DataProgress {

    /** What is done with the text, in this order. */
    enum Stage {
        /** It is read and checked. */
        READING,
        /** Words or characters are counted, for the vocabulary. */
        COUNTING,
        /** It is cut into tokens. */
        CUTTING,
        /** Tokens of an earlier run are checked, in place of counting and cutting. */
        CHECKING
    }

    /**
     * Some more is done.
     *
     * @param stage what
     * @param done how many bytes of it
     * @param all how many bytes there are
     */
    void told(Stage stage, long done, long all);
}
