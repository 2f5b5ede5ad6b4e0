package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.inspect.AttentionFlow;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.Rollout;
import io.heed.inspect.files.RandomRecordings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What the pages compute, word and lay out, held to what Java computes and to what is worked out by hand. */
class PureScriptsTest {

    private static final List<String> TOKENS = List.of("ĠThe", "Ġo", "ran", "gu", "tan", "Ġsat");
    private static final String PURE = "/io/heed/inspect/page/pure/";

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
        for (String name : List.of(
                "numbers",
                "base85",
                "planes",
                "words",
                "maps",
                "heads",
                "flow",
                "kinds",
                "colours",
                "heat-map",
                "arcs",
                "csv",
                "why",
                "page")) {
            scripts.know(PURE + name + ".js");
        }
        scripts.know("/io/heed/serve/model/asked.js");
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    private static Value run(String script) {
        return scripts.run(script);
    }

    /** What a promise gives. */
    private static Value kept(String script) {
        return Scripts.kept(run(script));
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    private static double[] numbers(Value list) {
        double[] numbers = new double[(int) list.getArraySize()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.getArrayElement(i).asDouble();
        }
        return numbers;
    }

    /** Lets scripts know a recording by a name, as the server tells it. */
    private static void tell(String name, Recording recording) {
        List<Object> tokens = new ArrayList<>();
        for (int i = 0; i < recording.length(); i++) {
            var span = recording.encoded().spans().get(i);
            tokens.add(Map.of(
                    "token", recording.encoded().tokens().get(i),
                    "shown", recording.encoded().shown().get(i),
                    "start", span.start(),
                    "end", span.end()));
        }
        List<Object> maps = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                float[][] weights = recording.weights(layer, head);
                List<float[]> rows = new ArrayList<>();
                for (int query = 0; query < weights.length; query++) {
                    rows.add(Arrays.copyOf(weights[query], query + 1));
                }
                maps.add(Map.of("layer", layer, "head", head, "weights", rows));
            }
        }
        run("globalThis.%s = new Recording(%s, null)"
                .formatted(
                        name,
                        json(Map.of(
                                "text", recording.text(),
                                "tokens", tokens,
                                "layers", recording.layers(),
                                "heads", recording.heads(),
                                "maps", maps))));
    }

    /** Lets scripts know a page of these recordings as {@code page}. */
    private static void open(Recording... recordings) {
        List<String> names = new ArrayList<>();
        for (Recording recording : recordings) {
            names.add("told" + names.size());
            tell(names.get(names.size() - 1), recording);
        }
        run("""
                globalThis.page = new Page({...askedNumbers(), recordings: [%s]}, {matches: false});
                page.recordings.forEach((each, index) => each.index = index);
                """.formatted(String.join(", ", names)));
    }

    @Nested
    class Measures {

        @ParameterizedTest
        @CsvSource({"1, 2, 4", "2, 3, 2", "3, 1, 1"})
        void rollout_is_that_of_java(long seed, int layers, int heads) {
            Recording recording = new RandomRecordings(seed, layers, heads, 8).read(TOKENS);
            tell("recording", recording);
            double[][][] expected = Rollout.of(recording);
            for (int layer = 0; layer < layers; layer++) {
                double[] square = numbers(kept("rollout(recording, %d)".formatted(layer)));
                for (int i = 0; i < square.length; i++) {
                    assertThat(square[i]).isEqualTo(expected[layer][i / TOKENS.size()][i % TOKENS.size()]);
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"1, 1, 2", "2, 2, 4", "3, 3, 2", "4, 4, 1"})
        void flow_is_that_of_java(long seed, int layers, int heads) {
            Recording recording = new RandomRecordings(seed, layers, heads, 8).read(TOKENS);
            tell("recording", recording);
            double[][] expected = AttentionFlow.of(recording);
            Value flow = kept("flow(recording, %d)".formatted(layers - 1));
            while (!flow.getMember("done").asBoolean()) {
                flow.invokeMember("go", 0);
            }
            double[] triangle = numbers(flow.getMember("values"));
            for (int query = 0, at = 0; query < TOKENS.size(); query++) {
                for (int key = 0; key <= query; key++, at++) {
                    assertThat(triangle[at]).isEqualTo(expected[query][key], within(1e-6));
                }
            }
        }

        /** Through one layer there is one way: (A/2 + I/2) itself. */
        @Test
        void flow_through_one_layer_is_the_pipe_itself_and_the_row_that_is_looked_at_comes_first() {
            tell("recording", Maps.of(List.of("a", "b", "c"), new float[][] {
                {1, 0, 0}, {.25f, .75f, 0}, {.5f, .125f, .375f}
            }));
            Value flow = kept("flow(recording, 0)");
            flow.invokeMember("go", 1);
            flow.invokeMember("go", 2); // the row that was begun is ended before
            assertThat(numbers(flow.getMember("values"))).containsExactly(0, .125, .875, 0, 0, 0);
            for (int i = 0; i < 3; i++) {
                flow.invokeMember("go", 2);
            }
            assertThat(numbers(flow.getMember("values"))).containsExactly(0, .125, .875, .25, .0625, .6875);
        }

        @ParameterizedTest
        @CsvSource({"1, 2, 3", "2, 1, 4"})
        void similarity_is_that_of_java(long seed, int layers, int heads) {
            Recording recording = new RandomRecordings(seed, layers, heads, 8).read(TOKENS);
            tell("recording", recording);
            double[][] expected = HeadSimilarity.of(recording).matrix();
            for (int one = 0; one < expected.length; one++) {
                for (int other = 0; other < expected.length; other++) {
                    double alike = run("alike(recording.weights(%d, %d), recording.weights(%d, %d), %d)"
                                    .formatted(one / heads, one % heads, other / heads, other % heads, TOKENS.size()))
                            .asDouble();
                    assertThat(alike).isEqualTo(expected[one][other], within(1e-12));
                }
            }
        }

        @Test
        void similarity_of_one_key_and_two_is_worked_by_hand() {
            // p = (0, 1), q = (½, ½), their mean (¼, ¾): H = ¼·ln 4 + ¾·ln 4/3, less ½·ln 2 for q
            double divergence = Math.log(4) / 4 + 3 * Math.log(4 / 3.) / 4 - Math.log(2) / 2;
            assertThat(run("alike([1, 0, 1], [1, .5, .5], 2)").asDouble())
                    .isEqualTo(1 - divergence / Math.log(2), within(1e-12));
        }

        @Test
        void a_value_weighted_map_is_each_weight_times_its_keys_length() {
            assertThat(numbers(run("""
                    kinds.value.values({length: 2, lengthsOf: () => [3, 5], weights: () => Float32Array.of(1, .25, .75)}, 0, 0)
                    """))).containsExactly(3, .75, 3.75);
        }
    }

    @Nested
    class Numbers {

        @ParameterizedTest
        @EnumSource(PagePrecision.class)
        void come_out_of_their_planes_as_they_went_in(PagePrecision precision) {
            float[] weights = {0, 1, .5f, .3333333f, .7071f, 1e-4f};
            double[] read = numbers(run("new Planes(Uint8Array.from(%s), %d).numbers(1, 6)"
                    .formatted(json(ints(precision.planes(weights))), precision.bytes())));
            double error = Map.of(PagePrecision.BITS_32, 0., PagePrecision.BITS_16, .00196, PagePrecision.BITS_8, .022)
                    .get(precision);
            for (int i = 0; i < read.length; i++) {
                assertThat(read[i]).isEqualTo(weights[i + 1], within(error * weights[i + 1]));
            }
        }

        @Test
        void come_out_of_their_text_as_they_went_in() {
            for (int length = 0; length < 12; length++) {
                byte[] bytes = new byte[length];
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (37 * i + 250);
                }
                String text = new String(Base85.encode(bytes, length), US_ASCII);
                assertThat(numbers(run("Array.from(bytesOf(%s))".formatted(json(text)))))
                        .containsExactly(
                                IntStream.of(ints(bytes)).asDoubleStream().toArray());
            }
        }

        @Test
        void have_the_byte_above_added_in_each_map() {
            String two = "Uint8Array.of(7, 1,2, 1,0,255, 9, 1,1, 2,2,2, 100)"; // the last belongs to no first plane
            assertThat(numbers(run("Array.from(restored(%s, 2, 3))".formatted(two))))
                    .containsExactly(7, 8, 10, 9, 10, 8, 9, 10, 11, 12, 13, 14, 100);
        }

        @Test
        void of_a_pair_that_a_window_hides_are_known_to_be_hidden() {
            String window = "{size: 2, layers: [1]}";
            assertThat(run("hides(%s, 1, 3, 1)".formatted(window)).asBoolean()).isTrue();
            assertThat(run("hides(%s, 1, 3, 2)".formatted(window)).asBoolean()).isFalse();
            assertThat(run("hides(%s, 0, 3, 1)".formatted(window)).asBoolean()).isFalse();
            assertThat(run("hides(null, 1, 3, 1)").asBoolean()).isFalse();
        }

        private static int[] ints(byte[] bytes) {
            int[] ints = new int[bytes.length];
            for (int i = 0; i < ints.length; i++) {
                ints[i] = bytes[i] & 0xff;
            }
            return ints;
        }

        @Test
        void negative_ones_come_out_of_their_planes_too() {
            byte[] planes = PagePrecision.BITS_32.planes(new float[] {-1.5f, 26.36147f, -1e-9f});
            assertThat(numbers(run("new Planes(Uint8Array.from(%s), 4).numbers(0, 3)".formatted(json(ints(planes))))))
                    .containsExactly(-1.5f, 26.36147f, -1e-9f);
        }

        @Test
        void are_written_as_the_shortest_decimal_that_reads_back() {
            Random random = new Random(7);
            float[] numbers = new float[300];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(20) - 10));
            }
            Value written = run("Array.from(Float32Array.from(%s), exact)".formatted(json(numbers)));
            for (int i = 0; i < numbers.length; i++) {
                BigDecimal read = new BigDecimal(written.getArrayElement(i).asString()).stripTrailingZeros();
                assertThat(read.floatValue()).isEqualTo(numbers[i]);
                if (read.precision() > 1) {
                    BigDecimal shorter = new BigDecimal(numbers[i]).round(new MathContext(read.precision() - 1));
                    assertThat(shorter.floatValue()).as(read.toString()).isNotEqualTo(numbers[i]);
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"32, 0.33333334", "16, 0.333", "8, 0.33"})
        void have_no_more_digits_than_are_known(int bits, String written) {
            assertThat(run("known(Math.fround(1 / 3), %d)".formatted(bits)).asString())
                    .isEqualTo(written);
        }

        @ParameterizedTest
        @CsvSource({"1234.5, 1230", "0.000123456, 0.000123", "NaN, –", "Infinity, –", "2, 2"})
        void are_told_with_three_digits(String value, String told) {
            assertThat(run("number(%s)".formatted(value)).asString()).isEqualTo(told);
        }
    }

    @Nested
    class Words {

        private static Value labels(String field) {
            return run("unitsOf(told0, true).map(unit => unit.%s).join('|')".formatted(field));
        }

        @Test
        void are_merged_of_tokens_up_to_the_next_that_begins_one() {
            open(new RandomRecordings(1, 1, 1, 2)
                    .read(List.of("[BOS]", "ĠThe", "Ġo", "ran", "gu", "tan", "Ġthe", "Ġthe")));
            assertThat(labels("label").asString()).isEqualTo("[BOS]|The|orangutan|the|the");
            assertThat(labels("place").asString()).isEqualTo("||| (6)| (7)");
            assertThat(labels("tokens").asString()).isEqualTo("0|1|2,3,4,5|6|7");
            assertThat(run("hasParts(told0)").asBoolean()).isTrue();
        }

        @Test
        void in_quotes_leave_their_own_out_and_long_ones_are_cut_between_characters() {
            assertThat(run("inQuotes('\" cat\"') + inQuotes('\"')").asString()).isEqualTo("“ cat”“\"”");
            assertThat(run("shortened('🐈🐈🐈', 3) + shortened('🐈🐈🐈', 2)").asString())
                    .isEqualTo("🐈🐈🐈🐈…");
        }

        @Test
        void have_the_sum_over_a_keys_tokens_and_the_mean_over_a_querys() {
            // tokens a | b c: the row of b c is the mean of (½, ½) and (¼, ¼ + ½)
            assertThat(numbers(run("merged([1, .5, .5, .25, .25, .5], [{tokens: [0]}, {tokens: [1, 2]}])")))
                    .containsExactly(1, .375, .625);
        }
    }

    @Nested
    class Heads {

        @BeforeEach
        void cards() {
            run("""
                    globalThis.known3 = {layers: 1, heads: 3, ablations: [{layer: 0, head: 1, zero: -2, mean: 0}, {layer: 0, head: 0, zero: 1, mean: 0}],
                      cards: [.5, NaN, .75].map((entropy, head) => ({layer: 0, head, measures: {entropy}}))};
                    globalThis.orderBy = sort => ordered(known3, {sort, layerFilter: -1, headFilter: -1}).map(each => each.head).join("");
                    """);
        }

        @Test
        void come_with_the_largest_figure_first_and_those_without_one_last() {
            assertThat(run("orderBy('')").asString()).isEqualTo("012");
            assertThat(run("orderBy('entropy')").asString()).isEqualTo("201");
        }

        @Test
        void come_with_the_largest_loss_first() {
            assertThat(run("orderBy('loss without it (zero)')").asString()).isEqualTo("102");
        }

        @Test
        void are_ranked_as_they_are_sorted() {
            assertThat(run("rank(known3, 'entropy', '0 0')").asString()).isEqualTo("2 of 3");
            assertThat(run("rank(known3, 'entropy', '0 1')").asString()).isEqualTo("–");
            assertThat(run("rank(known3, 'loss without it (zero)', '0 1')").asString())
                    .isEqualTo("1 of 2");
        }
    }

    @Nested
    class ThePage {

        private static final float[][] EVEN = {{1, 0}, {.5f, .5f}};
        private static final float[][] FIRST = {{1, 0}, {1, 0}};

        @BeforeEach
        void two_recordings() {
            open(Maps.of(List.of("a", "b"), EVEN), Maps.of(List.of("a", "\"b\""), FIRST));
        }

        @Test
        void tells_what_has_changed_once_and_takes_maps_where_they_change() {
            run("globalThis.heard = []; page.watch(changed => heard.push([...changed].join('+')))");
            run("page.change({query: 1}); page.change({query: 1}); page.change({zoom: 1})");
            assertThat(run("heard.join()").asString()).isEqualTo("query,zoom");
            run("page.change({head: 0, layer: 0, what: 'rollout'})");
            assertThat(run("heard.join()").asString()).isEqualTo("query,zoom,what,maps");
            assertThat(numbers(run("page.maps[0].values"))).containsExactly(1, .25, .75);
        }

        @Test
        void tells_a_tab_all_that_changed_when_it_opens_and_not_before() {
            run("globalThis.heard = []; page.watchIn('maps', changed => heard.push([...changed].join('+')))");
            run("page.change({query: 1}); page.change({zoom: 1})");
            assertThat(run("heard.length").asInt()).isZero();
            run(
                    "page.change({tab: 'maps'}); page.change({zoom: 2}); page.change({tab: 'first'}); page.change({zoom: 3})");
            assertThat(run("heard.join()").asString()).isEqualTo("query+zoom+tab,zoom");
        }

        @Test
        void subtracts_recordings_of_one_length() {
            run("page.change({other: 1, comparison: 'difference'})");
            assertThat(run("page.maps.length").asInt()).isEqualTo(1);
            assertThat(numbers(run("page.maps[0].values"))).containsExactly(0, -.5, .5);
        }

        @ParameterizedTest
        @CsvSource({"linear, 0, .25", "root, 0, .5", "linear, .3, 0", "largest, 0, .5"})
        void places_a_value_on_the_scale(String scale, String threshold, double strength) {
            run("page.state.scale = '%s'; page.state.threshold = %s".formatted(scale, threshold));
            assertThat(run("page.strength({top: 1, values: [.5, -.25]}, -.25)").asDouble())
                    .isEqualTo(strength);
        }

        @Test
        void goes_from_the_first_colour_of_a_scale_to_the_last() {
            assertThat(run("[0, .5, 1, 2].map(at => css(colourAt(palettes.light.scale, at))).join(' ')")
                            .asString())
                    .isEqualTo(
                            "rgb(255,255,255) rgb(106,174,214) rgb(8,48,107) rgb(8,48,107)"); // step 128 of 255, 2.008
            // of 4
        }

        @Test
        void writes_a_row_for_each_pair_by_rfc_4180() {
            run("page.change({recording: 1})");
            assertThat(run("csv(page)").asString().lines())
                    .containsExactly(
                            "recording,layer,head,query,query_token,key,key_token,weight",
                            "\"a\"\"b\"\"\",0,0,0,\"a\",0,\"a\",1",
                            "\"a\"\"b\"\"\",0,0,1,\"\"\"b\"\"\",0,\"a\",1",
                            "\"a\"\"b\"\"\",0,0,1,\"\"\"b\"\"\",1,\"\"\"b\"\"\",0");
        }
    }

    @Nested
    class Layout {

        private void lay(int length) {
            open(new RandomRecordings(5, 1, 1, 4).read(Collections.nCopies(length, "Ġword")));
            Scripts.kept(run("page.takeMaps()"));
            run("globalThis.widthOf = text => 6 * text.length; globalThis.map = page.maps[0]");
        }

        @Test
        void of_a_heat_map_finds_each_cell_where_it_lies_and_none_above_the_diagonal() {
            lay(7);
            run("globalThis.layout = heatMap.layout(page, map, 500, widthOf)");
            assertThat(run("""
                    (() => {
                      const wrong = [];
                      for (let query = 0; query < 7; query++) {
                        for (let key = 0; key < 7; key++) {
                          const {x, y, width, height} = heatMap.box({query, key}, layout);
                          const hit = heatMap.at(map, layout, x + width / 2, y + height / 2);
                          if (key <= query ? hit?.query !== query || hit.key !== key : hit !== null) wrong.push([query, key]);
                        }
                      }
                      return wrong.join(" ");
                    })()""").asString()).isEmpty();
            assertThat(run("layout.width <= 500 && layout.cell === 40").asBoolean())
                    .isTrue();
        }

        @Test
        void of_arcs_finds_who_reads_on_the_left_and_who_is_read_on_the_right() {
            lay(7);
            run("globalThis.layout = arcs.layout(page, map, 500, widthOf)");
            assertThat(run("JSON.stringify(arcs.at(map, layout, layout.left - 1, layout.top + 3.5 * layout.row))")
                            .asString())
                    .isEqualTo(run("JSON.stringify({side: 'query', query: 3, key: strongestKey(map, 3)})")
                            .asString());
            assertThat(run("arcs.at(map, layout, layout.right + 1, layout.top + 2.5 * layout.row).key")
                            .asInt())
                    .isEqualTo(2);
            assertThat(run("arcs.at(map, layout, 0, layout.top - 1)").isNull()).isTrue();
        }

        @Test
        void of_arcs_draws_the_strongest_of_many_and_all_of_the_one_that_is_pointed_at() {
            lay(60);
            run(
                    "globalThis.port = {x: 0, y: 0, width: 500, height: 22 * 56}; globalThis.layout = arcs.layout(page, map, 500, widthOf)");
            run("globalThis.drawn = strongest(page, map, layout, port)");
            assertThat(run("drawn.length").asInt())
                    .isEqualTo(600); // 10 for each of 56 rows in sight and 2 at either end
            assertThat(
                            run("drawn.every((arc, i) => i === 0 || arc.led > drawn[i - 1].led || arc.strength >= drawn[i - 1].strength)")
                                    .asBoolean())
                    .isTrue();
            run("page.state.hover = {query: 40, key: 0, side: 'query'}; drawn = strongest(page, map, layout, port)");
            assertThat(run("drawn.every(arc => arc.query === 40 && arc.strength >= .01)")
                            .asBoolean())
                    .isTrue();
            assertThat(run("drawn.length").asInt())
                    .isEqualTo(
                            run("Array.from({length: 41}, (_, key) => map.values[place(40, key)]).filter(value => value >= .01).length")
                                    .asInt());
        }
    }

    @Test
    void parts_of_a_score_are_found_by_their_cell_and_put_in_words() {
        run("why = {parts: [{name: 'token', layer: -1, head: -1}, {name: 'position', layer: -1, head: -1},"
                + " {name: 'attention bias', layer: 0, head: -1}, {name: 'norm bias', layer: -1, head: -1},"
                + " {name: 'bias', layer: -1, head: -1}],"
                + " cells: [{layer: 1, head: 2, query: 5, key: 3, terms: [{query: 1, key: 0, value: -2.5}]}]}");
        assertThat(run("JSON.stringify(termsOf(why, {layer: 1, head: 2, query: 5, key: 3}))")
                        .asString())
                .isEqualTo("[{\"query\":{\"name\":\"position\",\"layer\":-1,\"head\":-1},"
                        + "\"key\":{\"name\":\"token\",\"layer\":-1,\"head\":-1},\"value\":-2.5}]");
        assertThat(run("termsOf(why, {layer: 1, head: 2, query: 5, key: 4})").isNull())
                .isTrue();
        assertThat(run("why.parts.map(part => writer(part, '“cat”', 5).join('')).join('|')")
                        .asString())
                .isEqualTo(
                        "the word “cat”|position 5|the attention bias of layer 0|the norm’s bias|the projection’s bias");
        assertThat(run("[2.5, -2.5, -.004].map(signed).join(' ')").asString()).isEqualTo("+2.50 −2.50 0.00");
    }
}
