package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.model.Distribution;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of two texts in a real browser: both stand on the first screen, held to the toy model's numbers. */
class ComparedTextsInBrowserTest {

    private static final String TEXT = "the cat , which liked the dog , sat on the";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"the dog , which liked the cat , sat on the", "the dog sat on the"})
    void opens_on_both_texts_what_they_lead_to_and_the_head_that_decides(String text) {
        Recording other;
        String sentence;
        long changed;
        Path page = folder.resolve("attention.html");
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), Device.cpu())) {
            Recording recording = Recording.of(model, TEXT, model.encode(TEXT), Findings.needed(true));
            HeadStatistics statistics = new HeadStatistics(recording.layers(), recording.heads());
            statistics.add(recording);
            AttentionReport report = new AttentionReport(model, TEXT, recording, statistics, new HeadCards(model), true);
            report.compare(model, text, model.encode(text));
            AttentionPage.write(page, report.content());
            other = Recording.of(model, text, model.encode(text), Findings.needed(true));
            ActivationPatching patching = ActivationPatching.of(model, model.encode(TEXT), model.encode(text));
            sentence = patching.sentence(model);
            changed = patching.differing().stream()
                    .mapToInt(difference -> difference.second().size())
                    .sum();
        }
        try (Browser browser = new Browser(folder)) {
            browser.open(page);
            browser.until("return document.querySelectorAll('.differences p').length >= 2");
            assertThat(browser.script("return document.querySelector('.differences').textContent"))
                    .asString()
                    .endsWith(sentence);
            assertThat(browser.script("return document.querySelectorAll('.swap .chip.changed').length"))
                    .isEqualTo(changed);
            int last = other.length() - 1;
            float probability = (float) new Distribution(other.logits(last))
                    .probability(Distribution.likeliest(other.logits(last)));
            assertThat(shown(browser, ".swap .ghost .chip", 0)).isEqualTo(probability, within(1e-6));
            int layer = ((Long) browser.script("return heed.page.state.layer")).intValue();
            int head = ((Long) browser.script("return heed.page.state.head")).intValue();
            for (int key = 0; key <= last; key++) {
                assertThat(shown(browser, ".swap .words .chip", key))
                        .isEqualTo(other.weights(layer, head)[last][key], within(1e-7));
            }
            browser.size(360, 800);
            assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(360);
            assertThat(new AxeBuilder().analyze(browser.driver()).getViolations())
                    .extracting(rule -> rule.getId())
                    .isEmpty();
            browser.script("heed.page.change({recording: 1})");
            browser.until("return document.querySelector('.swap .ghost .chip .word').textContent === 'mat'");
            browser.script("heed.page.change({tab: 'maps'})");
            browser.until("return heed.page.maps.length > 0");
            browser.script("heed.page.change({recording: 0})");
            browser.script("heed.page.change({tab: 'first'})");
            browser.until("return document.querySelectorAll('.swap .words .chip').length === " + other.length());
            browser.assertSilent();
        }
    }

    /** The number in the title of a chip. */
    private static double shown(Browser browser, String selector, int index) {
        String title =
                (String) browser.script("return document.querySelectorAll(arguments[0])[arguments[1]].title", selector, index);
        return Double.parseDouble(title.substring(title.indexOf(' ') + 1));
    }
}
