package io.heed.inspect.lesson;

import java.util.List;

/**
 * A computation explained step by step, in words, formulas, tables and a picture, without their appearance.
 *
 * <p>All text is plain: whoever writes it into a page or a file escapes it.
 *
 * @param title what is explained
 * @param introduction what a reader should know first
 * @param sections the steps
 */
public record Lesson(String title, List<Block> introduction, List<Section> sections) {

    /** Whether it has a picture of the flow. */
    public boolean hasPicture() {
        return introduction.stream().anyMatch(Picture.class::isInstance);
    }

    /** The flow that its picture shows, if it has one. */
    public Flow flow() {
        return introduction.stream()
                .filter(Picture.class::isInstance)
                .map(block -> ((Picture) block).flow())
                .findFirst()
                .orElseThrow();
    }

    /**
     * One step.
     *
     * @param title its name
     * @param blocks what it consists of
     */
    public record Section(String title, List<Block> blocks) {}

    /** A part of a section. */
    public sealed interface Block permits Paragraph, Decimals, Formula, Table, Picture {}

    /** A sentence or more. */
    public record Paragraph(String text) implements Block {}

    /** What is to be known of the decimals, which holds where all of them are shown. */
    public record Decimals(String text) implements Block {}

    /** Arithmetic on one line, which may be broken at its spaces. */
    public record Formula(String text) implements Block {}

    /**
     * Numbers in columns.
     *
     * @param caption what they are
     * @param headings the columns' names; the first column names the rows
     * @param rows as many texts a row as there are headings
     */
    public record Table(String caption, List<String> headings, List<List<String>> rows) implements Block {

        /** Checks that every row has a text for each column. */
        public Table {
            for (List<String> row : rows) {
                if (row.size() != headings.size()) {
                    throw new IllegalArgumentException(
                            "%s: a row has %d texts under %d headings".formatted(caption, row.size(), headings.size()));
                }
            }
        }
    }

    /** The whole flow as a picture. */
    public record Picture(Flow flow) implements Block {}
}
