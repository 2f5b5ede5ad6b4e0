package io.heed.inspect.files;

import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.files.NamedArray.Floats;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * JSON as docs/attention.schema.json describes it: the arrays of {@link NpzSink} as nested lists. Numbers are the shortest decimals that
 * read back as the same float32; a hidden score is null. A translation has a form of its own, with its source.
 */
final class JsonSink implements DumpSink {

    private final JsonGenerator json;

    private final boolean translates;

    JsonSink(OutputStream out, DumpedArrays dump) {
        translates = dump.translates();
        json = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .configure(JsonWriteFeature.ESCAPE_NON_ASCII, translates)
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
        json.writeStartObject();
        json.writeStringProperty("format", translates ? "heed-translation-attention" : "heed-attention");
        json.writeNumberProperty("version", translates ? 1 : 2);
        json.writeNumberProperty("layers", dump.config().layers());
        json.writeNumberProperty("heads", dump.config().heads());
        if (dump.config().attention().sharing() > 1) {
            json.writeNumberProperty("key_heads", dump.config().attention().keyHeads());
        }
        if (!translates) {
            json.writeArrayPropertyStart("texts");
        }
    }

    @Override
    public void add(Recording recording, List<Floats> arrays) {
        if (translates) {
            json.writeObjectPropertyStart("source");
            write(recording.source());
            json.writeEndObject();
            json.writeObjectPropertyStart("target");
            write(recording.passage());
            json.writeEndObject();
            write(arrays);
            return;
        }
        json.writeStartObject();
        write(recording.passage());
        write(arrays);
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void write(Passage passage) {
        json.writeStringProperty("text", passage.text());
        json.writeArrayPropertyStart("tokens");
        Encoded encoded = passage.encoded();
        for (int i = 0; i < encoded.length(); i++) {
            Span span = encoded.spans().get(i);
            json.writeStartObject();
            json.writeNumberProperty("id", encoded.ids()[i]);
            json.writeStringProperty("token", encoded.tokens().get(i));
            json.writeNumberProperty("start", span.start());
            json.writeNumberProperty("end", span.end());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(List<Floats> arrays) {
        json.writeObjectPropertyStart("arrays");
        for (Floats array : arrays) {
            json.writeName(array.name());
            if (array.layered()) {
                json.writeStartArray();
                array.tensors().forEach(layer -> write(layer, 0, 0));
                json.writeEndArray();
            } else {
                write(array.tensors().get(0), 0, 0);
            }
        }
        json.writeEndObject();
    }

    /** Writes the part of a tensor that starts at a row of a dimension; {@code row} counts over all rows of that dimension. */
    private void write(Tensor tensor, int dimension, int row) {
        json.writeStartArray();
        int size = (int) tensor.shape()[dimension];
        boolean last = dimension == tensor.shape().length - 1;
        for (int i = 0; i < size; i++) {
            int index = row * size + i;
            if (!last) {
                write(tensor, dimension + 1, index);
            } else if (Float.isFinite(tensor.values()[index])) {
                json.writeNumber(tensor.values()[index]);
            } else {
                json.writeNull();
            }
        }
        json.writeEndArray();
    }

    @Override
    public void finish() throws IOException {
        if (!translates) {
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
