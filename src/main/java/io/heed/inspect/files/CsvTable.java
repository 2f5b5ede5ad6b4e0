package io.heed.inspect.files;

import io.heed.inspect.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file of a dump.
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
    record Value(String column, String array) {

        Value(Quantity computed) {
            this(computed.toString(), computed.toString());
        }
    }

    /** The files of a dump: the pairs of each head, with all that is computed of them, and one for whatever else is computed. */
    static List<CsvTable> of(DumpedArrays dump) {
        List<String> ofHeads = Quantity.ATTENTION.dimensions();
        List<Value> pairs = new ArrayList<>(List.of(new Value("score", "scores"), new Value("weight", "weights")));
        List<CsvTable> tables = new ArrayList<>(List.of(new CsvTable("attention.csv", ofHeads, pairs)));
        for (Quantity computed : dump.computed()) {
            if (computed.dimensions().equals(ofHeads)) {
                pairs.add(new Value(computed));
            } else {
                tables.add(new CsvTable(computed + ".csv", computed.dimensions(), List.of(new Value(computed))));
            }
        }
        return tables;
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
