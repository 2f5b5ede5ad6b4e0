package io.heed.inspect.files;

import io.heed.Json;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.files.NamedArray.Floats;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Numbers as CSV (RFC 4180), one line for each place, in the long form that data frames like; of pairs, those of a query and a key it may
 * see.
 */
final class CsvSink implements DumpSink {

    private final JsonGenerator rows;
    private final CsvTable table;
    private final DumpedArrays dump;
    private int texts;

    CsvSink(OutputStream out, CsvTable table, DumpedArrays dump) {
        this.rows = CsvRows.begin(out, table.columns(dump.translates() ? "part" : "text"));
        this.table = table;
        this.dump = dump;
    }

    /** The tokens of the pairs in a part. */
    private record Pairs(List<String> queries, List<String> keys, boolean causal) {

        static Pairs of(Passage passage, Part part) {
            return new Pairs(passage.queries(part).tokens(), passage.keys(part).tokens(), part == Part.DECODER);
        }

        /** The number of keys a query may see. */
        int seen(int query) {
            return causal ? query + 1 : keys.size();
        }
    }

    @Override
    public void add(Recording recording, List<Floats> arrays) {
        for (Part part : recording.passage().parts()) {
            List<Floats> columns = table.values().stream()
                    .map(value -> find(value.array(), part, recording, arrays))
                    .toList();
            Pairs pairs = Pairs.of(recording.passage(), part);
            for (int layer = 0; layer < columns.get(0).tensors().size(); layer++) {
                int at = layer;
                List<Tensor> tensors =
                        columns.stream().map(column -> column.tensors().get(at)).toList();
                String first = dump.translates() ? Json.word(part) : String.valueOf(texts);
                lines(columns.get(0).layered() ? List.of(first, "" + layer) : List.of(first), tensors, pairs);
            }
        }
        texts++;
    }

    /** Weights and scores are recorded, whether or not they are dumped. */
    private static Floats find(String name, Part part, Recording recording, List<Floats> arrays) {
        return switch (name) {
            case "weights" -> DumpedArrays.step(recording, part, Step.WEIGHTS);
            case "scores" -> DumpedArrays.step(recording, part, Step.SCORES);
            default ->
                arrays.stream()
                        .filter(array -> array.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        };
    }

    /** Writes a line for each place of the tensors, starting with {@code start}. */
    private void lines(List<String> start, List<Tensor> tensors, Pairs pairs) {
        long[] shape = tensors.get(0).shape();
        int keys = (int) shape[shape.length - 1];
        int size = tensors.get(0).values().length;
        for (int i = 0; i < size; i++) {
            int query = i / keys % (int) shape[shape.length - 2];
            boolean windowed = tensors.get(0).values()[i] == Float.NEGATIVE_INFINITY; // a score outside a window
            if (table.ofPairs() && (windowed || i % keys >= pairs.seen(query))) {
                continue;
            }
            rows.writeStartArray();
            start.forEach(rows::writeRawValue);
            for (int dimension = 0, below = size; dimension < shape.length; dimension++) {
                below /= (int) shape[dimension];
                rows.writeNumber(i / below % (int) shape[dimension]);
            }
            if (table.ofPairs()) {
                rows.writeString(pairs.queries().get(query));
                rows.writeString(pairs.keys().get(i % keys));
            }
            for (Tensor tensor : tensors) {
                rows.writeNumber(tensor.values()[i]);
            }
            rows.writeEndArray();
        }
    }

    @Override
    public void finish() {
        rows.flush();
    }
}
