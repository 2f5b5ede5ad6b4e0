package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.DumpFormat;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.LookUps;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.Style;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page of a translation in a real browser. */
class TranslationPageInBrowserTest {

    @TempDir
    private static Path folder;

    @Test
    void it_shows_each_attention_as_lines_and_as_a_map() {
        Recording recording;
        try (LanguageModel model = TinyModels.translator()) {
            String source = "the cat <b>sat</b>\u202e";
            Passage read = new Passage(source, model.encode(source));
            Passage passage = new Passage("a dog slept", model.encode("a dog slept"), read);
            recording = Recording.of(model, passage, Recording.ATTENTION);
        }
        Path page = AttentionFolder.write(folder, "tiny", recording, EnumSet.of(DumpFormat.HTML), Style.STANDARD)
                .get(0);
        try (Browser browser = new Browser(folder)) {
            browser.requests();
            browser.driver().get(page.toUri().toString());
            browser.until("return document.querySelectorAll('#map td').length > 0");
            looksUp(browser, recording);
            browser.element("tab-maps").click();
            assertThat(browser.text("model")).isEqualTo("· tiny");
            assertThat(browser.text("source")).isEqualTo("the cat <b>sat</b>\\u202e");
            for (Part part : Part.values()) {
                browser.choose("part", part.name().toLowerCase(Locale.ROOT));
                browser.choose("layer", "1");
                browser.choose("head", "2");
                int queries = recording.passage().queries(part).length();
                int keys = recording.passage().keys(part).length();
                List<WebElement> cells = browser.driver().findElements(By.cssSelector("#map tbody td"));
                assertThat(cells).as(part.name()).hasSize(queries * keys);
                float weight = recording.get(part, 1, Step.WEIGHTS).get(2, queries - 1, 1);
                String title = cells.get((queries - 1) * keys + 1).getDomAttribute("title");
                assertThat(Float.parseFloat(title.substring(title.lastIndexOf(' ') + 1)))
                        .isEqualTo(weight);
                assertThat(lines(browser)).isPositive();
            }
            browser.choose("part", "cross");
            assertThat(ends(browser)).containsExactly("a", "dog", "slept", "the end");
            browser.script("const range = document.getElementById('threshold'); range.value = 0;"
                    + "range.dispatchEvent(new Event('input'))");
            int keys = recording.source().encoded().length();
            assertThat(lines(browser)).isEqualTo(recording.length() * keys);
            browser.driver().findElements(By.cssSelector("#map tbody th")).get(1).click();
            assertThat(lines(browser)).isEqualTo(keys);
            assertThat(browser.driver().findElements(By.cssSelector("#words li"))).hasSize(3);
            browser.driver().findElements(By.cssSelector("#lines [role=button]")).get(2).sendKeys(Keys.ENTER);
            assertThat(browser.script("return document.activeElement.getAttribute('aria-pressed') + ' ' +"
                            + " document.activeElement.textContent"))
                    .isEqualTo("true slept");
            assertThat(new AxeBuilder().analyze(browser.driver()).getViolations()).isEmpty();
            assertThat(browser.requests()).allMatch(address -> address.startsWith("file:"));
            browser.assertSilent();
        }
    }

    /** The first tab: what the page says of each head and each word written is what was recorded. */
    private static void looksUp(Browser browser, Recording recording) {
        assertThat(browser.element("lines-and-maps").isDisplayed()).isFalse();
        List<WebElement> heads = browser.driver().findElements(By.cssSelector("[aria-label=Heads] [role=radio]"));
        assertThat(heads).hasSize(recording.layers() * recording.heads());
        int[] clearest = new LookUps(recording).clearest();
        assertThat(heads.get(clearest[0] * recording.heads() + clearest[1]).getDomAttribute("aria-checked"))
                .isEqualTo("true");
        int layer = 1;
        int head = 2;
        heads.get(layer * recording.heads() + head).click();
        List<WebElement> words = browser.driver().findElements(By.cssSelector(".two-rows [role=radio] .word"));
        assertThat(words.stream().map(WebElement::getText)).containsExactly("a", "dog", "slept", "the end");
        List<WebElement> read = browser.driver().findElements(By.cssSelector(".two-rows span.chip"));
        assertThat(read).hasSize(recording.source().encoded().length());
        for (int query = 0; query < words.size(); query++) {
            words.get(query).click();
            double most = 0;
            for (int key = 0; key < read.size(); key++) {
                float weight = recording.get(Part.CROSS, layer, Step.WEIGHTS).get(head, query, key);
                String title = read.get(key).getDomAttribute("title");
                assertThat(Float.parseFloat(title.substring("weight ".length()))).isEqualTo(weight);
                most = Math.max(most, weight);
            }
            assertThat(browser.driver().findElement(By.cssSelector("#first .story")).getText())
                    .contains("head 1·2 reads", "(%.0f %%)".formatted(100 * most));
            assertThat(browser.driver().findElements(By.cssSelector(".arcs path.own")))
                    .hasSize(read.size()); // a model that has learnt nothing reads a little of everything
        }
        browser.driver().findElement(By.cssSelector("[data-stage=scores] summary")).click();
        browser.until("return document.querySelectorAll('[data-stage=scores] td').length > 0");
        List<WebElement> scores = browser.driver().findElements(By.cssSelector("[data-stage=scores] td"));
        for (int key = 0; key < read.size(); key++) {
            assertThat(Float.parseFloat(scores.get(key).getText()))
                    .isEqualTo(recording.get(Part.CROSS, layer, Step.SCORES).get(head, words.size() - 1, key));
        }
        browser.script("document.querySelector('.two-rows [role=radio][aria-checked=true]').focus()");
        browser.press(Keys.ARROW_LEFT);
        assertThat(browser.script("return document.activeElement.textContent")).isEqualTo("slept");
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations()).isEmpty();
        browser.driver().manage().window().setSize(new Dimension(500, 900));
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        browser.driver().manage().window().setSize(new Dimension(1400, 1000));
    }

    /** What stands at the right ends of the lines. */
    private static List<String> ends(Browser browser) {
        return browser.driver().findElements(By.cssSelector("#lines [role=button]")).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static int lines(Browser browser) {
        return browser.driver().findElements(By.cssSelector("#lines line")).size();
    }
}
