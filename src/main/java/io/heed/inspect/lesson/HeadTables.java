package io.heed.inspect.lesson;

import java.util.ArrayList;
import java.util.List;

/** The sections of a lesson on the chosen head, and the tables they share. */
final class HeadTables {

    private final Explanation told;
    private final Figures figures;

    HeadTables(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    /** Starts a section on the chosen head. */
    SectionDraft draft(String title) {
        return new SectionDraft(
                "Layer %d, head %d: %s"
                        .formatted(told.choice().layer(), told.choice().head(), title),
                figures);
    }

    /** The headings of a table with a column for each of a head's numbers. */
    List<String> dimensions(String first) {
        List<String> headings = new ArrayList<>(List.of(first));
        for (int d = 0; d < told.config().headWidth(); d++) {
            headings.add("[" + d + "]");
        }
        return headings;
    }

    /** A row for each token's vector. */
    List<List<String>> ofTokens(float[][] vectors) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            List<String> row = new ArrayList<>(List.of(name(i)));
            for (float number : vectors[i]) {
                row.add(figures.start(number));
            }
            rows.add(row);
        }
        return rows;
    }

    /** A token and its position. */
    String name(int position) {
        return "%s (%d)".formatted(told.word(position), position);
    }
}
