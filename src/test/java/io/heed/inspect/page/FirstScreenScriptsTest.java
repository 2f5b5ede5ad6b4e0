package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.BasicStroke;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first screen says, draws and keeps in its address, held to what is worked out by hand. */
class FirstScreenScriptsTest {

    /** A text of four tokens; after the last, “mat” is likeliest, and changes most without head 0·1, and to “rug” without 1·0. */
    private static final String TOLD = """
            globalThis.text = "the cat sat zebra";
            globalThis.tokens = [{token: "[BOS]", shown: "[BOS]", start: 0, end: 0}, {token: "Ġcat", shown: '" cat"', start: 3, end: 7},
              {token: "[UNK]", shown: "[UNK]", start: 12, end: 17}, {token: "on", shown: "on", start: 0, end: 2}];
            globalThis.word = (token, probability) => ({token, shown: token, probability});
            globalThis.effect = (layer, head, probability, instead) =>
              ({layer, head, probability, log_probability: Math.log(probability), instead});
            globalThis.next = [word("mat", .8), word(".", .1), word("[EOS]", .05)];
            globalThis.effects = [effect(0, 0, .801, word("mat", .801)), effect(0, 1, .3, word("mat", .3)), effect(1, 0, .4, word("rug", .5)),
              effect(1, 1, .4, word("mat", .4))];
            globalThis.told = {words: tokens.map(token => wordOf(token, text)), position: 3, next, effects, together: [], strongest: {layer: 1, head: 0}, why: null, head: {layer: 1, head: 0},
              rows: new Map([["1·0", [.1, .7, .1, .1]], ["0·1", [.1, .3, .4, .2]], ["1·1", [0, 0, 0, 1]]])};
            globalThis.said = told => sentences(told).map(plain).join("|").replaceAll("\\u00a0", " ");
            """;

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
        for (String name :
                List.of("numbers", "words", "heads", "story", "chips", "bars", "stages", "address", "page", "maps")) {
            scripts.know("/io/heed/inspect/page/pure/" + name + ".js");
        }
        scripts.run(TOLD);
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    private static Value run(String script) {
        return scripts.run(script);
    }

    private static String said(String script) {
        return run(script).asString();
    }

    @Nested
    class Numbers {

        @ParameterizedTest
        @CsvSource({
            "0, 0 %",
            "1, 100 %",
            "0.0004, < 0.1 %",
            "0.99998, > 99.9 %",
            "0.9967, 99.7 %",
            "0.127, 13 %",
            "0.0127, 1.3 %",
            "NaN, –"
        })
        void are_percent_and_never_all_or_nothing_unless_they_are(String value, String told) {
            assertThat(said("share(%s)".formatted(value)).replace('\u00a0', ' '))
                    .isEqualTo(told);
        }

        @ParameterizedTest
        @CsvSource({"1.005, 1.00", "-2.5, −2.50", "-0.001, 0.00"})
        void of_vectors_have_two_decimals(String value, String told) {
            assertThat(said("decimals(%s)".formatted(value))).isEqualTo(told);
        }
    }

    @Nested
    class Words {

        @Test
        void are_what_was_read_or_what_they_stand_for() {
            assertThat(said("told.words.map(word => word.label + (word.unknown ? '!' : '')).join()"))
                    .isEqualTo("‹start›,cat,zebra!,on");
            assertThat(said("nextWord(word('[EOS]', 1)).label + nextWord(word('[UNK]', 1)).label"))
                    .isEqualTo("‹end›‹unknown›");
        }

        @Test
        void that_are_unknown_are_told_apart_on_maps() {
            assertThat(said("unitsOf({text, tokens}, false).map(unit => unit.label).join()"))
                    .isEqualTo("[BOS],\" cat\",[UNK] zebra,on");
        }
    }

    @Nested
    class Heads {

        @Test
        void come_by_how_much_the_answer_changes_without_them() {
            assertThat(said("byEffect(told).map(shortName).join()")).isEqualTo("0·1,1·0,1·1,0·0");
            assertThat(said("deciding(told).map(shortName).join()")).isEqualTo("1·0");
        }

