package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Ablation;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.evidence.HeadComputation;
import io.heed.inspect.heads.HeadCards;
import io.heed.model.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The first screen of the attention page in a real browser: its words, bars, switches and cards, held to the toy model's numbers. */
class FirstScreenInBrowserTest {

    private static final String TEXT = "the cat , which liked the dog , sat on the";
    private static final String SHOWN = "return document.querySelectorAll('.card').length === 7 && heed.page.maps.length > 0";

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static LanguageModel model;
    private static Recording recording;
    private static Path page;
    private static int last;
    private static int answer;

    @BeforeAll
    static void start() {
        model = ModelFolder.read(Path.of("models/toy"), Device.cpu());
        recording = Recording.of(model, TEXT, model.encode(TEXT), Findings.needed(true));
        Findings findings = Findings.of(model, new HeadCards(model).of(recording), recording, true);
        last = recording.length() - 1;
        answer = Distribution.likeliest(recording.logits(last));
        page = folder.resolve("attention.html");
        AttentionPage.write(page, PageContent.of(recording, findings));
        browser = new Browser(folder);
    }

    @AfterAll
    static void stop() {
        browser.close();
        model.close();
    }

    @BeforeEach
    void open() {
        browser.size(1280, 1000);
        browser.requests();
        openAt("");
    }

    private static void openAt(String address) {
        browser.driver().get("about:blank");
        browser.driver().get(page.toUri() + address);
        browser.until("return document.documentElement.dataset.ready === 'yes'");
        browser.until(SHOWN);
    }

    @AfterEach
    void the_console_is_silent() {
        browser.assertSilent();
    }

    private static String story() {
        return (String) browser.script("return document.querySelector('.story').innerText.replaceAll('\\u00a0', ' ')");
    }

    /** The probability of a bar by its word; NaN if it has none. */
    private static double bar(String word) {
        Object value = browser.script(
                "return [...document.querySelectorAll('.bars li')].find(each => each.children[0].textContent === arguments[0])?.dataset.probability",
                word);
        return value == null || value.equals("") ? Double.NaN : Double.parseDouble((String) value);
    }

    private static String shown(int token) {
        return model.tokenizer().vocabulary().shown(token);
    }

    private static void click(String selector) {
        browser.script("document.querySelector(arguments[0]).click()", selector);
    }

    private static void turn(String head) {
        click("[role=switch][aria-label='head " + head + "']");
    }

    private static double without(int layer, int head) {
        return Math.exp(new Ablation(model, recording, last, answer).without(layer, Set.of(head)));
    }

    private static String percent(double share) {
        return (String) browser.script(
                "const p = 100 * arguments[0]; return (p < 9.95 || p >= 99 ? p.toFixed(1) : p.toFixed(0)) + ' %'", share);
    }

    @Test
    void opens_on_a_head_whose_removal_changes_the_answer_and_says_by_how_much() {
        int layer = ((Long) browser.script("return heed.page.state.layer")).intValue();
        int head = ((Long) browser.script("return heed.page.state.head")).intValue();
        float[] weights = recording.weights(layer, head)[last];
        int read = 0;
        for (int key = 1; key <= last; key++) {
            read = weights[key] > weights[read] ? key : read;
        }
        assertThat(story())
                .contains("After “the” the model expects “" + shown(answer) + "”")
                .contains("head %d·%d looks back at “%s” (%s of its attention)"
                        .formatted(layer, head, recording.encoded().shown().get(read), percent(weights[read])))
                .contains("“%s” falls to %s and “".formatted(shown(answer), percent(without(layer, head))))
                .contains("comes first");
    }

