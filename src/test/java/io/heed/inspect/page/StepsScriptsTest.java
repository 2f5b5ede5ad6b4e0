package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The explanation step by step and the example by hand, held to what is worked out by hand. */
class StepsScriptsTest {

    /** Head 1·0 at the last of three words; its weights are the softmax of its scores, ln 1, ln 6 and ln 3. */
    private static final String TOLD = """
            globalThis.word = label => ({label, unknown: false});
            globalThis.told = {words: [word("I"), word("love"), word("cats")], position: 2, head: {layer: 1, head: 0},
              next: [{token: ".", shown: ".", probability: .75}],
              rows: new Map([["0·0", [1, 0, 0]], ["1·0", [.1, .6, .3]], ["1·1", [0, 0, 1]], ["1·2", [.8, .1, .1]]]),
              computation: {query: [1, 2, 3, 4], keys: [[1, 2, 3, 4]], scores: [0, Math.log(6), Math.log(3)], weights: [.1, .6, .3]}};
            globalThis.said = (told, step) => plain(stepsOf(told)[step].sentence).replaceAll("\\u00a0", " ");
            """;

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
        for (String name : List.of("numbers", "words", "heads", "story", "steps", "by-hand", "swap", "written")) {
            scripts.know("/io/heed/inspect/page/pure/" + name + ".js");
        }
        scripts.run(TOLD);
        scripts.run("globalThis.example = " + example());
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    /** The numbers in the element that the pages hold. */
    private static String example() {
        return AttentionPage.workedExample().replaceAll("</?script[^>]*>", "");
    }

    private static String said(String script) {
        return scripts.run(script).asString();
    }

    private static double number(String script) {
        return scripts.run(script).asDouble();
    }

    @Nested
    class Steps {

        @Test
        void are_seven_sentences_on_the_chosen_word_and_head() {
            assertThat(said("stepsOf(told).map(step => step.name).join()"))
                    .isEqualTo("look-up,query,keys,scores,softmax,blend,heads");
            assertThat(said("said(told, 1)"))
                    .isEqualTo("In head 1·0, “cats” asks with its query: 4 numbers that say what it looks for.");
            assertThat(said("said(told, 3)"))
                    .isEqualTo(
                            "Query and key are multiplied number by number, summed and divided by √4: “love” fits best with 1.79, “cats” 1.10 comes next.");
            assertThat(said("said(told, 4)"))
                    .isEqualTo(
                            "Softmax turns the scores into shares: “love” gets 60 %, “cats” gets 30 %, “I” gets 10 %.");
            assertThat(said("said(told, 6)"))
                    .isEqualTo(
                            "Every head asks a question of its own: head 1·0 reads “love” 60 %, head 1·1 reads itself 100 %,"
                                    + " head 1·2 reads “I” 80 %; what all of them find leads to “.” (75 %).");
        }

        @Test
        void say_less_where_a_page_holds_less() {
            scripts.run("globalThis.bare = {...told, next: [], computation: {weights: [.1, .6, .3]}}");
            assertThat(said("said(bare, 1)")).contains("its query: a list of numbers that");
            assertThat(said("said(bare, 3)"))
                    .endsWith("divided by the root of their length: the better the two fit, the higher the score.");
            assertThat(said("said(bare, 6)")).endsWith("head 1·2 reads “I” 80 %.");
        }

        @Test
        void stay_the_longer_the_longer_they_are() {
            assertThat(number("reading(['1234567890', word('12345')])")).isEqualTo(3000 + 15 * 60);
        }
    }

    @Nested
    class Softness {

        /** Of 1, 6 and 3 the squares sum to 46, the roots to 5.1815405. */
        @ParameterizedTest
        @CsvSource({
            "1, .1, .6, .3",
            "2, .0217391, .7826087, .1956522",
            ".5, .1929928, .4727339, .3342733",
            "0, .3333333, .3333333, .3333333"
        })
        void multiplies_the_scores_before_softmax(double times, double first, double second, double third) {
            scripts.run("globalThis.made = softened(told.computation.scores, %s)".formatted(times));
            assertThat(number("made[0]")).isEqualTo(first, within(1e-7));
            assertThat(number("made[1]")).isEqualTo(second, within(1e-7));
            assertThat(number("made[2]")).isEqualTo(third, within(1e-7));
        }

