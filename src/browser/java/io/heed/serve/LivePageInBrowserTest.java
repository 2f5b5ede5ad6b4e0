package io.heed.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.AblatedModel;
import io.heed.inspect.evidence.Ablation;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.HeadComputation;
import io.heed.inspect.page.Browser;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

/** The live page in a real browser: typing, the words that may come next, and the maps that follow. */
class LivePageInBrowserTest {

    private static final String SHOWN = "return document.documentElement.dataset.text === arguments[0]";

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Served served;

    @BeforeAll
    static void start() {
        served = new Served(ServeSettings.LOCAL);
        browser = new Browser(folder);
    }

    @AfterAll
    static void stop() {
        browser.close();
        served.close();
    }

    @AfterEach
    void nothing_failed_or_was_asked_of_anybody_else() {
        browser.assertSilent();
        assertThat(browser.requests()).allMatch(address -> address.matches("http://127\\.0\\.0\\.1:\\d+/.*|data:.*|about:.*"));
        assertThat(served.failures).isEmpty();
    }

    private static void type(String text) {
        browser.element("typed").sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
        browser.until(SHOWN, text);
    }

    private static void open(String text) {
        browser.open(served.server.address());
        browser.element("tab-maps").click();
        type(text);
    }

    /** Lets the model go on by the same seed each time: by another it may well say the end at once, and nothing changes. */
    private static void goOn() {
        browser.script("Math.random = () => .5");
        browser.element("continue").click();
    }

    private static List<WebElement> words() {
        return browser.driver().findElements(By.cssSelector("#words button"));
    }

    @Test
    void shows_the_words_that_may_come_next() {
        open("the cat sat");
        NextWords words = new NextWordPredictor(served.model)
                .next(served.model.encode("the cat sat").ids(), 12);
        assertThat(words().stream().map(word -> word.findElement(By.className("word")).getText()))
                .isEqualTo(words.likeliest().stream().map(word -> word.token()).toList());
        String share = "%.2f %%".formatted(100 * words.likeliest().get(0).probability());
        assertThat(words().get(0).findElement(By.className("share")).getText()).isEqualTo(share);
    }

    @Test
    void a_word_that_is_clicked_goes_on_with_the_text() {
        open("the cat");
        WebElement word = words().stream()
                .filter(each -> !each.getText().startsWith("["))
                .findFirst()
                .orElseThrow();
        String text = "the cat " + word.findElement(By.className("word")).getText();
        word.click();
        browser.until(SHOWN, text);
        assertThat(browser.element("typed").getDomProperty("value")).isEqualTo(text);
    }

    @Test
    void shows_the_exact_weights_of_the_text_as_it_is_now() {
        open("the cat sat on the mat");
        type("a bird slept");
        Recording maps = Recording.of(served.model, "a bird slept", served.model.encode("a bird slept"), Set.of(Step.WEIGHTS));
        browser.element("heads").findElements(By.tagName("button")).get(2).click();
        browser.until("return document.querySelector('#maps h2').textContent.startsWith('layer 0, head 2')");
        browser.script("heed.page.change({query: 2, key: 1, side: 'query', hover: null})");
        browser.until("return document.getElementById('cell').textContent.startsWith('bird reads a')");
        float weight = Float.parseFloat(browser.text("cell").replaceAll(".*weight ", ""));
        assertThat(weight).isEqualTo(maps.weights(0, 2)[2][1]);
        assertThat((Long) browser.script("return heed.page.maps[0].units.length")).isEqualTo(maps.length());
    }

    @Test
    void what_is_typed_quickly_ends_with_the_answer_to_all_of_it() {
        open("the");
        " cat sat on the mat".chars().forEach(key -> browser.element("typed").sendKeys(Character.toString(key)));
        browser.until(SHOWN, "the cat sat on the mat");
        assertThat((Long) browser.script("return heed.page.recordings[0].tokens.length"))
                .isEqualTo(served.model.encode("the cat sat on the mat").length());
    }

