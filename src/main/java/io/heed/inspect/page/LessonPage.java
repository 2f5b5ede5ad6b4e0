package io.heed.inspect.page;

import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Block;
import io.heed.inspect.lesson.Lesson.Decimals;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Picture;
import io.heed.inspect.lesson.Lesson.Table;
import io.heed.inspect.pictures.FlowPicture;
import java.util.List;

/**
 * A lesson as one self-contained page without scripts: its content security policy allows only its own style. It begins with the picture of
 * the flow and a card for each step, and shows two decimals of each number; a switch shows all of them.
 */
public final class LessonPage {

    private LessonPage() {}

    /** Returns the page. */
    public static String of(Lesson lesson) {
        String style = PageParts.resource("lesson.css");
        StringBuilder body = new StringBuilder();
        lesson.introduction().stream().filter(Picture.class::isInstance).forEach(block -> block(body, block));
        contents(body, lesson.sections());
        lesson.introduction().stream()
                .filter(block -> !(block instanceof Picture))
                .forEach(block -> block(body, block));
        for (int i = 0; i < lesson.sections().size(); i++) {
            Lesson.Section section = lesson.sections().get(i);
            body.append("<section id=\"step-%d\">\n<h2>".formatted(i + 1))
                    .append(PageParts.escaped(section.title()))
                    .append("</h2>\n");
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
                <header><a href="#contents">Contents</a> <label><input type="checkbox" id="decimals" /> all decimals</label></header>
                <main>
                <h1>%s</h1>
                %s</main>
                </body>
                </html>
                """.formatted(
                        PageParts.sha256(style),
                        PageParts.escaped(lesson.title()),
                        style,
                        PageParts.escaped(lesson.title()),
                        body);
    }

    /** A card for each step: its title and its first sentence. */
    private static void contents(StringBuilder out, List<Lesson.Section> sections) {
        out.append("<nav id=\"contents\" aria-label=\"Contents\"><ol>\n");
        for (int i = 0; i < sections.size(); i++) {
            out.append("<li><a href=\"#step-%d\"><b>".formatted(i + 1))
                    .append(PageParts.escaped(sections.get(i).title()))
                    .append("</b> ")
                    .append(numbers(firstSentence(sections.get(i))))
                    .append("</a></li>\n");
        }
        out.append("</ol></nav>\n");
    }

    private static String firstSentence(Lesson.Section section) {
        return section.blocks().stream()
                .filter(Paragraph.class::isInstance)
                .map(block -> ((Paragraph) block).text().replaceFirst("(?s)(?<=[.]) .*", ""))
                .findFirst()
                .orElse("");
    }

    private static void block(StringBuilder out, Block block) {
        if (block instanceof Paragraph paragraph) {
            out.append("<p>").append(numbers(paragraph.text())).append("</p>\n");
        } else if (block instanceof Decimals decimals) {
            String brief =
                    "Numbers have two decimals here, %d in the picture; “all decimals”, above, shows them in full, so that every step can be recomputed."
                            .formatted(FlowPicture.DECIMALS);
            String full = "%s The picture shows %d.".formatted(decimals.text(), FlowPicture.DECIMALS);
            out.append("<p>").append(either(brief, full)).append("</p>\n");
        } else if (block instanceof Formula formula) {
            out.append("<pre>")
                    .append(either(ShortNumbers.formula(formula.text()), formula.text()))
                    .append("</pre>\n");
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
                .append(PageParts.escaped(table.caption()))
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
            out.append(names ? PageParts.escaped(texts.get(i)) : numbers(texts.get(i)));
            out.append("</").append(names ? "th" : close).append('>');
        }
        out.append("</tr>\n");
    }

    private static String numbers(String text) {
        return either(ShortNumbers.of(text), text);
    }

    /** A text in short and in full, of which the style shows one. */
    private static String either(String brief, String full) {
        return brief.equals(full)
                ? PageParts.escaped(full)
                : "<span class=\"brief\">%s</span><span class=\"full\">%s</span>"
                        .formatted(PageParts.escaped(brief), PageParts.escaped(full));
    }
}
