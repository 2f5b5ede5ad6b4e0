package io.heed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.inspect.page.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page of a run that has ended in a real browser, held to the events that it was made from. */
class TrainingPageInBrowserTest {

    private static final Path EVENTS = Path.of("src/test/resources/fixtures/watch/frames.jsonl");

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Path page;
    private static List<JsonNode> events;

    @BeforeAll
    static void start() throws IOException {
        byte[] lines = Files.readAllBytes(EVENTS);
        events = Files.readString(EVENTS).lines().map(JsonMapper.shared()::readTree).toList();
        page = folder.resolve("training.html");
        TrainingPage.write(page, "toy </title>", lines);
        browser = new Browser(folder);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.size(1280, 1000);
        browser.requests();
        openAt("");
    }

    @AfterEach
    void the_console_is_silent_and_nothing_is_asked_for_but_the_file() {
        browser.assertSilent();
        assertThat(browser.requests())
                .map(address -> address.replaceAll("#.*", ""))
                .isSubsetOf(page.toUri().toString(), "about:blank");
    }

    private static void openAt(String address) {
        browser.driver().get("about:blank");
        browser.driver().get(page.toUri() + address);
        browser.until("return document.documentElement.dataset.ready === 'yes'");
        drawn();
    }

    /** Waits until what was chosen is on the screen. */
    private static void drawn() {
        browser.driver()
                .executeAsyncScript("requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))");
    }

    private static List<JsonNode> of(String type) {
        return events.stream().filter(event -> event.path("type").asString().equals(type)).toList();
    }

    private static JsonNode frame(int index) {
        List<JsonNode> frames = of("frame");
        return frames.get(index < 0 ? frames.size() + index : index);
    }

    /** The step of the first frame from a step on. */
    private static int firstFrom(int step) {
        return of("frame").stream().mapToInt(each -> each.path("step").asInt()).filter(each -> each >= step).findFirst().orElseThrow();
    }

    private static int shownStep() {
        return Integer.parseInt(browser.text("shown-step").replace("step ", ""));
    }

    private static void press(CharSequence... keys) {
        browser.press(keys);
        drawn();
    }

    private static void click(String selector) {
        browser.script("document.querySelector(arguments[0]).click()", selector);
        drawn();
    }

    /** The answer's probability as the bars show it. */
    private static double answer() {
        return Double.parseDouble((String) browser.script("return document.querySelector('.bars li').dataset.probability"));
    }

    private static void shows(JsonNode frame) {
        assertThat(shownStep()).isEqualTo(frame.path("step").asInt());
        JsonNode first = frame.path("next").path(0);
        assertThat(answer()).isEqualTo(first.path("probability").asDouble(), within(1e-12));
        assertThat((String) browser.script("return document.querySelector('.bars .name').textContent"))
                .isEqualTo(first.path("shown").asString());
    }

    @Test
    void opens_on_the_last_frame_and_says_how_the_run_ended() {
        shows(frame(-1));
        assertThat(browser.text("doing")).isEqualTo("complete");
        assertThat(browser.driver().getTitle()).isEqualTo("Heed: %s learns".formatted(of("began").get(0).path("name").asString()));
        assertThat(browser.element("controls").isDisplayed()).isFalse();
        assertThat(browser.element("follow").isDisplayed()).isFalse();
    }

    @Test
    void keys_go_through_the_frames() {
        press(Keys.ARROW_LEFT);
        shows(frame(-2));
        press(Keys.HOME);
        shows(frame(0));
        press(Keys.ARROW_RIGHT);
        press(Keys.ARROW_RIGHT);
        shows(frame(2));
        press(Keys.END);
        shows(frame(-1));
        assertThat(browser.text("doing")).isEqualTo("complete");
        press(Keys.ARROW_LEFT);
        press(Keys.ARROW_RIGHT);
        shows(frame(-1));
        assertThat(browser.text("doing")).isEqualTo("complete");
    }

    @Test
    void maps_say_of_which_step_they_are() {
        press(Keys.HOME);
        assertThat(browser.text("heads-title")).isEqualTo("All heads as at step 0");
        press(Keys.END);
        assertThat(browser.text("reading-title")).endsWith("as at step " + frame(-1).path("step").asInt());
    }

    @Test
    void the_slider_says_its_step_and_loss() {
        browser.script("document.getElementById('frame').focus()");
        press(Keys.HOME);
        press(Keys.ARROW_RIGHT);
        shows(frame(1));
        assertThat((String) browser.script("return document.getElementById('frame').getAttribute('aria-valuetext')"))
                .startsWith("step " + frame(1).path("step").asInt() + ", loss ");
    }

    @Test
    void captions_are_told_at_their_step_with_their_head() {
        List<JsonNode> captions = of("caption");
        press(Keys.HOME);
        for (JsonNode caption : captions.stream().filter(each -> each.path("head").isNumber()).toList()) {
            browser.script(
                    "[...document.querySelectorAll('#story button')].find(each => `${each.children[0].textContent}: ${each.children[1].textContent}` === arguments[0]).click()",
                    caption.path("text").asString());
            drawn();
            assertThat(shownStep()).as("the first frame that has it").isEqualTo(firstFrom(caption.path("step").asInt()));
            JsonNode last = captions.stream()
                    .filter(each -> each.path("step").asInt() <= shownStep())
                    .reduce((one, other) -> other)
                    .orElseThrow();
            assertThat(browser.text("caption-step") + ": " + browser.text("caption-text"))
                    .isEqualTo(last.path("text").asString());
        }
        JsonNode last = captions.stream()
                .filter(each -> each.path("head").isNumber())
                .reduce((one, other) -> other)
                .orElseThrow();
        assertThat((String) browser.script("return document.querySelector('#heads [aria-checked=true] b').textContent"))
                .isEqualTo(last.path("layer").asInt() + "·" + last.path("head").asInt());
    }