    @Test
    void bars_are_the_likeliest_next_words_and_the_rest() {
        Distribution next = new Distribution(recording.logits(last));
        assertThat(bar(shown(answer))).isEqualTo(next.probability(answer), within(1e-6));
        double sum = ((Number) browser.script(
                        "return [...document.querySelectorAll('.bars li')].reduce((sum, each) => sum + +each.dataset.probability, 0)"))
                .doubleValue();
        assertThat(sum).isEqualTo(1, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "0, 2"})
    void a_head_that_is_switched_off_moves_the_bars_to_what_the_model_says_without_it(int layer, int head) {
        turn(layer + "·" + head);
        browser.until("return document.querySelector('.answer .hint').textContent.startsWith(arguments[0])",
                "Head %d·%d is off, as it was recorded".formatted(layer, head));
        assertThat(bar(shown(answer))).isEqualTo(without(layer, head), within(1e-4));
        turn(layer + "·" + head);
        browser.until("return document.querySelector('.answer .hint').textContent === ''");
        assertThat(bar(shown(answer)))
                .isEqualTo(new Distribution(recording.logits(last)).probability(answer), within(1e-6));
    }

    @Test
    void two_heads_that_are_off_are_said_to_be_unknown() {
        turn("0·1");
        turn("0·2");
        browser.until("return document.querySelector('.answer .hint').textContent.startsWith('Heads 0·1 and 0·2 are off, but this page')");
        assertThat(bar(shown(answer)))
                .isEqualTo(new Distribution(recording.logits(last)).probability(answer), within(1e-6));
    }

    @Test
    void a_word_that_is_chosen_tells_what_it_reads_and_what_may_follow_it() {
        browser.script("document.querySelectorAll('.words .chip')[7].click()");
        browser.until("return document.querySelector('.story').textContent.startsWith('After “dog”')");
        int layer = ((Long) browser.script("return heed.page.state.layer")).intValue();
        int head = ((Long) browser.script("return heed.page.state.head")).intValue();
        float[] weights = recording.weights(layer, head)[7];
        for (int key = 0; key <= 7; key++) {
            String title = (String) browser.script("return document.querySelectorAll('.words .chip')[arguments[0]].title", key);
            assertThat(Float.parseFloat(title.replace("weight ", ""))).isEqualTo(weights[key], within(1e-7f));
        }
        Distribution next = new Distribution(recording.logits(7));
        int expected = Distribution.likeliest(recording.logits(7));
        assertThat(bar(shown(expected))).isEqualTo(next.probability(expected), within(1e-6));
    }

    @Test
    void cards_hold_the_numbers_of_the_recording() {
        openAt("#head=1.1");
        HeadComputation expected = HeadComputation.of(model, recording, last, 1, 1);
        browser.script("document.querySelectorAll('.card details').forEach(each => each.open = true)");
        browser.until("return document.querySelectorAll('.card table').length === 7");
        assertThat(column("scores", 1)).isEqualTo(floats(expected.scores()));
        assertThat(column("softmax", 1)).isEqualTo(floats(expected.weights()));
        assertThat(column("embedding", 1)).isEqualTo(floats(expected.embedding()));
        assertThat(column("embedding", 2)).isEqualTo(floats(expected.positionVector()));
        List<Float> blend = column("blend", 1);
        for (int d = 0; d < blend.size(); d++) {
            assertThat(blend.get(d)).isEqualTo(expected.blend()[d], within(1e-5f));
        }
        List<Float> lengths = column("layer", 1);
        for (int head = 0; head < 4; head++) {
            assertThat(lengths.get(head)).isEqualTo((float) expected.others()[head], within(1e-4f));
        }
        assertThat(lengths.get(4)).isEqualTo((float) expected.feedForward(), within(1e-4f));
    }

    private static List<Float> floats(float[] values) {
        List<Float> floats = new ArrayList<>();
        for (float value : values) {
            floats.add(value);
        }
        return floats;
    }

    /** A column of a card's table. */
    private static List<Float> column(String stage, int column) {
        List<?> cells = (List<?>) browser.script(
                "return [...document.querySelectorAll(`[data-stage=${arguments[0]}] tbody tr`)].map(row => row.children[arguments[1]].textContent)",
                stage,
                column);
        return cells.stream().map(cell -> Float.parseFloat((String) cell)).toList();
    }

