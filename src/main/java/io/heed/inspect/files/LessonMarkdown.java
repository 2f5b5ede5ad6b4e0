package io.heed.inspect.files;

import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Decimals;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Table;
import io.heed.inspect.pictures.FlowPicture;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A lesson as Markdown with tables, as GitHub reads it. */
public final class LessonMarkdown {

    private LessonMarkdown() {}

    /**
     * Returns the lesson.
     *
     * @param picture the file name of the picture beside it, or null where there is none
     */
    public static String of(Lesson lesson, @Nullable String picture) {
        StringBuilder out = new StringBuilder("# " + escape(lesson.title()) + "\n\n");
        lesson.introduction().forEach(block -> block(out, block, picture));
        for (Lesson.Section section : lesson.sections()) {
            out.append("## ").append(escape(section.title())).append("\n\n");
            section.blocks().forEach(block -> block(out, block, picture));
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static void block(StringBuilder out, Block block, @Nullable String picture) {
        if (block instanceof Paragraph paragraph) {
            out.append(escape(paragraph.text())).append("\n\n");
        } else if (block instanceof Decimals decimals) {
            String rounded = picture == null ? "" : " The picture shows %d.".formatted(FlowPicture.DECIMALS);
            out.append(escape(decimals.text() + rounded)).append("\n\n");
        } else if (block instanceof Formula formula) {
            out.append("    ")
                    .append(formula.text())
                    .append("\n\n"); // indented: no text can end it, as backquotes could
        } else if (block instanceof Table table) {
            table(out, table);
        } else if (picture != null) {
            out.append("![The flow of the numbers through the head](<")
                    .append(picture.replace("\\", "\\\\").replace("<", "\\<").replace(">", "\\>"))
                    .append(">)\n\n");
        }
    }

    private static void table(StringBuilder out, Table table) {
        out.append(escape(table.caption())).append(":\n\n");
        row(out, table.headings());
        out.append("| --- |")
                .append(" ---: |".repeat(table.headings().size() - 1))
                .append('\n');
        table.rows().forEach(row -> row(out, row));
        out.append('\n');
    }

    private static void row(StringBuilder out, List<String> texts) {
        out.append(texts.stream().map(LessonMarkdown::escape).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    /** Plain text that Markdown and the HTML in it take as text. */
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("([\\\\`*_\\[\\]|~#])", "\\\\$1");
    }
}