    /** Of several captions in a short time only the last is read aloud. */
    @Test
    void captions_are_read_aloud() {
        String last = of("caption").get(of("caption").size() - 1).path("text").asString();
        browser.until("return document.getElementById('heard').textContent === arguments[0]", last);
        assertThat((String) browser.script("return document.getElementById('heard').getAttribute('role')"))
                .isEqualTo("status");
    }

    @Test
    void buttons_go_from_caption_to_caption() {
        List<Integer> steps = of("caption").stream().map(each -> firstFrom(each.path("step").asInt())).distinct().toList();
        assertThat(steps).as("some lie between frames").hasSizeGreaterThan(1).isNotEqualTo(of("caption").stream()
                .map(each -> each.path("step").asInt()).distinct().toList());
        press(Keys.HOME);
        assertThat(browser.element("earlier").isEnabled()).isFalse();
        for (int step : steps) {
            click("#later");
            assertThat(shownStep()).isEqualTo(step);
        }
        assertThat(browser.element("later").isEnabled()).isFalse();
        click("#earlier");
        assertThat(shownStep()).isEqualTo(steps.get(steps.size() - 2));
    }

    /** The frame that is nearest to step 300 is that of step 292. */
    @Test
    void marks_and_the_story_lead_to_the_first_frame_with_the_caption() {
        browser.script("heed.watch.take({type: 'caption', step: 300, layer: 0, head: 2, measure: 'induction', value: .5, text: 'step 300: here'})");
        drawn();
        for (String last : List.of("#marks path:last-child", "#story li:last-child button")) {
            press(Keys.HOME);
            browser.script("document.querySelector(arguments[0]).dispatchEvent(new MouseEvent('click', {bubbles: true}))", last);
            drawn();
            assertThat(shownStep()).as(last).isEqualTo(313);
            assertThat(browser.text("caption-text")).isEqualTo("here");
        }
    }

    @Test
    void plays_from_the_first_frame_to_the_last() {
        click("#play");
        assertThat(shownStep()).isLessThan(frame(-1).path("step").asInt());
        assertThat(browser.text("play")).isEqualTo("Stop");
        browser.until("return document.getElementById('play').textContent === 'Play'");
        shows(frame(-1));
    }

    /** The weight of a cell as the event holds it: the halves are spread over the maps in order. */
    @Test
    void a_map_says_the_weight_under_the_pointer() {
        click("#heads button:nth-child(2)");
        browser.script("const canvas = document.querySelectorAll('#heads canvas')[1]; const {left, top, width, height} = canvas.getBoundingClientRect();"
                + "const side = heed.watch.moment().words.length;"
                + "canvas.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: left + .5 / side * width, clientY: top + 1.5 / side * height}))");
        double weight = ((Number) browser.script("return heed.watch.moment().maps[1][1]")).doubleValue();
        String said = browser.text("cell");
        assertThat(said).startsWith("head 0·1: ").contains("(word 1) reads", "(word 0) with weight ");
        assertThat(Double.parseDouble(said.replaceAll(".*weight ", ""))).isEqualTo(weight, within(weight / 500));
        assertThat(browser.script("return Math.round([0, 1].reduce((sum, key) => sum + heed.watch.moment().maps[1][1 + key], 0) * 1000)"))
                .as("a row sums to one")
                .isEqualTo(1000L);
    }

    @Test
    void every_head_says_what_the_answer_is_without_it() {
        JsonNode last = frame(-1);
        double without = last.path("without").path(1).path(0).asDouble();
        String title = (String) browser.script("return document.querySelectorAll('#heads button')[4].title");
        assertThat(title).contains("at step %d: ".formatted(last.path("step").asInt()));
        assertThat(Double.parseDouble(title.replaceAll("(?s).*without this head ", ""))).isEqualTo(without);
    }

    @Test
    void the_address_keeps_the_step_the_head_and_the_word() {
        int step = frame(3).path("step").asInt();
        openAt("#step=%d&head=1.2&at=4".formatted(step));
        shows(frame(3));
        assertThat((String) browser.script("return document.querySelector('#heads [aria-checked=true] b').textContent"))
                .isEqualTo("1·2");
        assertThat((String) browser.script("return document.querySelector('.chips [aria-checked=true]').ariaLabel"))
                .contains("word 4");
        press(Keys.ARROW_RIGHT);
        browser.until("return location.hash === arguments[0]", "#step=%d&head=1.2&at=4".formatted(frame(4).path("step").asInt()));
    }

    @Test
    void the_losses_are_there_as_a_table() {
        click("#loss-numbers summary");
        long steps = Stream.concat(of("frame").stream().filter(each -> each.path("loss").isNumber()), of("evaluated").stream())
                .map(each -> each.path("step").asInt())
                .distinct()
                .count();
        browser.until("return document.querySelectorAll('#loss-table tbody tr').length === arguments[0]", steps);
    }

    /** A window of 1280 at 200 % is 640 wide. */
    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 360", "light, 640"})
    void shuts_nobody_out_and_fits(String theme, int width) {
        browser.size(width, 1000);
        browser.script("heed.watch.change({theme: arguments[0]}); document.querySelectorAll('details').forEach(each => each.open = true)", theme);
        drawn();
        assertThat(new AxeBuilder().analyze(browser.driver()).getViolations().stream()
                        .map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml()))
                .isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat(browser.script("return [...document.querySelectorAll('button, summary, input')].filter(each => each.checkVisibility())"
                        + ".map(each => each.getBoundingClientRect()).filter(box => box.width < 24 || box.height < 24).length"))
                .isEqualTo(0L);
    }
}
