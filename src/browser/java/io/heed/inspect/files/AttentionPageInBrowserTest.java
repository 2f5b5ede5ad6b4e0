package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Recording;
import io.heed.inspect.files.PageContent.Labelled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** The attention page in a real browser, opened from the disk as by a double click. */
class AttentionPageInBrowserTest {

    private static final String ATTACK = "</script><img src=x onerror=alert(1)>";
    private static final List<String> TOKENS = List.of("[BOS]", "ĠThe", "Ġo", "ran", "gu", "tan", "Ġ" + ATTACK, "Ġsat");
    private static final int LAYERS = 2;
    private static final int HEADS = 4;
    private static final int LAST = TOKENS.size() - 1;

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static List<Recording> recordings;
    private static Path page;

    @BeforeAll
    static void start() {
        recordings = new ArrayList<>();
        List<Labelled> labelled = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            recordings.add(new RandomRecordings(i, LAYERS, HEADS, 8).read(TOKENS));
            labelled.add(new Labelled("step " + i, recordings.get(i)));
        }
        page = folder.resolve("attention.html");
        AttentionPage.write(page, new PageContent(labelled, cards(), ablations(), lens()));
        browser = new Browser(folder);
    }

    private static List<HeadCard> cards() {
        List<HeadCard> cards = new ArrayList<>();
        for (int head = 0; head < LAYERS * HEADS; head++) {
            Map<String, Double> measures = Map.of("entropy", head == 5 ? 9.0 : head / 8.0);
            cards.add(new HeadCard(head / HEADS, head % HEADS, "It is head number %d.".formatted(head), measures));
        }
        return cards;
    }

    private static List<HeadAblation> ablations() {
        return List.of(new HeadAblation(0, 2, -.5, -.25), new HeadAblation(1, 0, .125, 0));
    }

    private static List<LensLayer> lens() {
        List<List<LensLayer.Guess>> positions =
                Collections.nCopies(TOKENS.size(), List.of(new LensLayer.Guess("<b>mat", .75)));
        return List.of(new LensLayer(-1, positions), new LensLayer(0, positions), new LensLayer(1, positions));
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.requests();
        browser.open(page);
    }

    @AfterEach
    void the_console_is_silent() {
        browser.assertSilent();
    }

    private static float numberAfter(String words, String text) {
        Matcher matcher = Pattern.compile(Pattern.quote(words) + " (-?[0-9.e-]+)").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Float.parseFloat(matcher.group(1));
    }

    private static void pointAtCell(int query, int key) {
        double cell = browser.layout("cell");
        browser.pointAt(browser.layout("left") + (key + .5) * cell, browser.layout("top") + (query + .5) * cell);
    }

    @Test
    void nothing_is_asked_for_but_the_file() {
        browser.press("l");
        browser.press("c");
        assertThat(browser.requests())
                .filteredOn(address -> !address.startsWith("blob:"))
                .containsExactly(page.toUri().toString());
    }

    @Test
    void the_pointer_shows_a_cells_exact_weight_and_score() {
        pointAtCell(5, 2);
        browser.until("return document.getElementById('cell').textContent.startsWith('tan reads o')");
        Recording maps = recordings.get(0);
        assertThat(numberAfter("weight", browser.element("cell").getText())).isEqualTo(maps.weights(1, 0)[5][2]);
        assertThat(numberAfter("=", browser.element("cell").getText())).isEqualTo(maps.unmaskedScores(1, 0)[5][2]);
        browser.until("return document.getElementById('row-table').caption.textContent.startsWith('What tan (5)')");
        float sum = numberAfter("sum to", browser.text("terms-table"));
        assertThat(sum).isEqualTo(maps.unmaskedScores(1, 0)[5][2], within(.01f)); // three digits are shown
    }

    @Test
    void the_pointer_on_either_end_of_the_lines_shows_who_reads_and_who_is_read() {
        browser.press("l");
        browser.until("return panels[0].layout.row > 0");
        double y = browser.layout("top") + 4.5 * browser.layout("row");
        browser.pointAt(browser.layout("left") - 20, y);
        browser.until("return document.getElementById('row-table').caption.textContent === 'What gu (4) reads'");
        assertThat((Long) browser.script("return document.querySelectorAll('#row-table tbody tr').length"))
                .isEqualTo(5);
        browser.pointAt(browser.layout("right") + 20, y);
        browser.until("return document.getElementById('row-table').caption.textContent === 'Who reads gu (4)'");
        assertThat((Long) browser.script("return document.querySelectorAll('#row-table tbody tr').length"))
                .isEqualTo(LAST - 4 + 1);
    }

    @Test
    void the_tab_key_comes_to_every_control() {
        String stops = "return [...document.querySelectorAll('button, select, input, [tabindex]')].filter(each =>"
                + "each.tabIndex >= 0 && !each.disabled && each.checkVisibility() && (each.type !== 'radio' || each.checked))";
        long expected = ((List<?>) browser.script(stops)).size();
        browser.script("window.stops = new Set(); document.addEventListener('focusin', e => window.stops.add(e.target))");
        browser.press(Keys.TAB, (int) expected + 3);
        browser.script("window.missed = (() => {" + stops + "})().filter(each => !window.stops.has(each))");
        assertThat(browser.script("return window.missed.map(each => each.id || each.outerHTML.slice(0, 80))"))
                .isEqualTo(List.of());
        assertThat(expected).isGreaterThan(15);
    }

    @Test
    void arrow_keys_choose_a_head_and_then_a_cell() {
        browser.press("g");
        browser.press(Keys.ARROW_UP, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        browser.until("return document.querySelector('#maps h2').textContent.startsWith('layer 0, head 2')");
        browser.press("v");
        browser.press(Keys.HOME, Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_RIGHT);
        browser.until("return document.getElementById('cell').textContent.startsWith('tan reads The')");
        assertThat(numberAfter("weight", browser.element("cell").getText()))
                .isEqualTo(recordings.get(0).weights(0, 2)[5][1]);
    }

    @Test
    void a_question_mark_lists_the_keys() {
        browser.press("?");
        assertThat(browser.element("help").isDisplayed()).isTrue();
        assertThat(browser.text("help-keys")).contains("next head", "whole words", "CSV");
        browser.press(Keys.ESCAPE);
        assertThat(browser.element("help").isDisplayed()).isFalse();
    }

    @Test
    void a_token_that_looks_like_html_stays_text() {
        browser.press("l");
        browser.press("w");
        browser.press("m");
        browser.until("return document.getElementById('row-table').textContent.includes(arguments[0])", ATTACK);
        assertThat(browser.script("return document.querySelectorAll('img, b > *, td > *, th > *').length"))
                .isEqualTo(0L);
        assertThat(browser.text("lens-table")).contains("<b>mat 75 %");
    }

    @Test
    void whole_words_are_the_sum_over_keys_and_the_mean_over_queries() {
        browser.press("w");
        browser.until("return current[0].units.length === 5"); // [BOS] The orangutan (attack) sat
        browser.choose("search", "orangutan");
        browser.press("v");
        browser.press(Keys.HOME);
        browser.press(Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_RIGHT);
        browser.until("return document.getElementById('cell').textContent.startsWith('orangutan reads The')");
        float[][] weights = recordings.get(0).weights(1, 0);
        float mean = (weights[2][1] + weights[3][1] + weights[4][1] + weights[5][1]) / 4;
        assertThat(numberAfter("weight", browser.element("cell").getText())).isEqualTo(mean, within(1e-6f));
        browser.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT);
        browser.until("return document.getElementById('cell').textContent.includes('reads orangutan')");
        float sum = weights[6][2] + weights[6][3] + weights[6][4] + weights[6][5];
        assertThat(numberAfter("weight", browser.element("cell").getText())).isEqualTo(sum, within(1e-6f));
        assertThat(browser.text("found")).isEqualTo("1 found");
    }

    @Test
    void heads_are_sorted_by_a_measure_and_what_is_known_of_one_stands_beside_it() {
        browser.choose("sort", "entropy");
        assertThat(browser.script("return document.querySelector('#heads button').ariaLabel"))
                .isEqualTo("layer 1, head 1, entropy 9");
        browser.choose("sort", "loss without it (zero)");
        browser.script("document.querySelector('#heads button').click()");
        browser.until("return document.getElementById('ablation-text').textContent.includes('-0.5 nats')");
        assertThat(browser.text("card-sentence")).isEqualTo("It is head number 2.");
    }

    @Test
    void the_slider_goes_through_the_recordings_and_two_of_them_can_be_subtracted() {
        assertThat(browser.element("slider").getDomProperty("value")).isEqualTo("0");
        browser.choose("slider", "2");
        browser.choose("other", "1");
        browser.until("return document.querySelectorAll('.panel').length === 2");
        browser.choose("comparison", "difference");
        browser.until("return document.querySelectorAll('.panel').length === 1");
        pointAtCell(6, 4);
        browser.until("return document.getElementById('cell').textContent.includes('reads gu · step 2 less step 1')");
        float expected = recordings.get(2).weights(1, 0)[6][4] - recordings.get(1).weights(1, 0)[6][4];
        assertThat(numberAfter("difference", browser.element("cell").getText())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"light, map", "light, lines", "dark, map", "dark, lines"})
    void axe_finds_nothing_that_shuts_anybody_out(String theme, String view) {
        browser.script("change({theme: arguments[0], view: arguments[1], other: 1})", theme, view);
        browser.until("return document.querySelectorAll('.panel').length === 2");
        assertThat(violations()).isEmpty();
        browser.press("?");
        assertThat(violations()).isEmpty();
    }

    private static List<String> violations() {
        List<Rule> found = new AxeBuilder().analyze(browser.driver()).getViolations();
        return found.stream()
                .map(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml())
                .toList();
    }

    @Test
    void the_csv_file_has_every_pair_with_its_exact_weight_and_score() throws Exception {
        browser.press("c");
        List<String> rows = Files.readAllLines(downloaded("attention-layer-1-head-0.csv"));
        assertThat(rows).hasSize(1 + TOKENS.size() * (TOKENS.size() + 1) / 2);
        assertThat(rows.get(0)).isEqualTo("recording,layer,head,query,query_token,key,key_token,weight,score");
        String start = "\"step 0\",1,0,6,\"%s\",3,\"ran\",".formatted(ATTACK);
        String row = rows.stream()
                .filter(each -> each.startsWith(start))
                .findFirst()
                .orElseThrow();
        String[] numbers = row.substring(start.length()).split(",", -1);
        assertThat(Float.parseFloat(numbers[0])).isEqualTo(recordings.get(0).weights(1, 0)[6][3]);
        assertThat(Float.parseFloat(numbers[1])).isEqualTo(recordings.get(0).unmaskedScores(1, 0)[6][3]);
    }

    @Test
    void the_pictures_are_well_formed() throws Exception {
        browser.press("s");
        Path svg = downloaded("attention-layer-1-head-0.svg");
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        assertThat(document.getElementsByTagName("title").getLength()).isEqualTo(36); // 1 + 2 + … + 8
        assertThat(document.getElementsByTagName("img").getLength()).isZero();
        browser.press("i");
        assertThat(Files.readAllBytes(downloaded("attention-layer-1-head-0.png"))).startsWith(0x89, 'P', 'N', 'G');
    }

    private static Path downloaded(String name) throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        for (int i = 0; i < 200 && !(Files.exists(file) && Files.size(file) > 0); i++) {
            Thread.sleep(50);
        }
        assertThat(file).isNotEmptyFile();
        return file;
    }

    @Test
    void five_hundred_and_twelve_tokens_in_144_heads_open_and_change_heads() {
        Path large = folder.resolve("large.html");
        List<String> words = Collections.nCopies(512, "Ġword");
        AttentionPage.write(large, PageContent.of(new RandomRecordings(1, 12, 12, 2).read(words)));
        long start = System.nanoTime();
        browser.open(large);
        long opened = System.nanoTime();
        String change = "const done = arguments[arguments.length - 1]; const start = performance.now();"
                + "panels[0].map = null; change({layer: 4, head: 7});"
                + "const look = () => panels[0].map ? done(performance.now() - start) : requestAnimationFrame(look); look();";
        double first = ((Number) browser.driver().executeAsyncScript(change)).doubleValue();
        browser.until("return !drawingSmall && waiting.size === 0");
        double later = ((Number) browser.driver().executeAsyncScript(change.replace("7}", "8}"))).doubleValue();
        System.out.printf(
                "512 tokens, 144 heads: opened in %d ms; a head of another layer after %.0f ms at once, and %.0f ms later%n",
                (opened - start) / 1_000_000, first, later);
        assertThat(browser.text("notice")).contains("rounded to within 2.2 %");
        assertThat(first).isLessThan(10_000);
    }
}
