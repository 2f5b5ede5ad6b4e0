package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.inspect.lesson.Lesson.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.DoubleFunction;

/** Builds a section of a lesson. */
final class SectionDraft {

    /** Numbers per row of a vector that stands alone. */
    private static final int ACROSS = 8;

    private final String title;
    private final Figures figures;
    private final List<Block> blocks = new ArrayList<>();

    SectionDraft(String title, Figures figures) {
        this.title = title;
        this.figures = figures;
    }

    SectionDraft say(String text) {
        blocks.add(new Paragraph(text));
        return this;
    }

    SectionDraft formula(String text) {
        blocks.add(new Formula(text));
        return this;
    }

    SectionDraft table(String caption, List<String> headings, List<List<String>> rows) {
        blocks.add(new Table(caption, headings, List.copyOf(rows)));
        return this;
    }

    SectionDraft picture(Flow flow) {
        blocks.add(new Lesson.Picture(flow));
        return this;
    }

    /** Adds a vector, eight numbers per row. */
    SectionDraft vector(String caption, float[] numbers, DoubleFunction<String> print) {
        int across = Math.min(ACROSS, numbers.length);
        List<String> headings = new ArrayList<>(List.of("from"));
        for (int i = 0; i < across; i++) {
            headings.add("+" + i);
        }
        List<List<String>> rows = new ArrayList<>();
        for (int from = 0; from < numbers.length; from += across) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(from)));
            for (int i = from; i < from + across; i++) {
                row.add(i < numbers.length ? print.apply(numbers[i]) : "");
            }
            rows.add(row);
        }
        return table(caption, headings, rows);
    }

    /**
     * Adds {@code name = a₀·b₀ + a₁·b₁ + … = sum} with every term, computed from the printed numbers.
     *
     * @return the sum, as it is printed
     */
    double product(String name, double[] a, double[] b) {
        StringJoiner factors = new StringJoiner(" + ");
        StringJoiner terms = new StringJoiner(" + ");
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double term = figures.started(a[i] * b[i]);
            factors.add(bracketed(a[i]) + "·" + bracketed(b[i]));
            terms.add(bracketed(term));
            sum += term;
        }
        formula("%s = %s = %s = %s".formatted(name, factors, terms, figures.start(sum)));
        return figures.started(sum);
    }

    private String bracketed(double number) {
        String text = figures.start(number);
        return text.startsWith("-") ? "(" + text + ")" : text;
    }

    Section finish() {
        return new Section(title, List.copyOf(blocks));
    }
}
