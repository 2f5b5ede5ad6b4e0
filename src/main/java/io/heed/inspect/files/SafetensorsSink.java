package io.heed.inspect.files;

import io.heed.checkpoint.Safetensors;
import io.heed.inspect.Recording;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file with the names of {@link NpzSink}. Its header stands before all tensors, so the lengths of the texts have to be
 * known at the start.
 */
final class SafetensorsSink implements Sink {

    private final OutputStream out;

    SafetensorsSink(OutputStream out, List<NamedArray> end, List<NamedShape> shapes) throws IOException {
        this.out = out;
        List<Safetensors.Entry> entries = new ArrayList<>();
        for (NamedArray array : end) {
            entries.add(new Safetensors.Entry(array.name(), type(array.whole()), array.shape()));
        }
        for (NamedShape shape : shapes) {
            entries.add(new Safetensors.Entry(shape.name(), type(shape.whole()), shape.shape()));
        }
        Safetensors.writeHeader(out, entries, Map.of("format", "heed-attention"));
        for (NamedArray array : end) {
            write(array);
        }
    }

    private static String type(boolean whole) {
        return whole ? "I64" : "F32";
    }

    private void write(NamedArray array) throws IOException {
        for (byte[] piece : array.pieces()) {
            out.write(piece);
        }
    }

    @Override
    public void add(Recording recording, List<TextArray> arrays) throws IOException {
        for (NamedArray array : NamedArray.of(recording, arrays)) {
            write(array);
        }
    }

    @Override
    public void finish() {
        // the header said it all
    }
}
