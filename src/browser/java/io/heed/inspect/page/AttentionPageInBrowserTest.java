package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.inspect.files.RandomRecordings;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.heed.inspect.AttentionFlow;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.HeadAblation;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.Recording;
import io.heed.inspect.Rollout;
import io.heed.inspect.Tensor;
import io.heed.inspect.page.PageContent.Found;
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
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            recordings.add(new RandomRecordings(i, LAYERS, HEADS, 8).read(TOKENS));
            found.add(new Found("step " + i, 10 * i, recordings.get(i), findings(i)));
        }
        page = folder.resolve("attention.html");
        AttentionPage.write(page, new PageContent(found));
        browser = new Browser(folder);
    }

    private static Findings findings(int step) {
        List<HeadCard> cards = new ArrayList<>();
        for (int head = 0; head < LAYERS * HEADS; head++) {
            Map<HeadMeasure, Double> measures = Map.of(HeadMeasure.ENTROPY, head == 5 ? 9.0 : (head + step) / 16.0);
            String sentence = "It is head number %d%s.".formatted(head, step == 0 ? "" : " after step " + step);
            String elsewhere = head == 2 ? "It is another." : "";
            String circuit = head == 2 ? "It has its part." : "";
            cards.add(new HeadCard(head / HEADS, head % HEADS, null, sentence, elsewhere, circuit, measures));
        }
        List<HeadAblation> ablations =
                List.of(new HeadAblation(0, 2, -.5 - step, -.25), new HeadAblation(1, 0, .125, 0));
        List<List<LensLayer.Guess>> positions = Collections.nCopies(
                TOKENS.size(), List.of(new LensLayer.Guess("x", step == 0 ? "<b>mat" : "rug" + step, .75)));
        List<LensLayer> lens =
                List.of(new LensLayer(-1, positions), new LensLayer(0, positions), new LensLayer(1, positions));
        return new Findings(cards, MadeUp.evidence(ablations, lens), List.of(), lengths(step));
    }

    private static List<Tensor> lengths(int step) {
        float[] lengths = new float[HEADS * TOKENS.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (float) Math.sqrt(1 + i + 100 * step);
        }
        Tensor ofLayer = new Tensor(new long[] {HEADS, TOKENS.size()}, lengths);
        return Collections.nCopies(LAYERS, ofLayer);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.requests();
        openMaps(page);
    }

    private static void openMaps(Path page) {
        browser.open(page);
        browser.element("tab-maps").click();
        browser.until("return heed.panels[0].layout?.width > 0");
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
        browser.until("return document.getElementById('cell').textContent.startsWith('tan reads \" o\"')");
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
        browser.until("return heed.panels[0].layout.row > 0");
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
        browser.until("return document.querySelectorAll('#similar-heads button').length === 5"); // the last to come
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
        browser.until("return document.getElementById('cell').textContent.startsWith('tan reads \" The\"')");
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
        assertThat(browser.script("return document.querySelectorAll('img, b > *, td > :not([data-cell]), th > *').length"))
                .isEqualTo(0L);
        assertThat(browser.text("lens-table")).contains("<b>mat 75\u00a0%");
    }

    @Test
    void whole_words_are_the_sum_over_keys_and_the_mean_over_queries() {
        browser.press("w");
        browser.until("return heed.page.maps[0].units.length === 5"); // [BOS] The orangutan (attack) sat
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
        assertThat(browser.text("card-elsewhere")).isEqualTo("Elsewhere: It is another.");
        assertThat(browser.text("card-circuit")).isEqualTo("In the circuit: It has its part.");
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

    @Test
    void the_first_screen_is_of_the_recording_that_is_chosen() {
        browser.element("tab-first").click();
        browser.script("const list = document.querySelector('.choice select'); list.value = 2; list.dispatchEvent(new Event('change'))");
        browser.script("document.querySelectorAll('.chip')[3].click()");
        for (int key = 0; key <= 3; key++) {
            browser.until("return Math.abs(parseFloat(document.querySelectorAll('.chip')[arguments[0]].title.slice(7)) - arguments[1]) < 1e-6",
                    key, recordings.get(2).weights(1, 0)[3][key]);
        }
        assertThat(browser.script("return document.querySelector('.story').textContent.replaceAll('\\u00a0', ' ')"))
                .asString()
                .startsWith("After “ran” the model expects “rug2” (75 %).Head 1·0 look");
    }

    @Test
    void what_is_known_of_heads_is_that_of_the_recording_that_is_shown() {
        browser.script("heed.page.change({recording: 2, layer: 0, head: 2})");
        browser.until("return document.getElementById('ablation-text').textContent.includes('-2.5 nats')");
        assertThat(browser.text("card-sentence")).isEqualTo("It is head number 2 after step 2.");
        assertThat(browser.text("ablation-text")).contains("“ mat”", "50\u00a0%");
        browser.until("return document.getElementById('lens-table').textContent.includes('rug2 75\\u00a0%')");
        browser.choose("sort", "entropy");
        assertThat(browser.script("return document.querySelectorAll('#heads button')[1].ariaLabel"))
                .isEqualTo("layer 1, head 3, entropy 0.563"); // (7 + 2) / 16
    }

    @Test
    void figures_are_drawn_against_the_steps_and_keys_and_clicks_on_them_change_the_step() {
        browser.script("heed.page.change({layer: 0, head: 3}); document.getElementById('training-chart').focus()");
        assertThat(browser.element("training-title").getText()).isEqualTo("How layer 0, head 3 developed");
        browser.press(Keys.ARROW_RIGHT);
        browser.until("return heed.page.state.recording === 1");
        assertThat(browser.element("slider").getDomProperty("value")).isEqualTo("1");
        assertThat(browser.element("training-chart").getDomAttribute("aria-valuetext"))
                .isEqualTo("step 1: entropy 0.25"); // (3 + 1) / 16
        browser.press(Keys.END);
        browser.until("return heed.page.state.recording === 2");
        browser.script("const box = document.querySelector('#training-chart svg').getBoundingClientRect();"
                + "document.querySelector('#training-chart svg').dispatchEvent(new MouseEvent('click',"
                + "{bubbles: true, clientX: box.left + 33}))");
        browser.until("return heed.page.state.recording === 0");
        List<?> rows = (List<?>)
                browser.script("return [...document.querySelectorAll('#training-table tr')].map(row => row.textContent)");
        assertThat(rows).isEqualTo(List.of("stepentropy", "00.188", "100.25", "200.313"));
    }

    @Test
    void a_figure_stands_where_its_axes_say() {
        browser.script("heed.page.change({recording: 1, layer: 0, head: 3})");
        Object point = browser.script("""
                const panel = document.querySelector('#training-chart svg');
                const mark = panel.querySelector('circle[r="4"]');
                const lines = [...panel.querySelectorAll('line')].slice(0, 3);
                const y = i => +lines[i].getAttribute('y1');
                const x = end => +lines[0].getAttribute('x' + end);
                return [(mark.cx.baseVal.value - x(1)) / (x(2) - x(1)),
                    (y(0) - mark.cy.baseVal.value) / (y(0) - y(2))].map(share => share.toFixed(3)).join()
                """);
        assertThat(point).isEqualTo("0.500,0.028"); // step 10 of 0 to 20; 4/16 of 0 to 9, which head 5 has
    }

    @Test
    void a_value_weighted_map_is_each_weight_times_the_length_of_what_the_key_writes() throws Exception {
        browser.choose("what", "value");
        browser.until("return heed.page.maps[0].what === 'value'");
        pointAtCell(5, 2);
        browser.until("return document.getElementById('cell').textContent.startsWith('tan is written to by \" o\"')");
        float length = lengths(0).get(1).get(0, 2);
        assertThat(numberAfter("a·‖v·W_O‖", browser.element("cell").getText()))
                .isEqualTo(recordings.get(0).weights(1, 0)[5][2] * length);
        browser.press("c");
        assertThat(downloadedText("value-layer-1-head-0.csv")).contains("key_token,value_weighted,score");
    }

    @Test
    void rollout_is_that_of_java_for_every_layer() {
        browser.choose("what", "rollout");
        double[][][] rollout = Rollout.of(recordings.get(0));
        for (int layer = 0; layer < LAYERS; layer++) {
            browser.script("heed.page.change({layer: arguments[0]})", layer);
            browser.until("return heed.page.maps[0].what === 'rollout' && heed.page.maps[0].layer === arguments[0]", layer);
            assertThat(values()).hasSize(36);
            for (int query = 0; query <= LAST; query++) {
                for (int key = 0; key <= query; key++) {
                    assertThat(values().get(query * (query + 1) / 2 + key).doubleValue())
                            .isEqualTo((float) rollout[layer][query][key]);
                }
            }
        }
        assertThat(browser.element("score").isDisplayed()).isFalse();
    }

    @Test
    void flow_is_that_of_java() {
        browser.choose("what", "flow");
        browser.until("return heed.page.maps[0].what === 'flow' && heed.page.maps[0].flows[0].done");
        for (int query = 0; query <= LAST; query++) {
            double[] flow = AttentionFlow.to(recordings.get(0), query);
            for (int key = 0; key <= query; key++) {
                assertThat(values().get(query * (query + 1) / 2 + key).doubleValue())
                        .isEqualTo(flow[key], within(1e-6));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Number> values() {
        return (List<Number>) browser.script("return Array.from(heed.page.maps[0].values)");
    }

    @Test
    void the_head_that_reads_most_alike_is_told_with_its_figure_and_a_click_goes_there() {
        browser.script("heed.page.change({layer: 0, head: 1})");
        browser.until("return document.querySelectorAll('#similar-heads li').length === 5");
        int best = -1;
        double most = -1;
        for (int other = 0; other < LAYERS * HEADS; other++) {
            double alike = other == 1 ? -1 : alike(0, 1, other / HEADS, other % HEADS);
            best = alike > most ? other : best;
            most = Math.max(most, alike);
        }
        String name = "layer %d, head %d".formatted(best / HEADS, best % HEADS);
        assertThat(browser.script("return document.querySelector('#similar-heads li').textContent"))
                .isEqualTo(name + " " + Double.valueOf("%.3g".formatted(most)));
        browser.script("document.querySelector('#similar-heads button').click()");
        browser.until("return document.querySelector('#maps h2').textContent.startsWith(arguments[0])", name);
    }

    /** 1 − JSD / ln 2 as ½ Σ p·log₂(p/m) + ½ Σ q·log₂(q/m), m the mean of p and q. */
    private static double alike(int layer, int head, int otherLayer, int otherHead) {
        float[][] one = recordings.get(0).weights(layer, head);
        float[][] other = recordings.get(0).weights(otherLayer, otherHead);
        double sum = 0;
        for (int query = 1; query <= LAST; query++) {
            for (int key = 0; key <= query; key++) {
                double mean = ((double) one[query][key] + other[query][key]) / 2;
                sum += one[query][key] * Math.log(one[query][key] / mean) / 2;
                sum += other[query][key] * Math.log(other[query][key] / mean) / 2;
            }
        }
        return 1 - sum / LAST / Math.log(2);
    }

    @Test
    void recordings_without_room_are_told_and_chinese_and_emoji_are_read() {
        List<String> tokens = new ArrayList<>(List.of("猫", "が", "座", "🐈", "\ud83d"));
        tokens.addAll(Collections.nCopies(515, "Ġ上"));
        Recording large = new RandomRecordings(1, 12, 12, 2).read(tokens);
        Path file = folder.resolve("several.html");
        AttentionPage.write(file, MadeUp.content(List.of(large, large, large)));
        openMaps(file);
        assertThat(browser.text("notice")).contains("leaves out 1, 2");
        assertThat(browser.element("recordings").isDisplayed()).isFalse();
        assertThat(browser.script("return heed.page.units(heed.page.first).slice(0, 4).map(unit => unit.label).join('')"))
                .isEqualTo("猫が座🐈");
        assertThat(browser.script("return document.getElementById('what').options[3].disabled")).isEqualTo(true); // flow
    }

    @ParameterizedTest
    @CsvSource({"light, map", "light, lines", "dark, map", "dark, lines"})
    void axe_finds_nothing_that_shuts_anybody_out(String theme, String view) {
        browser.script("heed.page.change({theme: arguments[0], view: arguments[1], other: 1})", theme, view);
        browser.until("return document.querySelectorAll('.panel').length === 2");
        assertThat(violations()).isEmpty();
        browser.script("heed.page.change({what: 'rollout'})");
        browser.until("return heed.page.maps[0].what === 'rollout'");
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
        String start = "\"step 0\",1,0,6,\"Ġ%s\",3,\"ran\",".formatted(ATTACK);
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

    private static String downloadedText(String name) throws IOException, InterruptedException {
        return Files.readString(downloaded(name));
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
        AttentionPage.write(large, PageContent.of(new RandomRecordings(1, 12, 12, 2).read(words), Findings.NONE));
        openMaps(large);
        for (int head : new int[] {7, 8}) {
            browser.script("heed.panels[0].map = null; heed.page.change({layer: 4, head: arguments[0]})", head);
            browser.until(
                    "return heed.panels[0].map && document.querySelector('#maps h2').textContent.startsWith(arguments[0])",
                    "layer 4, head " + head);
        }
        assertThat(browser.text("notice")).contains("rounded to within 2.2 %");
    }
}
