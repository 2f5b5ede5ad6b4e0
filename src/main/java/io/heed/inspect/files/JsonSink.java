package io.heed.inspect.files;

import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.ModelConfig;
import io.heed.text.Encoded.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as docs/attention.schema.json describes it: the arrays of {@link NpzSink} as nested lists. Numbers are the shortest decimals that
 * read back as the same float32; a hidden score is null.
 */
final class JsonSink implements Sink {

    private final JsonGenerator json;

    JsonSink(OutputStream out, ModelConfig config) {
        json = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
        json.writeStartObject();
        json.writeStringProperty("format", "heed-attention");
        json.writeNumberProperty("version", 2);
        json.writeNumberProperty("layers", config.layers());
        json.writeNumberProperty("heads", config.heads());
        json.writeArrayPropertyStart("texts");
    }

    @Override
    public void add(Recording recording, List<TextArray> arrays) {
        json.writeStartObject();
        json.writeStringProperty("text", recording.text());
        json.writeArrayPropertyStart("tokens");
        for (int i = 0; i < recording.length(); i++) {
            Span span = recording.encoded().spans().get(i);
            json.writeStartObject();
            json.writeNumberProperty("id", recording.encoded().ids()[i]);
            json.writeStringProperty("token", recording.encoded().tokens().get(i));
            json.writeNumberProperty("start", span.start());
            json.writeNumberProperty("end", span.end());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectPropertyStart("arrays");
        for (TextArray array : arrays) {
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
        json.writeEndObject();
        json.writeRaw('\n');
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
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
