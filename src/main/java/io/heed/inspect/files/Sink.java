package io.heed.inspect.files;

import io.heed.inspect.Recording;
import java.io.IOException;
import java.util.List;

/** A file that texts are dumped into, one after the other, so that any number of them fit into little memory. */
interface Sink {

    /**
     * Writes one text.
     *
     * @param arrays what is dumped of it
     */
    void add(Recording recording, List<TextArray> arrays) throws IOException;

    /** Writes what stands after the last text. */
    void finish() throws IOException;
}