    @Test
    void says_what_the_model_does_not_know() {
        open("the zebra");
        browser.until("return document.getElementById('status').textContent.includes('“zebra”')");
    }

    @Test
    void goes_on_by_as_many_tokens_as_are_asked_for() {
        open("the cat");
        browser.script("document.getElementById('tokens').value = 3");
        goOn();
        browser.until("return document.getElementById('stop').hidden && document.getElementById('typed').value !== 'the cat'");
        String text = browser.element("typed").getDomProperty("value");
        browser.until(SHOWN, text);
        assertThat(text).startsWith("the cat ");
        assertThat(served.model.encode(text).length() - served.model.encode("the cat").length())
                .isBetween(1, 3);
    }

    @Test
    void words_can_be_chosen_with_the_keyboard_alone() {
        open("the cat");
        browser.script("document.querySelector('#words button').focus()");
        String label = (String) browser.script("return document.activeElement.ariaLabel");
        assertThat(label).matches("\\S+, [<0-9. ]+ %");
        browser.press(Keys.ENTER);
        browser.until("return document.documentElement.dataset.text !== 'the cat'");
    }

    @Test
    void the_mark_of_the_end_adds_nothing_and_says_why() {
        open("the cat");
        WebElement end = words().stream()
                .filter(each -> each.getText().startsWith("[EOS]"))
                .findFirst()
                .orElseThrow();
        browser.script("document.getElementById('status').textContent = ''");
        end.click();
        browser.until("return document.getElementById('status').textContent.includes('text ends here: [EOS]')");
        WebElement note = browser.element("status");
        assertThat(note.isDisplayed()).isTrue();
        assertThat(note.getDomAttribute("role")).isEqualTo("status");
        assertThat(browser.element("typed").getDomProperty("value")).isEqualTo("the cat");
        type("the cat sat");
        assertThat(browser.text("status")).isEmpty();
    }

    @Test
    void says_so_where_the_model_ended_the_text_and_takes_it_back_when_somebody_goes_on() {
        open("the cat");
        browser.script(
                "document.getElementById('tokens').value = 500; heed.page.change({temperature: 2})");
        goOn();
        browser.until("return document.getElementById('stop').hidden && document.getElementById('typed').value !== 'the cat'");
        String text = browser.element("typed").getDomProperty("value");
        browser.until(SHOWN, text);
        assertThat(browser.text("status")).contains("The model ended the text.");
        type("a bird");
        browser.until("return document.getElementById('status').textContent === ''");
    }

    @Test
    void asks_for_the_token_where_the_server_does() {
        ServeSettings local = ServeSettings.LOCAL;
        try (Served secret = new Served(new ServeSettings(
                local.host(), 0, List.of(), "open-sesame-1234", local.largestBody(), local.queue(), Duration.ofSeconds(10)))) {
            browser.driver().get(secret.server.address());
            browser.until("return document.getElementById('ask').open");
            browser.press(Keys.ESCAPE);
            browser.until("return document.getElementById('status').textContent.startsWith('the server answers only with the token')");
            browser.element("typed").sendKeys("the cat");
            browser.until("return document.getElementById('ask').open");
            browser.element("token").sendKeys("wrong", Keys.ENTER);
            browser.until("return document.getElementById('ask-wrong').textContent !== ''");
            browser.until("return document.getElementById('ask').open");
            browser.element("token").sendKeys("open-sesame-1234", Keys.ENTER);
            browser.until("return document.documentElement.dataset.ready === 'yes' && heed.page.maps.length > 0");
            browser.script("console.clear()");
        }
        browser.driver().manage().logs().get("browser"); // a browser itself tells of each 401
    }

    private static void openFirst(String text) {
        open(text);
        browser.element("tab-first").click();
        browser.until("return document.querySelectorAll('.card').length === 7"
                + " && document.querySelector('.chip:last-of-type .word').textContent === arguments[0]", text.replaceAll(".* ", ""));
    }

    private static void turn(String head) {
        browser.script("document.querySelector(`[role=switch][aria-label='head ${arguments[0]}']`).click()", head);
    }

