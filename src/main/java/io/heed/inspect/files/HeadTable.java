package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.inspect.HeadSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes what the heads of a model do: {@code heads.csv}, a line a head, and {@code heads.json}. */
public final class HeadTable {

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
        byte[] bytes = JsonMapper.shared()
                .writeValueAsBytes(
                        Map.of("heads", heads.stream().map(HeadTable::json).toList()));
        AtomicFile.write(json, out -> out.write(bytes));
        return List.of(csv, json);
    }

    /** A head as JSON has it: figures of what does not occur are left out. */
    public static Map<String, Object> json(HeadSummary head) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("layer", head.card().layer());
        object.put("head", head.card().head());
        object.put("sentence", head.card().sentence());
        object.put("elsewhere", head.card().elsewhere());
        Map<String, Double> known = new LinkedHashMap<>(head.card().measures());
        known.values().removeIf(value -> value.isNaN());
        object.put("measures", known);
        object.put("places", head.places());
        if (head.neighbour() != null) {
            object.put("most_similar", head.neighbour());
        }
        return object;
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