        @Test
        void neither_overflows_nor_reads_what_is_hidden() {
            assertThat(said("softened([null, 900, 1000], 100).join()")).isEqualTo("0,0,1");
            assertThat(said("softened([null, 5, 5], 0).join()")).isEqualTo("0,0.5,0.5");
        }
    }

    @Nested
    class Swap {

        /** “I love cats” and “I really love dogs”: one token is new, one has changed. */
        private static final String ALIGNED =
                "[{first: 0, second: 0}, {first: null, second: 1}, {first: 1, second: 2}, {first: 2, second: 3}]";

        @Test
        void puts_a_word_in_the_place_of_a_token_and_keeps_the_space_before_it() {
            assertThat(said("swapped('the cat sat', {start: 4, end: 7}, ' dog ')"))
                    .isEqualTo("the dog sat");
            assertThat(said("swapped('the cat sat', {start: 3, end: 7}, 'dog')"))
                    .isEqualTo("the dog sat");
        }

        @ParameterizedTest
        @CsvSource({"0, 0, 0", "1, 2, 0", "2, 3, 1", "3, , 2"})
        void finds_the_token_that_corresponds_or_the_one_before(int position, Double second, int back) {
            if (second != null) {
                assertThat(number("partnerOf(%s, %d)".formatted(ALIGNED, position)))
                        .isEqualTo(second);
            }
            assertThat(number("partnerOf(reversed(%s), %d)".formatted(ALIGNED, position)))
                    .isEqualTo(back);
        }

        @Test
        void tells_what_changed_and_what_is_expected() {
            scripts.run("""
                    globalThis.tokensOf = words => words.map(token => ({token}));
                    globalThis.side = (words, position, label, probability) => ({words: words.map(word), position, next: [{token: label, shown: label, probability}]});
                    globalThis.changes = changesOf(%s, tokensOf(["I", "love", "cats"]), tokensOf(["I", "really", "love", "dogs"]));
                    globalThis.first = side(["I", "love", "cats"], 2, ".", .75);
                    globalThis.second = side(["I", "really", "love", "dogs"], 3, "!", .5);
                    globalThis.told2 = (...all) => differences(...all).map(plain).join("|").replaceAll("\u00a0", " ");""".formatted(ALIGNED));
            assertThat(said("told2(changes, first, second)"))
                    .isEqualTo(
                            "After “cats” the first expects “.” (75 %), the second “!” (50 %).|nothing became “really”, “cats” became “dogs”.");
            assertThat(said("told2(changes, first, first, 'It lies there.')"))
                    .isEqualTo("After “cats” both expect “.”: 75 % and 75 %.|It lies there.");
            assertThat(said("told2([], {...first, next: []}, first)")).isEqualTo("Both texts are the same.");
            assertThat(said("sentenceOf('both texts are alike')")).isEqualTo("Both texts are alike.");
        }

        /** “cat saw dog” beside “dog saw cat”, and beside “now cat saw dog”, whose first word the first text has not. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "dog saw cat     | 00 11 22   | .9 .1 0 | .8 .1 .1  | Head 1·0 looks at the same place in both, at “cat” and at “dog”:"
                            + " here it goes by the place in the sentence, not by the word.",
                    "dog saw cat     | 00 11 22   | .9 .1 0 | .1 .1 .8  | Head 1·0 looks at “cat” in both, though it stands elsewhere:"
                            + " here it goes by the word, not by its place.",
                    "dog saw cat     | 00 11 22   | 0 .1 .9 | .1 .8 .1  | Head 1·0 looks at “dog” in the first and at “saw”, elsewhere, in the second.",
                    "cat saw cat     | 00 11 22   | .9 .1 0 | .1 .1 .8  | Head 1·0 looks at “cat” in the first and at “cat”, elsewhere, in the second.",
                    "now cat saw dog | x0 01 12 23 | .9 .1 0 | 0 1 0 0   | ''",
                    "dog saw cat     | 00 11 22   | .4 .3 .3 | .9 .1 0  | ''",
                    "dog saw cat     | 00 11 22   | 1       | 1         | ''",
                })
        void tells_whether_a_head_goes_by_the_place_or_by_the_word(
                String other, String aligned, String one, String two, String told) {
            scripts.run("""
                    globalThis.rowOfHead = (words, weights) => ({words: words.split(" ").map(label => ({label})), tokens: words.split(" ").map(token => ({token})),
                      weights: weights.split(" ").map(Number)});
                    globalThis.pairs = text => text.split(" ").map(([i, j]) => ({first: i === "x" ? null : +i, second: +j}));""");
            assertThat(said(
                            "followed('1·0', pairs('%s'), rowOfHead('cat saw dog', '%s'), rowOfHead('%s', '%s')).map(plain).join()"
                                    .formatted(aligned, one, other, two)))
                    .isEqualTo(told);
        }

        @Test
        void names_the_head_that_restores_most() {
            assertThat(said("JSON.stringify(carrier([[.1, -2], [0, .9]]))"))
                    .isEqualTo("{\"layer\":1,\"head\":1,\"share\":0.9}");
            assertThat(scripts.run("carrier(undefined)").isNull()).isTrue();
        }
    }

    @Nested
    class Written {

        /** In “the cat sat on” the model wrote “ sat” and “ on”. */
        @ParameterizedTest
        @CsvSource({"the cat sat on the, 7-11 11-14", "the cat sat, 7-11", "the cat sad on, ''", "the dog sat on, ''"})
        void is_what_stands_before_the_first_change(String after, String left) {
            assertThat(said("kept([[7, 11], [11, 14]], 'the cat sat on', '%s').map(range => range.join('-')).join(' ')"
                            .formatted(after)))
                    .isEqualTo(left);
        }