    /** The probability at the bar of the answer, which keeps the first place. */
    private static double answerBar() {
        return Double.parseDouble((String) browser.script("return document.querySelector('.bars li').dataset.probability"));
    }

    private static Recording recordingOf(String text) {
        return Recording.of(served.model, text, served.model.encode(text), EnumSet.allOf(Step.class));
    }

    @Test
    void heads_that_are_switched_off_move_the_bars_to_what_the_model_says_without_them() {
        String text = "the cat sat on the";
        openFirst(text);
        Recording maps = recordingOf(text);
        int last = maps.length() - 1;
        int answer = Distribution.likeliest(maps.logits(last));
        Ablation ablation = new Ablation(served.model, maps, last, answer);
        turn("0·1");
        browser.until("return document.querySelector('.answer .hint').textContent.startsWith('Head 0·1 is off.')");
        assertThat(answerBar()).isEqualTo(Math.exp(ablation.without(0, Set.of(1))), within(1e-4));
        turn("0·0");
        browser.until("return document.querySelector('.answer .hint').textContent.startsWith('Heads 0·0 and 0·1 are off.')");
        assertThat(answerBar()).isEqualTo(Math.exp(ablation.without(0, Set.of(0, 1))), within(1e-4));
        browser.driver().findElement(By.cssSelector(".answer > button")).click();
        browser.until("return document.querySelector('.answer .hint').textContent === ''");
        assertThat(answerBar()).isEqualTo(new Distribution(maps.logits(last)).probability(answer), within(1e-4));
    }

