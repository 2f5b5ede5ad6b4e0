package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The matrices behind a lesson's numbers: those of the chosen head and those of its layer's feed-forward network. */
final class WeightTables {

    private final Explanation told;
    private final Figures figures;
    private final int width;

    WeightTables(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
        width = told.config().width();
    }

    /** A part of a matrix: the places of its first row and column, and how many there are. */
    private record Part(int row, int rows, int column, int columns) {}

    Section section() {
        int d = told.config().headWidth();
        int first = told.choice().head() * d;
        SectionDraft draft = new SectionDraft("The weights", figures)
                .say(
                        "With these, every number of the layer shown in full can be computed from this page alone. A vector times a matrix:"
                                + " number j of the result is the sum over the rows i of the vector's number i times the number in row i,"
                                + " column j; then the bias is added.")
                .table(
                        "y of every token, the output of the first norm of layer %d"
                                .formatted(told.choice().layer()),
                        numbered("token", 0, width),
                        tokens());
        Weight projection = told.weight(Role.QUERY_KEY_VALUE);
        String[] names = {"q", "k", "v"};
        for (int part = 0; part < names.length; part++) {
            int column = told.columnOf(part);
            draft.table(
                    "W for %s (%s, and its bias)".formatted(names[part], projection.name()),
                    numbered("c", column, d),
                    rows(projection, new Part(0, width, column, d), Role.QUERY_KEY_VALUE_BIAS));
        }
        Weight output = told.weight(Role.OUTPUT);
        draft.table(
                "W for the head's contribution (%s)".formatted(output.name()),
                numbered("row", 0, width),
                rows(output, new Part(first, d, 0, width), null));
        if (told.config().feedForward().gated()) {
            matrix(draft, "the gate", Role.GATE, Role.GATE_BIAS);
        }
        matrix(draft, "inner numbers", Role.UP, Role.UP_BIAS);
        matrix(draft, "the output", Role.DOWN, Role.DOWN_BIAS);
        return draft.finish();
    }

    private void matrix(SectionDraft draft, String what, Role role, Role bias) {
        Weight weight = told.weight(role);
        int rows = (int) weight.shape().get(0);
        int columns = (int) weight.shape().get(1);
        draft.table(
                "W for %s (%s, and its bias)".formatted(what, weight.name()),
                numbered("row", 0, columns),
                rows(weight, new Part(0, rows, 0, columns), bias));
    }

    private static List<String> numbered(String first, int from, int count) {
        List<String> headings = new ArrayList<>(List.of(first));
        for (int i = from; i < from + count; i++) {
            headings.add("[" + i + "]");
        }
        return headings;
    }

    private List<List<String>> tokens() {
        float[][] y = told.recording()
                .get(told.choice().layer(), Step.ATTENTION_INPUT)
                .rows();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < y.length; i++) {
            rows.add(row(i + " " + told.word(i), y[i], 0, width));
        }
        return rows;
    }

    private List<List<String>> rows(Weight weight, Part part, @Nullable Role bias) {
        int across = (int) weight.shape().get(1);
        float[] weights = told.numbers(weight);
        List<List<String>> rows = new ArrayList<>();
        for (int row = part.row(); row < part.row() + part.rows(); row++) {
            rows.add(row(String.valueOf(row), weights, row * across + part.column(), part.columns()));
        }
        if (bias != null) {
            rows.add(row("bias", told.numbers(told.weight(bias)), part.column(), part.columns()));
        }
        return rows;
    }

    private List<String> row(String name, float[] numbers, int from, int count) {
        List<String> row = new ArrayList<>(List.of(name));
        for (int i = from; i < from + count; i++) {
            row.add(figures.start(numbers[i]));
        }
        return row;
    }
}
