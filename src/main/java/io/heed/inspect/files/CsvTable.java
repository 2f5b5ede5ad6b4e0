package io.heed.inspect.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file of a dump; numbers with the same dimensions share one file.
 *
 * @param file its name
 * @param dimensions the names of a line's dimensions
 * @param values the arrays whose numbers share a line, of that many dimensions
 */
record CsvTable(String file, List<String> dimensions, List<Value> values) {

    /** The files of a dump and how they start. */
    static Map<String, DumpSink.Opening> files(DumpedArrays dump) {
        Map<String, DumpSink.Opening> files = new LinkedHashMap<>();
        of(dump).forEach(table -> files.put(table.file, (out, same) -> new CsvSink(out, table, same)));
        return files;
    }

    /**
     * A column of numbers.
     *
     * @param column its name
     * @param array the array's
     */
    record Value(String column, String array) {}

    /** The files of a dump: the pairs of each head, and one for each measure of other places. */
    static List<CsvTable> of(DumpedArrays dump) {
        List<Value> pairs = new ArrayList<>(List.of(new Value("score", "scores"), new Value("weight", "weights")));
        if (dump.has(Measure.VALUE_WEIGHTED)) {
            pairs.add(value(Measure.VALUE_WEIGHTED));
        }
        List<CsvTable> tables = new ArrayList<>();
        tables.add(new CsvTable("attention.csv", List.of("layer", "head", "query", "key"), pairs));
        if (dump.has(Measure.ROLLOUT)) {
            tables.add(of(Measure.ROLLOUT, "layer", "query", "key"));
        }
        if (dump.has(Measure.FLOW)) {
            tables.add(of(Measure.FLOW, "query", "key"));
        }
        if (dump.has(Measure.HEAD_SIMILARITY)) {
            tables.add(of(Measure.HEAD_SIMILARITY, "layer", "head", "other_layer", "other_head"));
        }
        return tables;
    }

    private static CsvTable of(Measure measure, String... dimensions) {
        return new CsvTable(measure + ".csv", List.of(dimensions), List.of(value(measure)));
    }

    private static Value value(Measure measure) {
        return new Value(measure.toString(), measure.toString());
    }

    /** Whether a line's place ends in a query and a key, of which only those are written that may be read. */
    boolean ofPairs() {
        return dimensions.contains("key");
    }

    /**
     * The names in the first line.
     *
     * @param first what tells one text or part from the other
     */
    List<String> columns(String first) {
        List<String> columns = new ArrayList<>();
        columns.add(first);
        columns.addAll(dimensions);
        if (ofPairs()) {
            columns.add("query_token");
            columns.add("key_token");
        }
        values.forEach(value -> columns.add(value.column()));
        return columns;
    }
}
