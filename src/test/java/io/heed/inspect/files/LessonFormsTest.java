package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.lesson.ExampleLesson;
import io.heed.inspect.lesson.Flow;
import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.inspect.lesson.Lesson.Table;
import io.heed.inspect.page.LessonPage;
import io.heed.inspect.pictures.FlowPicture;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A lesson as text, Markdown, a page and a picture: the same content, and text that stays text. */
class LessonFormsTest {

    private static final String ATTACK = "</script><img src=x onerror=alert(1)>";

    private static Lesson lesson(String text) {
        Flow flow = ExampleLesson.of(4).flow();
        Flow named =
                new Flow(text, List.of(text, "b", "c"), 0, flow.stages(), flow.reading(), List.of(text), flow.next());
        Table table = new Table(text, List.of("key", text), List.of(List.of(text, "0.5"), List.of("|", "`")));
        List<Lesson.Block> blocks = List.of(new Paragraph(text), new Formula(text + " = 1"), table);
        return new Lesson(text, List.of(new Lesson.Picture(named)), List.of(new Section(text, blocks)));
    }

    private static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }

    @Nested
    class AsAPage {

        private final String page = LessonPage.of(lesson(ATTACK));

        @Test
        void no_text_becomes_an_element() {
            assertThat(page)
                    .doesNotContain("<img", "<script", "</script")
                    .contains("&lt;img src=x onerror=alert(1)&gt;");
        }

        @Test
        void nothing_runs_and_only_its_own_style_is_allowed() throws Exception {
            String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
            String hash = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8)));
            assertThat(page)
                    .contains("content=\"default-src 'none'; style-src 'sha256-" + hash
                            + "'; base-uri 'none'; form-action 'none'\"")
                    .doesNotContain("style=", "unsafe");
            assertThat(style).contains("prefers-color-scheme: dark");
        }

        /** 2 decimals of each number, all of them by a switch, 4 in the picture: the sentence that stands there says just that. */
        @Test
        void says_how_many_decimals_it_shows() {
            assertThat(LessonPage.of(ExampleLesson.of(4)))
                    .contains(
                            "<p><span class=\"brief\">Numbers have two decimals here, 4 in the picture; ",
                            "<span class=\"full\">A step's inputs are printed with up to 7 decimals, its results with 4, ",
                            "The picture shows 4.</span></p>")
                    .doesNotContain("<p>A step", "<p>Numbers have");
        }

        @Test
        void is_well_formed() throws Exception {
            String body = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
            Element root = parse(body).getDocumentElement();
            assertThat(root.getElementsByTagName("table").getLength()).isEqualTo(1);
            assertThat(root.getElementsByTagName("td").item(0).getTextContent()).isEqualTo("0.5");
            assertThat(root.getElementsByTagName("caption").item(0).getTextContent())
                    .isEqualTo(ATTACK);
        }
    }

    @Nested
    class AsMarkdown {

        @Test
        void says_how_many_decimals_its_picture_has() {
            Lesson lesson = ExampleLesson.of(2);
            assertThat(LessonMarkdown.of(lesson, "p.svg"))
                    .contains("with up to 5 decimals, its results with 2, ", "The picture shows 4.");
            assertThat(LessonMarkdown.of(lesson, null))
                    .contains("with up to 5 decimals")
                    .doesNotContain("The picture");
        }

        @Test
        void no_text_becomes_markup() {
            String markdown = LessonMarkdown.of(lesson(ATTACK + " | *a* _b_ `c` [d](e)"), "p.svg");
            List<String> outsideFormulas =
                    markdown.lines().filter(line -> !line.startsWith("    ")).toList();
            assertThat(outsideFormulas).noneMatch(line -> line.contains("<img") || line.contains("</script>"));
            assertThat(markdown).contains("\\| \\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)", "](<p.svg>)", "| \\| | \\` |");
        }

        @Test
        void a_table_has_its_headings_a_line_and_its_rows() {
            assertThat(LessonMarkdown.of(lesson("a"), null))
                    .contains("a:\n\n| key | a |\n| --- | ---: |\n| a | 0.5 |\n| \\| | \\` |\n");
        }

        @Test
        void a_picture_that_is_not_there_is_not_shown() {
            assertThat(LessonMarkdown.of(lesson("a"), null)).doesNotContain("![");
        }
    }

    @Nested
    class AsText {

        private static Lesson table(int rows, int columns) {
            List<String> headings = new ArrayList<>(List.of("row"));
            for (int c = 0; c < columns; c++) {
                headings.add("column " + c);
            }
            List<List<String>> all = new ArrayList<>();
            for (int r = 0; r < rows; r++) {
                List<String> row = new ArrayList<>(List.of("r" + r));
                for (int c = 0; c < columns; c++) {
                    row.add("n%d,%d".formatted(r, c));
                }
                all.add(row);
            }
            return new Lesson("t", List.of(), List.of(new Section("s", List.of(new Table("all", headings, all)))));
        }

        @Test
        void a_wide_table_is_wrapped_and_whole() {
            String text = LessonText.of(table(30, 40), false);
            assertThat(text.lines()).allMatch(line -> line.length() <= 100);
            for (int r = 0; r < 30; r++) {
                for (int c = 0; c < 40; c++) {
                    assertThat(text).containsPattern("\\bn%d,%d\\b".formatted(r, c));
                }
            }
            assertThat(text).doesNotContain("…");
        }

        @Test
        void a_line_holds_a_hundred_characters_and_no_more() {
            String fifty = "x".repeat(50);
            for (int first : new int[] {49, 50}) { // with a space 100 and 101
                String text = "y".repeat(first) + " " + fifty;
                Lesson lesson = new Lesson("t", List.of(), List.of(new Section("s", List.of(new Paragraph(text)))));
                assertThat(LessonText.of(lesson, false).lines()).contains(first == 49 ? text : fifty);
            }
        }

        @Test
        void a_folded_table_says_how_much_is_missing_and_how_to_see_it() {
            String text = LessonText.of(table(30, 2), true);
            assertThat(text).contains("… 24 more rows: without --short", "n3,0", "n28,0", "n29,1");
            assertThat(text).doesNotContain("n4,0", "n27,0");
            assertThat(LessonText.of(table(8, 2), true)).isEqualTo(LessonText.of(table(8, 2), false));
        }

        @Test
        void a_folded_sum_keeps_its_result() {
            String sum = "a = " + "0.1·0.2 + ".repeat(100) + "0.1·0.2 = 2.02";
            Lesson lesson = new Lesson("t", List.of(), List.of(new Section("s", List.of(new Formula(sum)))));
            assertThat(LessonText.of(lesson, true)).contains("… = 2.02", "… the whole sum: without --short");
            assertThat(LessonText.of(lesson, false).replaceAll("\\s+", " ")).contains(sum);
        }
    }

    @Nested
    class AsAPicture {

        @ParameterizedTest
        @ValueSource(strings = {ATTACK, "&", "\"'", "]]>", "\u0000\u001b", "\ud83d", "aaaaaaaaaaaaa😀bbbb", "%s%n", ""})
        void is_well_formed_whatever_the_words_are(String word) throws Exception {
            Document picture = parse(FlowPicture.of(lesson(word).flow()));
            NodeList all = picture.getElementsByTagName("*");
            for (int i = 0; i < all.getLength(); i++) {
                assertThat(all.item(i).getNodeName()).isIn("svg", "rect", "text", "path");
            }
        }

        @Test
        void shows_the_numbers_of_the_head() throws Exception {
            NodeList texts = parse(FlowPicture.of(ExampleLesson.of(4).flow())).getElementsByTagName("text");
            List<String> shown = new ArrayList<>();
            for (int i = 0; i < texts.getLength(); i++) {
                shown.add(texts.item(i).getTextContent());
            }
            // scores, weights and output of the row of I, as worked by hand
            assertThat(shown).contains("0.2425", "0.3118", "0.1443", "0.3358", "0.3599", "0.3044");
            assertThat(shown).containsSequence("0.3546", "0.3391", "0.4807");
        }
    }
}
