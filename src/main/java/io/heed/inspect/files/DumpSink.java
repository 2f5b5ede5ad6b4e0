package io.heed.inspect.files;

import io.heed.inspect.Recording;
import io.heed.inspect.files.NamedArray.Floats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A file that texts are dumped into, one after the other, so that any number of them fit into little memory. */
interface DumpSink {

    /** Begins a file. */
    @FunctionalInterface
    interface Opening {
        DumpSink open(OutputStream out, DumpedArrays dump) throws IOException;
    }

    /**
     * Writes one text.
     *
     * @param arrays what is dumped of it beside its tokens
     */
    void add(Recording recording, List<Floats> arrays) throws IOException;

    /** Writes what stands after the last text. */
    void finish() throws IOException;
}
