package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadSummary;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes what the heads of a model do: {@code heads.csv}, one line per head, and {@code heads.json}. */
public final class HeadTable {

    /**
     * What the heads of a model do.
     *
     * @param heads all heads, in the order of layers and heads
     */
    record Heads(List<HeadSummary> heads) {}

    private HeadTable() {}

    /**
     * Writes both files.
     *
     * @param heads all heads, in the order of layers and heads
     * @return the files
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, List<HeadSummary> heads) {
        Path csv = folder.resolve("heads.csv");
        AtomicFile.write(csv, out -> write(out, heads));
        Path json = folder.resolve("heads.json");
        AtomicFile.write(json, out -> out.write(Json.line(new Heads(heads)).getBytes(UTF_8)));
        return List.of(csv, json);
    }

    private static void write(OutputStream out, List<HeadSummary> heads) {
        List<HeadMeasure> measures = List.copyOf(heads.get(0).card().measures().keySet());
        boolean shared = heads.get(0).card().keyHead() != null;
        List<String> columns = new ArrayList<>(List.of("layer", "head"));
        columns.addAll(shared ? List.of("key_head") : List.of());
        measures.forEach(measure -> columns.add(measure.toString()));
        columns.addAll(List.of("most_similar_layer", "most_similar_head", "similarity"));
        measures.forEach(measure -> columns.add(measure + "_places"));
        columns.addAll(List.of("sentence", "elsewhere", "circuit"));
        JsonGenerator rows = CsvRows.begin(out, columns);
        heads.forEach(head -> rows.writePOJO(cells(head, measures)));
        rows.flush();
    }

    private static List<@Nullable Object> cells(HeadSummary head, List<HeadMeasure> measures) {
        List<@Nullable Object> cells =
                new ArrayList<>(List.of(head.card().layer(), head.card().head()));
        Integer keyHead = head.card().keyHead();
        if (keyHead != null) {
            cells.add(keyHead);
        }
        for (HeadMeasure measure : measures) {
            Double value = head.card().measures().get(measure);
            cells.add(value == null || value.isNaN() ? null : value);
        }
        var neighbour = head.neighbour();
        cells.addAll(
                neighbour == null
                        ? Collections.nCopies(3, null)
                        : List.of(neighbour.layer(), neighbour.head(), neighbour.similarity()));
        measures.forEach(measure -> cells.add(head.places().get(measure)));
        cells.add(head.card().sentence());
        cells.add(head.card().elsewhere());
        cells.add(head.card().circuit());
        return cells;
    }
}