        /** Both change it by a quarter: down to a half of it, or up by half of it. */
        @Test
        void that_change_it_alike_come_by_its_logarithm() {
            run(
                    "globalThis.even = {next: [word('a', .5)], effects: [effect(0, 0, .75, word('a', .75)), effect(0, 1, .25, word('b', .5))]}");
            assertThat(said("byEffect(even).map(shortName).join()")).isEqualTo("0·1,0·0"); // ln 2 and ln 1.5
        }

        /** From a half up to .95 is more than down to .2, though its logarithm changes less. */
        @Test
        void that_change_it_more_come_first() {
            run(
                    "globalThis.more = {next: [word('a', .5)], effects: [effect(0, 0, .2, word('b', .5)), effect(0, 1, .95, word('a', .95))]}");
            assertThat(said("byEffect(more).map(shortName).join()")).isEqualTo("0·1,0·0");
        }

        /** As after a word that says nothing of what follows. */
        @Test
        void that_change_the_order_of_words_alike_decide_nothing() {
            assertThat(
                            said(
                                    "deciding({next: [word('a', .063)], effects: [effect(0, 0, .062, word('b', .0625))]}).length + ''"))
                    .isEqualTo("0");
        }

        @Test
        void say_what_they_read_and_how_much_they_matter() {
            assertThat(said("plain(caption([.1, .7, .1, .1], told)).replaceAll('\\u00a0', ' ')"))
                    .isEqualTo("reads “cat” 70 %");
            assertThat(said("plain(caption([.1, .3, .2, .4], told)).replaceAll('\\u00a0', ' ')"))
                    .isEqualTo("reads itself 40 %, “cat” 30 %");
            assertThat(said("effects.map(each => matters(each, told)).join().replaceAll('\\u00a0', ' ')"))
                    .isEqualTo("hardly matters here,without it mat 30 %,carries the answer,without it mat 40 %");
        }

        @Test
        void are_shown_all_if_few_and_else_those_that_matter_and_those_to_keep() {
            String names = "headsToShow(%s, %s, [{layer: 1, head: 9}], %s).map(shortName).join()";
            String ranked = "Array.from({length: 9}, (_, i) => ({layer: 0, head: 9 - i}))";
            assertThat(said(names.formatted("{layers: 2, heads: 2}", "[]", "false")))
                    .isEqualTo("0·0,0·1,1·0,1·1");
            assertThat(said(names.formatted("{layers: 2, heads: 10}", ranked, "false")))
                    .isEqualTo("0·2,0·3,0·4,0·5,0·6,0·7,0·8,0·9,1·9");
            assertThat(run("headsToShow({layers: 2, heads: 10}, [], [], true).length")
                            .asInt())
                    .isEqualTo(20);
        }
    }

    @Nested
    class Sentences {

        @Test
        void tell_the_answer_who_carries_it_and_what_comes_without() {
            assertThat(said("said(told)"))
                    .isEqualTo(
                            "After “on” the model expects “mat” (80 %).|To find it, head 1·0 looks back at “cat” (70 % of its attention)."
                                    + "|Without this head, “mat” falls to 40 % and “rug” (50 %) comes first.");
        }

        @Test
        void number_a_word_that_the_text_has_twice() {
            assertThat(said("said({...told, words: told.words.map((word, i) => i === 2 ? told.words[1] : word)})"))
                    .contains("head 1·0 looks back at “cat” (word 1, 70 % of its attention).");
        }

        @Test
        void of_another_head_name_the_one_that_decides() {
            assertThat(said("said({...told, head: {layer: 0, head: 1}})"))
                    .isEqualTo(
                            "After “on” the model expects “mat” (80 %)."
                                    + "|To find it, head 0·1 looks at several words, most at “zebra” (40 %) and “cat” (30 %)."
                                    + "|Without this head, “mat” falls to 30 %."
                                    + "|It also needs head 1·0, which looks back at “cat” (70 % of its attention): without it, “rug” (50 %) comes first.");
        }

        @Test
        void say_where_no_single_head_decides_and_two_together_do() {
            run(
                    "globalThis.redundant = {...told, head: {layer: 1, head: 1}, effects: [effects[0], effect(1, 1, .802, word('mat', .802))],"
                            + " together: [{heads: [{layer: 0, head: 0}, {layer: 1, head: 1}], probability: .2, instead: word('rug', .6)}]}");
            assertThat(said("said(redundant)"))
                    .endsWith(
                            "|Head 1·1 looks at the word itself (100 %).|Without this head, almost nothing changes: “mat” 80 %."
                                    + "|No single head decides: without any one of them, “mat” still comes first."
                                    + "|But without 0·0 and 1·1 together, “mat” falls to 20 % and “rug” (60 %) comes first.");
        }