    /** The bars of the words that are named, beside softmax(z / T) of the model's logits. */
    private static void assertBarsAtTemperature(float[] logits, double temperature) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / temperature);
        }
        Map<?, ?> bars = (Map<?, ?>) browser.script("""
                return Object.fromEntries([...document.querySelectorAll('.bars li:not(.rest)')]
                  .map(row => [row.querySelector('.word').textContent, +row.dataset.probability]))""");
        assertThat(bars).hasSizeGreaterThanOrEqualTo(5);
        double others = 1;
        for (Map.Entry<?, ?> bar : bars.entrySet()) {
            String word = (String) bar.getKey();
            String token = Map.of("‹start›", "[BOS]", "‹end›", "[EOS]", "‹unknown›", "[UNK]").getOrDefault(word, word);
            int id = served.model.tokenizer().vocabulary().id(token).orElseThrow();
            double expected = Math.exp(logits[id] / temperature) / sum;
            assertThat(((Number) bar.getValue()).doubleValue()).as(token).isEqualTo(expected, within(1e-4));
            others -= expected;
        }
        assertThat(Double.parseDouble((String) browser.script("return document.querySelector('.bars .rest').dataset.probability")))
                .isEqualTo(others, within(1e-4));
    }

    private static void slide(double temperature) {
        browser.script("""
                const slider = document.getElementById('temperature');
                slider.value = arguments[0];
                slider.dispatchEvent(new Event('input'))""", temperature);
        browser.until("return document.querySelector('.temperature output').textContent === arguments[0]", "" + temperature);
    }

    @Test
    void the_slider_reshapes_the_bars_to_the_shares_at_its_temperature() {
        String text = "the cat sat on the";
        openFirst(text);
        Recording read = recordingOf(text);
        float[] logits = read.logits(read.length() - 1);
        for (double temperature : new double[] {.1, .5, 2}) {
            slide(temperature);
            assertBarsAtTemperature(logits, temperature);
        }
        assertThat(browser.text("drawn-at")).isEqualTo("2.0");
        turn("0·1");
        browser.until("return document.querySelector('.answer .hint').textContent.startsWith('Head 0·1 is off, at temperature 2.0.')");
        float[] without = new AblatedModel(served.model, List.of(new Head(0, 1)))
                .next(served.model.encode(text).ids());
        assertBarsAtTemperature(without, 2);
        turn("0·1");
        slide(1);
        assertBarsAtTemperature(logits, 1);
        assertThat(browser.script("return document.querySelector('.answer .hint').textContent")).isEqualTo("");
        browser.script("heed.page.lookAt(1)");
        browser.until("return !document.querySelector('.temperature').checkVisibility()");
    }

    @Test
    void a_word_that_is_chosen_shows_the_cards_of_what_it_reads() {
        openFirst("the cat sat on the");
        browser.script("document.querySelectorAll('.words .chip')[arguments[0]].click()", 2);
        browser.script("document.querySelectorAll('.pick')[1].click()");
        browser.until("return document.querySelector('#flow-title').textContent.endsWith('head 0·1')"
                + " && document.querySelectorAll('[data-stage=words] p b')[0].textContent === heed.page.first.tokens[2].shown");
        browser.script("document.querySelectorAll('.card details').forEach(each => each.open = true)");
        browser.until("return document.querySelectorAll('.card table').length === 7");
        HeadComputation expected = HeadComputation.of(served.model, recordingOf("the cat sat on the"), 2, 0, 1);
        assertThat(column("softmax")).containsExactly(expected.weights(), within(1e-6f));
        assertThat(column("scores")).containsExactly(expected.scores(), within(1e-5f));
        assertThat(column("blend")).containsExactly(expected.blend(), within(1e-5f));
    }

    @Test
    void steps_explain_the_word_and_their_slider_softens_what_the_model_reads() {
        openFirst("the cat sat on the");
        browser.script("document.querySelectorAll('.pick')[1].click()");
        browser.until("return document.querySelector('#flow-title').textContent.endsWith('head 0·1')");
        browser.script("heed.page.change({step: 5})");
        assertThat(browser.text("step-title")).isEqualTo("5 of 7: Softmax");
        browser.script("const slider = document.querySelector('.softness input'); slider.value = -1;"
                + " slider.dispatchEvent(new Event('input'))");
        Recording maps = recordingOf("the cat sat on the");
        float[] scores = HeadComputation.of(served.model, maps, maps.length() - 1, 0, 1).scores();
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score / 10);
        }
        for (int word = 0; word < scores.length; word++) {
            String title = (String)
                    browser.script("return document.querySelectorAll('.words .chip')[arguments[0]].title", word);
            assertThat(Double.parseDouble(title.replace("weight ", "")))
                    .isEqualTo(Math.exp(scores[word] / 10) / sum, within(1e-5));
        }
        assertThat(browser.script("return document.querySelector(\"[data-cell='output 0 2']\").textContent"))
                .isEqualTo("0.4807");
    }

    @Test
    void a_word_that_is_swapped_shows_what_the_other_text_leads_to_and_which_head_decides() {
        String text = "the cat sat on the";
        String word = Stream.of("dog", "bird", "mat", "sat", "on", "the")
                .filter(each -> likeliest("the " + each + " sat on the") != likeliest(text))
                .findFirst()
                .orElseThrow();
        String other = "the " + word + " sat on the";
        openFirst(text);
        browser.script("document.querySelectorAll('.words .chip')[2].click()");
        browser.until("return document.querySelector('.swap label').textContent === 'Swap “cat” for'");
        browser.element("swap-word").sendKeys(word, Keys.ENTER);
        browser.until("return document.querySelector('.swap .ghost .chip') !== null"
                + " && document.querySelectorAll('.differences p').length >= 2");
        browser.script("[...document.querySelectorAll('.chips')][0].querySelectorAll('.words .chip')[arguments[0]].click()", recordingOf(text).length() - 1);
        browser.until("return document.querySelector('.differences').textContent.startsWith('After “the” the first')");
        Recording second = recordingOf(other);
        int last = second.length() - 1;
        int answer = Distribution.likeliest(second.logits(last));
        assertThat(browser.script("return document.querySelector('.swap .ghost .chip .word').textContent"))
                .isEqualTo(served.model.tokenizer().vocabulary().shown(answer));
        String probability = (String) browser.script("return document.querySelector('.swap .ghost .chip').title");
        assertThat(Double.parseDouble(probability.replace("probability ", "")))
                .isEqualTo(new Distribution(second.logits(last)).probability(answer), within(1e-6));
        int layer = ((Long) browser.script("return heed.page.state.layer")).intValue();
        int head = ((Long) browser.script("return heed.page.state.head")).intValue();
        float[] weights = second.weights(layer, head)[last];
        for (int key = 0; key <= last; key++) {
            String title = (String) browser.script(
                    "return document.querySelectorAll('.swap .words .chip')[arguments[0]].title", key);
            assertThat(Double.parseDouble(title.replace("weight ", ""))).isEqualTo(weights[key], within(1e-6));
        }
        assertThat(browser.script("return document.querySelector('.differences').textContent"))
                .asString()
                .contains(ActivationPatching.of(served.model, served.model.encode(text), served.model.encode(other))
                        .sentence(served.model));
        assertThat(browser.script("return document.querySelectorAll('.chip.changed').length")).isEqualTo(2L);
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations()).extracting(Rule::getId).isEmpty();
        browser.script("[...document.querySelectorAll('.swap button')].at(-1).click()");
        browser.until("return !document.querySelector('.differences').checkVisibility()"
                + " && document.querySelectorAll('.chip.changed').length === 0");
    }

    @Test
    void words_and_arcs_follow_the_model_while_it_writes_and_its_words_are_marked() {
        String text = "the cat sat on";
        openFirst(text);
        browser.script("""
                document.getElementById('tokens').value = 2;
                globalThis.seen = [];
                new MutationObserver(() => seen.push(document.querySelectorAll('#first > .chips .chip.written').length))
                  .observe(document.querySelector('#first > .chips .words'), {childList: true});""");
        goOn();
        browser.until("return document.getElementById('stop').hidden && document.getElementById('typed').value !== arguments[0]", text);
        String longer = browser.element("typed").getDomProperty("value");
        browser.until(SHOWN, longer);
        browser.until("return document.querySelectorAll('#first > .chips .chip.written').length === arguments[0]",
                longer.substring(text.length()).trim().split(" ").length);
        assertThat(browser.script("return document.querySelector('.chip.written .word').textContent"))
                .isEqualTo(longer.substring(text.length()).trim().split(" ", 2)[0]);
        assertThat(browser.script("return document.querySelector('.chip.written').ariaLabel")).asString()
                .contains(", written by the model");
        assertThat((List<?>) browser.script("return seen"))
                .isNotEmpty()
                .allMatch(count -> (Long) count > 0);
        assertThat(browser.text("status")).contains("The model’s words are blue.");
        type("a bird");
        browser.until("return document.querySelectorAll('.chip.written').length === 0 && document.getElementById('status').textContent === ''");
    }

    private static int likeliest(String text) {
        Recording read = recordingOf(text);
        return Distribution.likeliest(read.logits(read.length() - 1));
    }

    @Test
    void texts_of_other_lengths_are_compared_where_their_words_correspond() {
        String text = "the cat sat on the";
        String other = Stream.of("bird", "rug", "mat", ",", "which", "saw", "a", "on", ".")
                .map(word -> "the dog , the cat sat on " + word)
                .filter(longer -> likeliest(longer) != likeliest(text))
                .findFirst()
                .orElseThrow();
        ActivationPatching patching =
                ActivationPatching.of(served.model, served.model.encode(text), served.model.encode(other));
        openFirst(text);
        browser.script("heed.page.change({swap: arguments[0]})", other);
        browser.until(
                "return document.querySelector('.differences').textContent.endsWith(arguments[0])",
                patching.sentence(served.model));
        assertThat(browser.script("return document.querySelectorAll('.swap .chip.changed').length"))
                .isEqualTo(patching.differing().stream()
                        .mapToLong(difference -> difference.second().size())
                        .sum());
        type("the dog sat");
        browser.until("return !document.querySelector('.differences').checkVisibility()");
    }

    /** The numbers of a card's table. */
    private static float[] column(String stage) {
        List<?> cells = (List<?>) browser.script(
                "return [...document.querySelectorAll(`[data-stage=${arguments[0]}] tbody tr`)].map(row => row.children[1].textContent)", stage);
        float[] numbers = new float[cells.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat((String) cells.get(i));
        }
        return numbers;
    }

    @Test
    void the_address_holds_the_text_the_word_and_the_heads_that_are_off() {
        browser.driver().get("about:blank");
        browser.open(served.server.address() + "#text=a+bird+slept&at=2&head=0.1&off=0.0");
        browser.until("return document.querySelector('.answer .hint')?.textContent.startsWith('Head 0·0 is off.')");
        assertThat(browser.element("typed").getDomProperty("value")).isEqualTo("a bird slept");
        assertThat(browser.script("return heed.page.position + ' ' + heed.page.state.layer + heed.page.state.head")).isEqualTo("2 01");
        turn("0·0");
        browser.until("return location.hash === '#text=a+bird+slept&at=2&head=0.1'");
    }

    @Test
    void the_likeliest_next_word_goes_on_with_the_text() {
        openFirst("the cat");
        Object ghost = browser.script("""
                const ghost = document.querySelector('.ghost button');
                ghost.click();
                return ghost.querySelector('.word').textContent""");
        if ("‹end›".equals(ghost)) {
            browser.until("return document.getElementById('status').textContent.startsWith('The text ends here')");
        } else {
            browser.until(SHOWN, "the cat " + ghost);
        }
    }

    @Test
    void what_is_shown_is_grey_while_there_is_no_text() {
        openFirst("the cat");
        browser.element("typed").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        browser.until("return document.getElementById('status').textContent.startsWith('Type at least one word. What is shown below')");
        browser.until("return document.getElementById('first').classList.contains('stale') && !document.getElementById('retry').checkVisibility()");
        browser.element("typed").sendKeys("the dog");
        browser.until(SHOWN, "the dog");
        browser.until("return !document.getElementById('first').classList.contains('stale')");
    }

    @Test
    void what_is_shown_is_grey_while_the_server_does_not_answer() {
        openFirst("the cat");
        network(true);
        browser.element("typed").sendKeys(" sat");
        browser.until("return document.getElementById('first').classList.contains('stale') && document.getElementById('retry').checkVisibility()");
        network(false);
        browser.element("retry").click();
        browser.until(SHOWN, "the cat sat");
        browser.until("return !document.getElementById('first').classList.contains('stale') && !document.getElementById('retry').checkVisibility()");
        browser.driver().manage().logs().get("browser"); // a browser itself tells of what it could not load
    }

    private static void network(boolean offline) {
        browser.driver()
                .executeCdpCommand(
                        "Network.emulateNetworkConditions",
                        Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void axe_finds_nothing_on_the_first_screen(String theme) {
        openFirst("the zebra sat on the");
        browser.script("heed.page.change({theme: arguments[0]})", theme);
        turn("0·0");
        browser.until("return document.querySelector('.answer .hint').textContent !== ''");
        List<Rule> found = new AxeBuilder().analyze(browser.driver()).getViolations();
        assertThat(found.stream().map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"light, map", "dark, map", "light, lines", "dark, lines"})
    void axe_finds_nothing_that_shuts_anybody_out(String theme, String view) throws Exception {
        open("the cat sat on the mat");
        browser.script("heed.page.change({theme: arguments[0], view: arguments[1]})", theme, view);
        browser.until("return document.querySelectorAll('.panel').length === 1");
        List<Rule> found = new AxeBuilder().analyze(browser.driver()).getViolations();
        assertThat(found.stream()
                        .map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml()))
                .isEmpty();
        String shots = System.getProperty("heed.screenshots"); // a folder, to look at the page oneself
        if (shots != null) {
            byte[] png = browser.driver().getScreenshotAs(OutputType.BYTES);
            Files.write(Path.of(shots, "live-%s-%s.png".formatted(theme, view)), png);
        }
    }
}
