package io.heed.inspect.files;

import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Decimals;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Table;
import java.util.ArrayList;
import java.util.List;

/** A lesson for the terminal, a hundred characters wide. */
public final class LessonText {

    private static final int WIDTH = 100;
    private static final String GAP = "  ";
    /** Rows of a folded table: the number at its start, and at its end. */
    private static final int HEAD_ROWS = 4;

    private static final int TAIL_ROWS = 2;

    private final boolean folded;
    private final StringBuilder out = new StringBuilder();

    private LessonText(boolean folded) {
        this.folded = folded;
    }

    /**
     * Returns the lesson as text; in place of a picture, the text says how to get it.
     *
     * @param folded whether to shorten long tables and formulas, with a note on how to see them whole
     */
    public static String of(Lesson lesson, boolean folded) {
        LessonText text = new LessonText(folded);
        text.underlined(lesson.title(), '=');
        lesson.introduction().forEach(text::block);
        for (Lesson.Section section : lesson.sections()) {
            text.underlined(section.title(), '-');
            section.blocks().forEach(text::block);
        }
        return text.out.toString();
    }

    private void underlined(String title, char line) {
        wrapped(title, "");
        out.append(String.valueOf(line).repeat(Math.min(WIDTH, title.length()))).append("\n\n");
    }

    private void block(Block block) {
        if (block instanceof Paragraph paragraph) {
            wrapped(paragraph.text(), "");
        } else if (block instanceof Decimals decimals) {
            wrapped(decimals.text(), "");
        } else if (block instanceof Formula formula) {
            formula(formula.text());
        } else if (block instanceof Table table) {
            table(table);
        } else {
            wrapped("(--picture FILE.svg draws this; --format html shows it.)", "");
        }
        out.append('\n');
    }

    private void formula(String text) {
        int room = 4 * WIDTH;
        if (folded && text.length() > room) {
            String end = text.substring(text.lastIndexOf(" = "));
            wrapped(text.substring(0, text.lastIndexOf(' ', room)) + " …" + end, "    ");
            wrapped("… the whole sum: without --short", "    ");
        } else {
            wrapped(text, "    ");
        }
    }

    private void wrapped(String text, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line.setLength(0);
                line.append(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        out.append(line).append('\n');
    }

    /** Writes the columns that fit side by side, then the rest below, each part with the rows' names. */
    private void table(Table table) {
        wrapped(table.caption() + ":", "");
        int[] widths = widths(table);
        int column = 1;
        while (column < widths.length) {
            List<Integer> shown = new ArrayList<>(List.of(0));
            int used = 2 + widths[0];
            do {
                used += GAP.length() + widths[column];
                shown.add(column++);
            } while (column < widths.length && used + GAP.length() + widths[column] <= WIDTH);
            rows(table, shown, widths);
            if (column < widths.length) {
                out.append('\n');
            }
        }
    }

    private static int[] widths(Table table) {
        int[] widths = new int[table.headings().size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = length(table.headings().get(i));
            for (List<String> row : table.rows()) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return widths;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private void rows(Table table, List<Integer> shown, int[] widths) {
        row(table.headings(), shown, widths);
        int hidden = table.rows().size() - HEAD_ROWS - TAIL_ROWS;
        boolean fold = folded && hidden > 4;
        for (int i = 0; i < table.rows().size(); i++) {
            if (fold && i == HEAD_ROWS) {
                out.append(
                        "  … %d more rows: without --short%n".formatted(hidden).replace("\r\n", "\n"));
            }
            if (!fold || i < HEAD_ROWS || i >= HEAD_ROWS + hidden) {
                row(table.rows().get(i), shown, widths);
            }
        }
    }

    private void row(List<String> texts, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder("  ");
        for (int column : shown) {
            String fill = " ".repeat(widths[column] - length(texts.get(column)));
            line.append(column == 0 ? texts.get(0) + fill : GAP + fill + texts.get(column));
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
