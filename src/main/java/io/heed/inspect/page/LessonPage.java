package io.heed.inspect.page;

import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Picture;
import io.heed.inspect.lesson.Lesson.Table;
import io.heed.inspect.pictures.FlowPicture;
import java.util.List;

/** A lesson as one self-contained page without scripts: its content security policy allows only its own style. */
public final class LessonPage {

    private LessonPage() {}

    /** Returns the page. */
    public static String of(Lesson lesson) {
        String style = PageParts.resource("lesson.css");
        StringBuilder body = new StringBuilder();
        lesson.introduction().forEach(block -> block(body, block));
        for (Lesson.Section section : lesson.sections()) {
            body.append("<section>\n<h2>").append(escape(section.title())).append("</h2>\n");
            section.blocks().forEach(block -> block(body, block));
            body.append("</section>\n");
        }
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                %s</main>
                </body>
                </html>
                """.formatted(PageParts.sha256(style), escape(lesson.title()), style, escape(lesson.title()), body);
    }

    private static void block(StringBuilder out, Block block) {
        if (block instanceof Paragraph paragraph) {
            out.append("<p>").append(escape(paragraph.text())).append("</p>\n");
        } else if (block instanceof Formula formula) {
            out.append("<pre>").append(escape(formula.text())).append("</pre>\n");
        } else if (block instanceof Table table) {
            table(out, table);
        } else if (block instanceof Picture picture) {
            out.append("<div class=\"picture\">\n")
                    .append(FlowPicture.of(picture.flow()))
                    .append("</div>\n");
        }
    }

    private static void table(StringBuilder out, Table table) {
        out.append("<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>")
                .append(escape(table.caption()))
                .append("</caption>\n");
        out.append("<thead>");
        row(out, table.headings(), "th scope=\"col\"", "th");
        out.append("</thead>\n<tbody>\n");
        table.rows().forEach(row -> row(out, row, "td", "td"));
        out.append("</tbody>\n</table></div>\n");
    }

    private static void row(StringBuilder out, List<String> texts, String open, String close) {
        out.append("<tr>");
        for (int i = 0; i < texts.size(); i++) {
            boolean names = i == 0 && close.equals("td");
            out.append('<').append(names ? "th scope=\"row\"" : open).append('>');
            out.append(escape(texts.get(i)));
            out.append("</").append(names ? "th" : close).append('>');
        }
        out.append("</tr>\n");
    }

    private static String escape(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
