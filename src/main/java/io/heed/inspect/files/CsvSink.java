package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
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
final class CsvSink implements Sink {

    private final Writer out;
    private final CsvTable table;
    private int texts;

    CsvSink(OutputStream out, CsvTable table) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        this.table = table;
        this.out.write(table.header() + "\r\n");
    }

    @Override
    public void add(Recording recording, List<TextArray> arrays) throws IOException {
        List<String> tokens =
                recording.encoded().tokens().stream().map(CsvSink::quoted).toList();
        List<TextArray> columns = table.values().stream()
                .map(value -> find(value.array(), recording, arrays))
                .toList();
        for (int layer = 0; layer < columns.get(0).tensors().size(); layer++) {
            int at = layer;
            List<Tensor> tensors =
                    columns.stream().map(column -> column.tensors().get(at)).toList();
            String start = texts + (columns.get(0).layered() ? "," + layer : "");
            lines(start, tensors, 0, 0, tokens);
        }
        texts++;
    }

    /** Weights and scores are there, dumped or not. */
    private static TextArray find(String name, Recording recording, List<TextArray> arrays) {
        return arrays.stream()
                .filter(array -> array.name().equals(name))
                .findFirst()
                .orElseGet(() -> Contents.array(recording, name.equals("weights") ? Step.WEIGHTS : Step.SCORES));
    }

    /** Writes the lines of a part of the tensors; {@code row} counts over all rows of a dimension. */
    private void lines(String start, List<Tensor> tensors, int dimension, int row, List<String> tokens)
            throws IOException {
        long[] shape = tensors.get(0).shape();
        int size = (int) shape[dimension];
        if (dimension < shape.length - 1) {
            for (int i = 0; i < size; i++) {
                lines(start + "," + i, tensors, dimension + 1, row * size + i, tokens);
            }
            return;
        }
        int query = row % size;
        for (int i = 0; i < (table.ofPairs() ? query + 1 : size); i++) {
            out.write(start + "," + i);
            if (table.ofPairs()) {
                out.write("," + tokens.get(query) + "," + tokens.get(i));
            }
            for (Tensor tensor : tensors) {
                out.write("," + tensor.values()[row * size + i]);
            }
            out.write("\r\n");
        }
    }

    private static String quoted(String token) {
        return "\"" + token.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