        @Test
        void say_what_is_read_where_nothing_is_known_of_what_comes_next() {
            assertThat(said("said({...told, next: [], effects: null, together: null})"))
                    .isEqualTo("At “on”, head 1·0 looks back at “cat” (70 % of its attention).");
        }

        @Test
        void say_why_nothing_is_known_of_the_heads() {
            assertThat(said("said({...told, effects: null, together: null, why: 'It is slow.'})"))
                    .endsWith("|Head 1·0 looks back at “cat” (70 % of its attention).|It is slow.");
        }
    }

    @Nested
    class Bars {

        private static String bars(String script) {
            return said(
                    "barsOf(%s).map(({guess, probability, before}) => [guess?.token ?? 'other', probability?.toFixed(2), before?.toFixed(2)].join(' ')).join('|')"
                            .formatted(script));
        }

        @Test
        void are_the_likeliest_words_and_all_others_as_one() {
            assertThat(bars("next, null")).isEqualTo("mat 0.80 |. 0.10 |[EOS] 0.05 |other 0.05 ");
        }

        @Test
        void keep_their_places_without_a_head_and_those_that_come_follow() {
            assertThat(bars("next, [word('rug', .5), word('mat', .3), word('.', .05)]"))
                    .isEqualTo("mat 0.30 0.80|. 0.05 0.10|rug 0.50 |other 0.15 ");
        }

        @Test
        void are_no_more_words_than_come_first_however_many_are_known() {
            assertThat(bars("next, [...next, word('hat', .01), word('rug', .01)]"))
                    .isEqualTo("mat 0.80 0.80|. 0.10 0.10|[EOS] 0.05 0.05|other 0.05 ");
        }

        @Test
        void of_an_answer_that_is_no_longer_likely_say_what_it_is_below() {
            assertThat(bars("next, [word('rug', .5), word('hat', .02)]"))
                    .isEqualTo("mat  0.80|rug 0.50 |hat 0.02 |other 0.48 ");
            assertThat(said("barsOf(next, [word('rug', .5), word('hat', .02)])[0].text")
                            .replace('\u00a0', ' '))
                    .isEqualTo("< 2.0 %");
        }
    }

    @Nested
    class Arcs {

        @Test
        void go_from_the_word_that_reads_to_those_that_are_read_the_strongest_on_top() {
            run("globalThis.boxes = [0, 100, 200].map(x => ({x, y: 50, width: 40, height: 20}))");
            Value arcs = run("arcsOf(boxes, [.75, .005, .245], 2)");
            assertThat(arcs.getArraySize()).isEqualTo(2); // a weight below a hundredth has none
            Value top = arcs.getArrayElement(1);
            assertThat(top.getMember("key").asInt()).isZero();
            assertThat(top.getMember("thick").asDouble()).isEqualTo(1 + 6 * .75);
            assertThat(top.getMember("d").asString()).startsWith("M220 50C220 ").endsWith(" 20 50");
            assertThat(top.getMember("y").asDouble()).isEqualTo(50 - (14 + 200 / 8.)); // its highest point
        }