        @ParameterizedTest
        @CsvSource({"4, 7, false", "7, 11, true", "8, 11, true", "14, 15, false", "9, 9, false"})
        void are_tokens_that_lie_in_it(int start, int end, boolean written) {
            assertThat(scripts.run("isWritten({start: %d, end: %d}, [[7, 11], [11, 14]])".formatted(start, end))
                            .asBoolean())
                    .isEqualTo(written);
        }
    }

    @Nested
    class ByHand {

        /** I·love = .03 + .16 + .35. */
        @Test
        void says_what_has_to_be_worked_out() {
            assertThat(said("sumOf(example, 'products', 0, 1)")).isEqualTo("0.1·0.3 + 0.4·0.4 + 0.5·0.7");
            assertThat(said("sumOf(example, 'scores', 0, 1)")).isEqualTo("0.54 ÷ √3");
            assertThat(said("sumOf(example, 'weights', 0, 1)"))
                    .isEqualTo("exp(0.312) ÷ (exp(0.242) + exp(0.312) + exp(0.144))");
            assertThat(said("sumOf(example, 'output', 0, 2)")).isEqualTo("0.336·0.5 + 0.36·0.7 + 0.304·0.2");
        }

        /** The sums with three decimals, worked out as they are printed, are right for every cell. */
        @Test
        void asks_for_nothing_that_its_own_sums_would_not_give() {
            scripts.run("""
                    globalThis.worked = text => Function("return " + text.replaceAll("·", "*").replaceAll("÷", "/")
                      .replaceAll(/√(\\d+)/g, "Math.sqrt($1)").replaceAll("exp", "Math.exp"))();
                    globalThis.results = tablesOf(example).filter(table => !table.given).flatMap(table => table.numbers.flatMap((row, r) => row.map((number, c) =>
                      checked(String(worked(sumOf(example, table.name, r, c))), number).right)));""");
            assertThat(number("results.length")).isEqualTo(36);
            assertThat(scripts.run("results.every(right => right)").asBoolean()).isTrue();
        }

        @ParameterizedTest
        @CsvSource({"0.54, .54", "'.54 ', .54", "'0,54', .54", "54 %, .54", "−1.5, -1.5"})
        void reads_numbers_as_people_type_them(String typed, double number) {
            assertThat(number("typedNumber('%s')".formatted(typed))).isEqualTo(number, within(1e-12));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "cat", "1.2.3", "0.5x", "."})
        void asks_for_a_number_where_there_is_none(String typed) {
            assertThat(said("checked('%s', .5).text".formatted(typed))).isEqualTo("Type a number, such as 0.25.");
        }

        @ParameterizedTest
        @CsvSource({
            "0.335, Right: 0.3358.",
            "0.34, Right: 0.3358.",
            "0.341, Not quite: 0.341 is too large.",
            "0.33, Not quite: 0.33 is too small."
        })
        void holds_a_number_right_within_half_a_hundredth(String typed, String told) {
            assertThat(said("checked('%s', .335767).text".formatted(typed))).isEqualTo(told);
        }
    }
}
