package io.heed.inspect.files;

import io.heed.checkpoint.Safetensors;
import io.heed.inspect.Recording;
import io.heed.inspect.files.NamedArray.Floats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file with the names of {@link NpzSink}. Its header precedes all tensors, so the lengths of the texts must be known
 * at the start.
 */
final class SafetensorsSink implements DumpSink {

    private final OutputStream out;

    SafetensorsSink(OutputStream out, DumpedArrays dump) throws IOException {
        this.out = out;
        List<Floats> weights = dump.weights();
        List<Safetensors.Entry> entries = new ArrayList<>();
        weights.forEach(array -> entries.add(DumpedArrays.entry(array.name(), array.whole(), array.shape())));
        entries.addAll(dump.entries());
        Safetensors.writeHeader(out, entries, Map.of("format", "heed-attention"));
        write(weights);
    }

    private void write(List<? extends NamedArray> arrays) throws IOException {
        for (NamedArray array : arrays) {
            for (byte[] piece : array.pieces().toList()) {
                out.write(piece);
            }
        }
    }

    @Override
    public void add(Recording recording, List<Floats> arrays) throws IOException {
        write(DumpedArrays.tokens(recording.passage()));
        write(arrays);
    }

    @Override
    public void finish() {
        // the header has everything
    }
}
