package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.Json;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.files.NamedArray.Floats;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.List;

/**
 * Numbers as CSV (RFC 4180), one line for each place, in the long form that data frames like; of pairs, those of a query and a key it may
 * see.
 */
final class CsvSink implements DumpSink {

    private final Writer out;
    private final CsvTable table;
    private final DumpedArrays dump;
    private int texts;

    CsvSink(OutputStream out, CsvTable table, DumpedArrays dump) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        this.table = table;
        this.dump = dump;
        this.out.write(table.header(dump.translates() ? "part" : "text") + "\r\n");
    }

    /** The tokens of the pairs in a part. */
    private record Pairs(List<String> queries, List<String> keys, boolean causal) {

        static Pairs of(Passage passage, Part part) {
            return new Pairs(quoted(passage.queries(part)), quoted(passage.keys(part)), part == Part.DECODER);
        }

        /** How many keys a query may see. */
        int seen(int query) {
            return causal ? query + 1 : keys.size();
        }
    }

    @Override
    public void add(Recording recording, List<Floats> arrays) throws IOException {
        for (Part part : recording.passage().parts()) {
            List<Floats> columns = table.values().stream()
                    .map(value -> find(value.array(), part, recording, arrays))
                    .toList();
            Pairs pairs = Pairs.of(recording.passage(), part);
            for (int layer = 0; layer < columns.get(0).tensors().size(); layer++) {
                int at = layer;
                List<Tensor> tensors =
                        columns.stream().map(column -> column.tensors().get(at)).toList();
                String start = dump.translates() ? Json.word(part) : String.valueOf(texts);
                lines(start + (columns.get(0).layered() ? "," + layer : ""), tensors, 0, 0, pairs);
            }
        }
        texts++;
    }

    /** Weights and scores are there, dumped or not. */
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

    /** Writes the lines of a part of the tensors; {@code row} counts over all rows of a dimension. */
    private void lines(String start, List<Tensor> tensors, int dimension, int row, Pairs pairs) throws IOException {
        long[] shape = tensors.get(0).shape();
        int size = (int) shape[dimension];
        if (dimension < shape.length - 1) {
            for (int i = 0; i < size; i++) {
                lines(start + "," + i, tensors, dimension + 1, row * size + i, pairs);
            }
            return;
        }
        int query = row % (int) shape[dimension - 1];
        for (int i = 0; i < (table.ofPairs() ? pairs.seen(query) : size); i++) {
            out.write(start + "," + i);
            if (table.ofPairs()) {
                out.write("," + pairs.queries().get(query) + "," + pairs.keys().get(i));
            }
            for (Tensor tensor : tensors) {
                out.write("," + tensor.values()[row * size + i]);
            }
            out.write("\r\n");
        }
    }

    private static List<String> quoted(Encoded encoded) {
        return encoded.tokens().stream().map(CsvSink::quoted).toList();
    }

    private static String quoted(String token) {
        return "\"" + token.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