    @Test
    void words_and_switches_are_worked_with_the_keyboard_alone() {
        browser.script("document.querySelector('.chip[aria-checked=true]').focus()");
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        browser.until("return document.querySelector('.story').textContent.startsWith('After “sat”')");
        assertThat(browser.script("return document.activeElement.ariaLabel")).asString().startsWith("sat, word 9");
        browser.press(Keys.END);
        browser.until("return document.querySelector('.story').textContent.startsWith('After “the”')");
        browser.script("document.querySelector('[role=switch]').focus()");
        browser.press(Keys.SPACE);
        browser.until("return document.querySelector('[role=switch]').ariaChecked === 'false' && heed.page.state.off === '0·0'");
        browser.script("document.getElementById('tab-first').focus()");
        browser.press(Keys.ARROW_RIGHT);
        browser.until("return document.getElementById('heat-maps').checkVisibility() && !document.getElementById('first').checkVisibility()");
        browser.press(Keys.ARROW_LEFT);
        browser.until("return document.getElementById('first').checkVisibility()");
    }

    @Test
    void the_address_keeps_what_is_chosen() {
        openAt("#at=7&head=0.2&off=1.1");
        browser.until("return document.querySelector('.story').textContent.startsWith('After “dog”')");
        assertThat(browser.script("return heed.page.state.off + ' ' + heed.page.state.layer + heed.page.state.head")).isEqualTo("1·1 02");
        turn("1·1");
        browser.until("return location.hash === '#at=7&head=0.2'");
        openAt("#head=9.9&off=9.9&at=99");
        assertThat(story()).startsWith("After “the”");
        assertThat(browser.script("return heed.page.state.off")).isEqualTo("");
    }

    @Test
    void the_picture_has_the_words_the_sentence_and_the_head() throws Exception {
        browser.element("save-picture").click();
        int layer = ((Long) browser.script("return heed.page.state.layer")).intValue();
        int head = ((Long) browser.script("return heed.page.state.head")).intValue();
        Path svg = folder.resolve("head-%d-%d.svg".formatted(layer, head));
        for (int i = 0; i < 200 && !(Files.exists(svg) && Files.size(svg) > 0); i++) {
            Thread.sleep(50);
        }
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        String text = document.getDocumentElement().getTextContent();
        assertThat(text).containsIgnoringCase("head %d·%d looks back at".formatted(layer, head))
                .contains(TEXT, "other");
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 360", "light, 640"}) // 640: a window of 1280 at 200 %
    void shuts_nobody_out_and_fits(String theme, int width) {
        browser.size(width, 1000);
        browser.script("heed.page.change({theme: arguments[0]}); heed.page.lookAt(7)", theme);
        turn("0·0");
        browser.until("return document.querySelector('.answer .hint').textContent !== ''");
        browser.script("document.querySelectorAll('.card details').forEach(each => each.open = true)");
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations().stream()
                        .map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml()))
                .isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat(browser.script("return [...document.querySelectorAll('button, summary')].filter(each => each.checkVisibility())"
                        + ".map(each => each.getBoundingClientRect()).filter(box => box.width < 24 || box.height < 24).length"))
                .isEqualTo(0L);
    }

    @Test
    void nothing_is_asked_for_but_the_file() {
        turn("0·0");
        browser.until("return location.hash !== ''");
        assertThat(browser.requests())
                .map(address -> address.replaceAll("#.*", ""))
                .containsOnly(page.toUri().toString());
    }

    @Test
    void a_cell_tells_which_parts_wrote_its_score() {
        String of = "return heed.page.state.layer + '.' + heed.page.state.head";
        browser.element("tab-maps").click();
        browser.until("return document.querySelectorAll('#why-table tbody tr').length === 3");
        String[] place = ((String) browser.script(of)).split("\\.", -1);
        int layer = Integer.parseInt(place[0]);
        int head = Integer.parseInt(place[1]);
        int key = Links.readBy(recording, layer, head, last).key();
        ScoreAttribution score =
                ScoreAttribution.of(model, recording, new ScoreAttribution.Cell(layer, head, last, key));
        for (int rank = 0; rank < 3; rank++) {
            String shown = (String) browser.script(
                    "return document.querySelectorAll('#why-table tbody tr')[arguments[0]].lastChild.textContent", rank);
            double term = Double.parseDouble(shown.replace('−', '-'));
            assertThat(term).isEqualTo(score.largest().get(rank).value(), within(.006));
        }
        assertThat((String) browser.script("return document.querySelector('#why-table tbody').textContent"))
                .contains("the feed-forward network of layer 0");
    }
}
