package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.HeadComputation;
import io.heed.inspect.heads.HeadCards;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The explanation step by step and the example by hand in a real browser, held to the toy model's numbers. */
class StepsInBrowserTest {

    private static final String SHOWN =
            "return document.documentElement.dataset.ready === 'yes' && document.querySelectorAll('.card').length === 7";

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Path page;
    private static HeadComputation computed;

    @BeforeAll
    static void start() {
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), Device.cpu())) {
            String text = "the cat , which liked the dog , sat on the";
            Recording recording = Recording.of(model, text, model.encode(text), Findings.needed(true));
            Findings findings = Findings.of(model, new HeadCards(model).of(recording), recording, true);
            computed = HeadComputation.of(model, recording, recording.length() - 1, 1, 1);
            page = folder.resolve("attention.html");
            AttentionPage.write(page, PageContent.of(recording, findings));
        }
        browser = new Browser(folder);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.size(1280, 1000);
        moves(true);
        openAt("#head=1.1");
    }

    @AfterEach
    void the_console_is_silent() {
        browser.assertSilent();
    }

    private static void openAt(String address) {
        browser.driver().get("about:blank");
        browser.driver().get(page.toUri() + address);
        browser.until(SHOWN);
        browser.until("return !document.querySelector('.steps').hidden");
    }

    private static void moves(boolean moves) {
        Map<String, Object> feature = Map.of("name", "prefers-reduced-motion", "value", moves ? "no-preference" : "reduce");
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    private static String title() {
        return browser.text("step-title");
    }

    private static void slide(double place) {
        browser.script(
                "const slider = document.querySelector('.softness input'); slider.value = arguments[0]; slider.dispatchEvent(new Event('input'))",
                place);
    }

    /** The share of a word of the text, as its chip has it. */
    private static double weight(int word) {
        String title = (String) browser.script("return document.querySelectorAll('.words .chip')[arguments[0]].title", word);
        return Double.parseDouble(title.replace("weight ", ""));
    }

    private static String lit(String selector) {
        return (String) browser.script("return getComputedStyle(document.querySelector(arguments[0])).outlineStyle", selector);
    }

    @Test
    void seven_steps_are_taken_with_the_arrow_keys_and_each_lights_up_what_it_is_about() {
        moves(false);
        browser.script("document.querySelector('.steps > button').focus()");
        browser.press(Keys.ENTER);
        String[] lit = {
            ".chip", ".chip[aria-checked=true]", "[data-stage=scores]", "[data-stage=scores]", "[data-stage=softmax]", "[data-stage=blend]", ".switches"
        };
        for (int step = 1; step <= 7; step++) {
            assertThat(title()).startsWith(step + " of 7: ");
            assertThat(lit(lit[step - 1])).isEqualTo("solid");
            browser.press(Keys.ARROW_RIGHT);
        }
        assertThat(title()).startsWith("7 of 7: ");
        assertThat(lit("[data-stage=blend]")).isEqualTo("none");
        browser.press(Keys.ARROW_LEFT);
        assertThat(title()).startsWith("6 of 7: ");
        browser.until("return location.hash.includes('step=6')");
        browser.press(Keys.ESCAPE);
        assertThat(browser.script("return document.querySelector('.panel-of-steps').hidden && document.activeElement.textContent"))
                .asString()
                .contains("Step by step");
        assertThat(lit("[data-stage=blend]")).isEqualTo("none");
    }

    @Test
    void they_play_by_themselves_until_a_person_pauses_them() {
        browser.script("document.querySelector('.steps > button').click()");
        browser.until("return document.getElementById('step-title').textContent.startsWith('2 of 7')");
        browser.script("[...document.querySelectorAll('.steps button')].find(each => each.textContent.includes('Pause')).click()");
        assertThat(browser.script("return document.querySelector('.panel-of-steps').innerText")).asString().contains("Play").doesNotContain("Pause");
    }

    @Test
    void they_wait_for_a_person_who_wants_less_motion() {
        moves(false);
        browser.script("document.querySelector('.steps > button').click()");
        assertThat(browser.script("return document.querySelector('.panel-of-steps').innerText")).asString().contains("Play").doesNotContain("Pause");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-2, -1, .5, 2})
    void the_slider_softens_and_hardens_the_scores_of_the_model(double place) {
        openAt("#head=1.1&step=5");
        slide(place);
        float[] scores = computed.scores();
        double times = Math.pow(10, place);
        double highest = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            highest = Math.max(highest, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(times * (score - highest));
        }
        for (int word = 0; word < scores.length; word++) {
            assertThat(weight(word)).isEqualTo(Math.exp(times * (scores[word] - highest)) / sum, within(1e-5));
        }
    }

    @Test
    void in_its_middle_and_on_any_other_step_stands_what_the_model_reads() {
        openAt("#head=1.1&step=5");
        slide(-2);
        slide(0);
        assertReadsAsTheModel();
        slide(-2);
        assertThat(weight(2)).isLessThan(.2);
        browser.script("document.querySelector('.panel-of-steps h2').parentElement.querySelector('button').click()");
        assertThat(title()).startsWith("4 of 7");
        assertReadsAsTheModel();
    }

    private static void assertReadsAsTheModel() {
        for (int word = 0; word < computed.weights().length; word++) {
            assertThat(weight(word)).isEqualTo(computed.weights()[word], within(1e-7));
        }
    }

    @Test
    void a_number_that_is_hidden_is_worked_out_and_checked() {
        browser.script("document.querySelector('.by-hand').open = true; document.querySelector(\"[data-cell='output 0 2']\").focus()");
        browser.press(Keys.ENTER);
        assertThat(cell()).isEqualTo("?");
        browser.press("0.3", Keys.ENTER);
        assertThat(said()).isEqualTo("Not quite: 0.3 is too small.");
        browser.press("0,48", Keys.ENTER);
        assertThat(said()).isEqualTo("Right: 0.4807."); // F.scaled_dot_product_attention of PyTorch: .480658
        assertThat(cell()).isEqualTo("0.4807");
        browser.script("document.querySelector('.by-hand .buttons button').click()");
        assertThat(browser.script("return document.querySelectorAll('.hidden-cell').length")).isEqualTo(1L);
        browser.script("[...document.querySelectorAll('.by-hand form button')].at(-1).click()");
        assertThat(said()).startsWith("It is 0.");
        assertThat(browser.script("return document.querySelectorAll('.hidden-cell').length")).isEqualTo(0L);
    }

    private static String cell() {
        return (String) browser.script("return document.querySelector(\"[data-cell='output 0 2']\").textContent");
    }

    private static String said() {
        return (String) browser.script("return document.querySelector('.by-hand [role=status]').textContent");
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 360"})
    void shuts_nobody_out_and_fits(String theme, int width) {
        browser.size(width, 1000);
        openAt("#head=1.1&step=5");
        browser.script(
                "heed.page.change({theme: arguments[0]}); document.querySelector('.by-hand').open = true; document.querySelector('.by-hand .buttons button').click()",
                theme);
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations().stream()
                        .map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml()))
                .isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat(browser.script("return [...document.querySelectorAll('button, summary')].filter(each => each.checkVisibility())"
                        + ".map(each => each.getBoundingClientRect()).filter(box => box.width < 24 || box.height < 24).length"))
                .isEqualTo(0L);
    }
}