        /** The names of the chosen head, whose arc spans the line, and of one that reads its neighbour below that arc. */
        @ParameterizedTest
        @CsvSource({"5, 0", "5, 1", "3, 0"})
        void have_names_that_cover_neither_words_nor_arcs_nor_each_other(int reader, int far) {
            run("globalThis.boxes = [0, 70, 140, 210, 280, 350].map(x => ({x, y: 80, width: 60, height: 30}))");
            run("globalThis.one = key => boxes.map((_, i) => i === key ? 1 : 0)");
            run(
                    "globalThis.heads = [['head 1·1', true, %d], ['head 0·0', false, %d]].map(([text, own, key]) => ({text, own, arcs: arcsOf(boxes, one(key), %d)}))"
                            .formatted(far, reader - 1, reader));
            Value labels = run("labelsOf(heads, boxes, boxes[%d], 500)".formatted(reader));
            assertThat(labels.getArraySize()).isEqualTo(2);
            List<Rectangle2D> covered = new ArrayList<>();
            Value boxes = run("boxes");
            for (int i = 0; i < boxes.getArraySize(); i++) {
                covered.add(rectangle(boxes.getArrayElement(i)));
            }
            List<Path2D> arcs = List.of(path(said("heads[0].arcs[0].d")), path(said("heads[1].arcs[0].d")));
            for (int i = 0; i < 2; i++) {
                Value label = labels.getArrayElement(i);
                double half = 3 * label.getMember("text").asString().length(); // of letters six pixels wide
                Rectangle2D box = new Rectangle2D.Double(
                        label.getMember("x").asDouble() - half,
                        label.getMember("y").asDouble() - 9,
                        2 * half,
                        9);
                assertThat(covered).noneMatch(other -> other.intersects(box));
                assertThat(arcs)
                        .noneMatch(arc ->
                                new BasicStroke(2).createStrokedShape(arc).intersects(box));
                assertThat(box.getMinX()).isNotNegative();
                assertThat(box.getMinY()).isNotNegative();
                covered.add(box);
            }
        }

        private static Rectangle2D rectangle(Value box) {
            return new Rectangle2D.Double(
                    number(box, "x"), number(box, "y"), number(box, "width"), number(box, "height"));
        }

        private static double number(Value box, String name) {
            return box.getMember(name).asDouble();
        }

