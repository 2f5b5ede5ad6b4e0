package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.Lesson.Formula;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.inspect.lesson.Lesson.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.print.PrintOptions;

/** A lesson in a real browser, on paper too. */
class LessonPageInBrowserTest {

    private static final int ROWS = 90;
    private static final int COLUMNS = 12;

    @TempDir
    private static Path folder;

    private static Lesson lesson() {
        List<String> headings =
                IntStream.range(0, COLUMNS).mapToObj(i -> "column" + i).toList();
        List<List<String>> rows = IntStream.range(0, ROWS)
                .mapToObj(row -> IntStream.range(0, COLUMNS)
                        .mapToObj(column -> column == 0 ? "row" + row : row + "." + (1000 + column))
                        .toList())
                .toList();
        return new Lesson(
                "How it reads",
                List.of(new Paragraph("First.")),
                List.of(
                        new Section("1. Ids", List.of(new Paragraph("Words become ids. Then more."))),
                        new Section(
                                "2. Scores",
                                List.of(
                                        new Paragraph("The largest is 26.3614693."),
                                        new Formula("s = 1.2345 + 2.3456 + 3.4567 + 4.5678 = 11.6046"),
                                        new Table("all", headings, rows)))));
    }

    @Test
    void it_has_contents_shows_decimals_on_request_and_prints_whole() throws IOException {
        Path page = Files.writeString(folder.resolve("lesson.html"), LessonPage.of(lesson()));
        try (Browser browser = new Browser(folder)) {
            browser.requests();
            browser.driver().get(page.toUri().toString());
            List<WebElement> links = browser.driver().findElements(By.cssSelector("nav a"));
            assertThat(links.stream().map(WebElement::getText))
                    .containsExactly("1. Ids\nWords become ids.", "2. Scores\nThe largest is 26.36.");
            for (int i = 0; i < links.size(); i++) {
                String target = links.get(i).getDomAttribute("href").substring(1);
                assertThat(browser.element(target).findElement(By.tagName("h2")).getText())
                        .isEqualTo(lesson().sections().get(i).title());
            }
            assertThat(browser.element("step-2").getText())
                    .contains("s = 1.23 + 2.35 + … = 11.60", "row89 89.10")
                    .doesNotContain("89.1011");
            assertThat(printed(browser)).contains("row89", "89.10").doesNotContain("89.1011");
            browser.element("decimals").click();
            assertThat(browser.element("step-2").getText())
                    .contains("26.3614693", "3.4567 + 4.5678 = 11.6046", "89.1011")
                    .doesNotContain("…");
            String paper = printed(browser);
            for (int row = 0; row < ROWS; row++) {
                assertThat(paper).contains("row" + row, row + ".1001", row + ".1011");
            }
            assertThat(new AxeBuilder().analyze(browser.driver()).getViolations()).isEmpty();
            browser.driver().manage().window().setSize(new Dimension(500, 900));
            assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.requests()).allMatch(address -> address.startsWith("file:"));
            browser.assertSilent();
        }
    }

    private static String printed(Browser browser) throws IOException {
        byte[] pdf = Base64.getDecoder()
                .decode(browser.driver().print(new PrintOptions()).getContent());
        try (PDDocument document = Loader.loadPDF(pdf)) {
            return new PDFTextStripper().getText(document);
        }
    }
}
