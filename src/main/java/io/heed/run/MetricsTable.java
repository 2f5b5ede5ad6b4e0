package io.heed.run;

import io.heed.HeedException;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the CSV files of metrics that training writes. */
final class MetricsTable {

    static final MetricsTable EMPTY = new MetricsTable(Path.of(""), List.of(), List.of());

    private final Path file;
    private final List<String> names;
    private final List<String[]> rows;

    private MetricsTable(Path file, List<String> names, List<String[]> rows) {
        this.file = file;
        this.names = names;
        this.rows = rows;
    }

    /**
     * Reads a file. Values are parsed on access.
     *
     * @throws HeedException if it is missing, or a line has more or fewer values than the first line has names
     */
    static MetricsTable read(Path file) {
        List<String> lines = TextFile.read(file).lines().toList();
        List<String> names = List.of(lines.get(0).split(",", -1));
        List<String[]> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] values = lines.get(i).split(",", -1);
            if (values.length != names.size()) {
                throw new HeedException("%s:%d has %d values where the first line names %d"
                        .formatted(file, i + 1, values.length, names.size()));
            }
            rows.add(values);
        }
        return new MetricsTable(file, names, rows);
    }

    int rows() {
        return rows.size();
    }

    boolean has(String name) {
        return names.contains(name);
    }

    /**
     * Returns a number.
     *
     * @param row its row, from 0
     * @throws HeedException if there is no such column, or the value is not a number
     */
    double number(int row, String name) {
        String value = value(row, name);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw wrong(row, name, value, "is not a number", e);
        }
    }

    /** Returns a whole number, as {@link #number} does. */
    int whole(int row, String name) {
        String value = value(row, name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(row, name, value, "is not a whole number", e);
        }
    }

    private String value(int row, String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw new HeedException("%s has no column %s".formatted(file, name));
        }
        return rows.get(row)[column];
    }

    private HeedException wrong(int row, String name, String value, String why, NumberFormatException cause) {
        return new HeedException(
                "%s: \"%s\" %s (%s:%d)".formatted(name, Visible.text(value), why, file, row + 2), cause);
    }
}