        private static Path2D path(String d) {
            double[] at = Stream.of(d.substring(1).split("[C ]", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            Path2D path = new Path2D.Double();
            path.moveTo(at[0], at[1]);
            path.curveTo(at[2], at[3], at[4], at[5], at[6], at[7]);
            return path;
        }

        @Test
        void to_an_earlier_line_end_below_the_word() {
            run("globalThis.lines = [{x: 0, y: 0, width: 40, height: 20}, {x: 60, y: 100, width: 40, height: 20}]");
            assertThat(said("arcsOf(lines, [1, 0], 1)[0].d")).isEqualTo("M80 100C80 60 20 60 20 20");
        }
    }

    @Nested
    class Stages {

        private static final String COMPUTATION =
                "{weights: [.1, .7, .15, .05], scores: [1, 2, 3, null], query: [1, 2], "
                        + "keys: [[1, 0], [0, 1], [1, 1], [0, 0]], values: [[1, 0], [0, 1], [1, 1], [2, 2]], blend: [.35, .95], embedding: [1, 2, 3], "
                        + "position_vector: [.5, .5, .5], others: [2, 4], feed_forward: 8, after: [next[0], next[1], next[2]]}";

        private static Value stages(String computation) {
            return run("stagesOf({...told, computation: %s})".formatted(computation));
        }

        private static Value stage(String name) {
            stages(COMPUTATION);
            return run("stagesOf({...told, computation: %s}).find(stage => stage.name === '%s')"
                    .formatted(COMPUTATION, name));
        }

        private static double[] bars(String name) {
            Value bars = stage(name).getMember("bars");
            double[] values = new double[(int) bars.getArraySize()];
            for (int i = 0; i < values.length; i++) {
                values[i] = bars.getArrayElement(i).getMember("value").asDouble();
            }
            return values;
        }

        @Test
        void go_from_words_to_the_next_word() {
            assertThat(said("stagesOf({...told, computation: %s}).map(stage => stage.name).join()"
                            .formatted(COMPUTATION)))
                    .isEqualTo("words,embedding,scores,softmax,blend,layer,next");
        }

        @Test
        void add_the_position_to_the_embedding() {
            Value sum = stage("embedding").getMember("strips").getArrayElement(2);
            assertThat(sum.getMember("values").as(double[].class)).containsExactly(1.5, 2.5, 3.5);
        }

        @Test
        void show_the_words_that_are_read_most_and_the_rest_as_one() {
            assertThat(bars("softmax")).containsExactly(new double[] {.7, .15, .1, .05}, within(1e-9));
            assertThat(stage("scores")
                            .getMember("strips")
                            .getArrayElement(1)
                            .getMember("note")
                            .asString())
                    .isEqualTo("score 2.00");
        }

        @Test
        void say_who_wrote_the_query_and_the_key_where_that_is_known() {
            String terms =
                    "[{query: {name: 'head', layer: 0, head: 2}, key: {name: 'token', layer: -1, head: -1}, value: 3.104},"
                            + " {query: {name: 'position', layer: -1, head: -1}, key: {name: 'feed-forward', layer: 0, head: -1}, value: -.2}]";
            String said = said(("stagesOf({...told, computation: {...%s, why: %s}})[2].after"
                            + ".map(line => line.map(part => part.label ?? part).join('')).join('|')")
                    .formatted(COMPUTATION, terms));
            assertThat(said)
                    .isEqualTo("Of the score of cat, +3.10 is the query that head 0·2 wrote,"
                            + " times the key that the word cat wrote.");
            assertThat(stage("scores").getMember("after").getArraySize()).isZero();
        }

        @Test
        void show_lengths_as_shares_of_the_longest() {
            assertThat(bars("layer")).containsExactly(.25, .5, 1);
            assertThat(stage("layer")
                            .getMember("bars")
                            .getArrayElement(0)
                            .getMember("on")
                            .asBoolean())
                    .isTrue(); // head 1·0 is the chosen one
        }

        @Test
        void have_every_number_in_their_tables() {
            assertThat(said("stagesOf({...told, computation: %s})[2].table.rows().map(row => row.join(' ')).join('|')"
                            .formatted(COMPUTATION)))
                    .isEqualTo("0 ‹start› 1|1 cat 2|2 zebra 3|3 on hidden");
        }

        @Test
        void leave_out_what_is_not_known() {
            assertThat(stages("{weights: [.1, .7, .15, .05], after: []}").getArraySize())
                    .isEqualTo(7);
            assertThat(
                            run("stagesOf({...told, computation: {weights: [0, 0, 0, 1]}}).map(stage => stage.strips.length).join('')")
                                    .asString())
                    .isEqualTo("0000000");
        }
    }

    @Nested
    class Address {

        @Test
        void keeps_what_is_chosen() {
            String chosen =
                    "{text: 'a & b=c 100%', recording: undefined, at: 3, head: '1.0', off: '1.0 0.2', tab: 'maps', temperature: .5}";
            assertThat(said("addressOf(%s)".formatted(chosen)))
                    .isEqualTo("text=a+%26+b%3Dc+100%25&at=3&head=1.0&off=1.0+0.2&tab=maps&temperature=0.5");
            assertThat(said("JSON.stringify(chosenIn('#' + addressOf(%s)))".formatted(chosen)))
                    .isEqualTo(
                            "{\"text\":\"a & b=c 100%\",\"at\":\"3\",\"head\":\"1.0\",\"off\":\"1.0 0.2\",\"tab\":\"maps\",\"temperature\":\"0.5\"}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "#",
                    "#at=-1",
                    "#at=x",
                    "#head=1",
                    "#off=1.0,0.2",
                    "#tab=none",
                    "#text=%E0%A4%A",
                    "#constructor=1",
                    "#__proto__=1",
                    "#temperature=2.5",
                    "#temperature=0",
                    "#temperature=hot"
                })
        void passes_over_what_it_does_not_know(String address) {
            assertThat(said("JSON.stringify(chosenIn('%s'))".formatted(address)))
                    .isEqualTo("{}");
        }
    }

    @Nested
    class Choices {

        @Test
        void follow_a_token_to_its_word_and_switch_heads_off_and_on() {
            run(
                    "globalThis.page = new Page({recordings: [{text: 'orangutan sat', tokens: [{token: 'o', shown: 'o', start: 0, end: 1},"
                            + " {token: 'rangutan', shown: 'rangutan', start: 1, end: 9}, {token: 'sat', shown: 'sat', start: 10, end: 13}], length: 3}],"
                            + " bits: 32}, {matches: false}); page.takeMaps = () => {}; page.state.merge = true");
            run("page.lookAt(0)");
            assertThat(run("page.state.query").asInt()).isZero();
            assertThat(run("page.position").asInt()).isEqualTo(1); // the last token of the word
            run("page.turn('1·0'); page.turn('0·2')");
            assertThat(said("page.state.off")).isEqualTo("0·2 1·0");
            run("page.turn('1·0')");
            assertThat(said("page.off.join()")).isEqualTo("0·2");
        }
    }
}
