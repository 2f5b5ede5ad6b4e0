package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.heads.HeadSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes what the heads of a model do: {@code heads.csv}, a line a head, and {@code heads.json}. */
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
        AtomicFile.write(csv, out -> out.write(csv(heads).getBytes(UTF_8)));
        Path json = folder.resolve("heads.json");
        AtomicFile.write(json, out -> out.write(Json.line(new Heads(heads)).getBytes(UTF_8)));
        return List.of(csv, json);
    }

    private static String csv(List<HeadSummary> heads) {
        List<String> measures = List.copyOf(heads.get(0).card().measures().keySet());
        List<String> columns = new ArrayList<>(List.of("layer", "head"));
        columns.addAll(measures);
        columns.addAll(List.of("most_similar_layer", "most_similar_head", "similarity"));
        measures.forEach(measure -> columns.add(measure + "_places"));
        columns.addAll(List.of("sentence", "elsewhere"));
        StringBuilder text = new StringBuilder(String.join(",", columns)).append("\r\n");
        for (HeadSummary head : heads) {
            text.append(String.join(",", line(head, measures))).append("\r\n");
        }
        return text.toString();
    }

    private static List<String> line(HeadSummary head, List<String> measures) {
        List<String> cells = new ArrayList<>();
        cells.add(String.valueOf(head.card().layer()));
        cells.add(String.valueOf(head.card().head()));
        for (String measure : measures) {
            double value = head.card().measures().getOrDefault(measure, Double.NaN);
            cells.add(Double.isNaN(value) ? "" : String.valueOf(value));
        }
        var neighbour = head.neighbour();
        cells.addAll(
                neighbour == null
                        ? List.of("", "", "")
                        : List.of(
                                String.valueOf(neighbour.layer()),
                                String.valueOf(neighbour.head()),
                                String.valueOf(neighbour.similarity())));
        measures.forEach(measure -> cells.add(String.valueOf(head.places().get(measure))));
        cells.add("\"" + head.card().sentence() + "\""); // no sentence has a quote
        cells.add("\"" + head.card().elsewhere() + "\"");
        return cells;
    }
}
