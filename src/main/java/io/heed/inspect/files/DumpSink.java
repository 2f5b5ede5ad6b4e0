package io.heed.inspect.files;

import io.heed.inspect.Recording;
import io.heed.inspect.files.NamedArray.Floats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A file into which texts are dumped one after another, so that any number of them need little memory. */
interface DumpSink {

    /** Starts a file. */
    @FunctionalInterface
    interface Opening {
        DumpSink open(OutputStream out, DumpedArrays dump) throws IOException;
    }

    /**
     * Writes one text.
     *
     * @param arrays what to dump of it besides its tokens
     */
    void add(Recording recording, List<Floats> arrays) throws IOException;

    /** Writes what follows the last text. */
    void finish() throws IOException;
}
