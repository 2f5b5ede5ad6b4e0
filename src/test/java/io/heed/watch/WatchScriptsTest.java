package io.heed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.page.Base85;
import io.heed.inspect.page.Scripts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page of a run gathers from events, and what it says and draws of them, held to what is worked out by hand. */
class WatchScriptsTest {

    /** A run of one layer with two heads that reads “the cat”, whose halves are 1; 0.25, 0.75 and 1; 0.5, 0.5. */
    private static final String RUN = """
            globalThis.began = (step, seed = 1) => ({type: "began", name: "toy", seed, step, steps: 100, layers: 1, heads: 2, vocabulary: 100, parameters: 1234567,
              context: 8, references: {uniform: 4, words: 3, pairs: 2}, grammar: true});
            globalThis.probe = {type: "probe", step: 0, text: "the cat", tokens: [{token: "the", shown: "the"}, {token: "cat", shown: "cat"}],
              planted: [{query: 1, key: 0, what: "place"}]};
            globalThis.frame = (step, loss, more = {}) => ({type: "frame", step, loss, tokens_per_second: 81234.4, seconds: 2.04, rate: .01, weights: WEIGHTS,
              next: [{token: "mat", shown: "mat", id: 1, probability: .8}, {token: "rug", shown: "rug", id: 2, probability: .1}], without: [[.7, .3]], ...more});
            globalThis.caption = (step, head, text) => ({type: "caption", step, layer: head === null ? null : 0, head, measure: head === null ? null : "previous_token", value: .6, text});
            globalThis.measured = (step, first, second) => ({type: "measured", step, planted: {place_accuracy: .25, places: 20, number_accuracy: .5, numbers: 0},
              heads: [[{previous_token: first, own_token: .1, entropy: .9}, {previous_token: second, own_token: .3, entropy: .9}]]});
            globalThis.evaluated = (step, loss) => ({type: "evaluated", step, validation_loss: loss, layers: [], sample: null});
            globalThis.fresh = (...events) => { globalThis.watch = new Watch({matches: false}); events.forEach(event => watch.take(event)); return watch; };
            """;

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
        for (String name : List.of(
                "run",
                "steps",
                "weights",
                "watch",
                "loss-chart",
                "head-cards",
                "said",
                "playing",
                "fields",
                "asking")) {
            scripts.know("/io/heed/watch/pure/" + name + ".js");
        }
        scripts.run("globalThis.WEIGHTS = `%s`;".formatted(halves(0x3c00, 0x3400, 0x3a00, 0x3c00, 0x3800, 0x3800)));
        scripts.run(RUN);
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    @BeforeEach
    void a_run_of_three_frames() {
        run(
                "fresh(began(0), probe, frame(0, null), frame(10, 3.5), caption(10, 1, 'step 10: head 0·1 first reads the previous token'), frame(20, 1.5))");
    }

    private static Value run(String script) {
        return scripts.run(script);
    }

    private static String said(String script) {
        return run(script).asString();
    }

    private static int number(String script) {
        return run(script).asInt();
    }

    private static String halves(int... bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int each : bits) {
            bytes.putShort((short) each);
        }
        return new String(Base85.encode(bytes.array(), 2 * bits.length), StandardCharsets.US_ASCII);
    }

    @Nested
    class Events {

        @Test
        void of_a_kind_are_kept_in_order() {
            assertThat(said("watch.run.frames.map(each => each.step).join()")).isEqualTo("0,10,20");
            assertThat(number("watch.run.captions.length")).isEqualTo(1);
        }

        @Test
        void of_frames_for_viewers_only_the_newest_is_kept_until_a_kept_one_comes() {
            run("watch.take(frame(21, 1.4, {live: true})); watch.take(frame(23, 1.3, {live: true}))");
            assertThat(said("watch.run.course.map(each => each.step).join()")).isEqualTo("0,10,20,23");
            run("watch.take(frame(30, 1.2))");
            assertThat(said("watch.run.course.map(each => each.step).join()")).isEqualTo("0,10,20,30");
        }

        @Test
        void of_a_run_that_restarts_replace_the_former() {
            run("watch.take({type: 'ended', step: 20, ending: 'interrupted'}); watch.take(began(0, 7))");
            assertThat(number("watch.run.frames.length + watch.run.captions.length"))
                    .isZero();
            assertThat(run("watch.run.ended").isNull()).isTrue();
            assertThat(number("watch.run.began.seed")).isEqualTo(7);
        }

        @Test
        void of_a_run_that_resumes_follow_those_up_to_there() {
            run("watch.take({type: 'ended', step: 20, ending: 'interrupted'}); watch.take(began(10))");
            assertThat(said("watch.run.course.map(each => each.step).join()")).isEqualTo("0,10");
            assertThat(number("watch.run.captions.length")).isEqualTo(1);
            assertThat(run("watch.run.ended").isNull()).isTrue();
        }

        /** A viewer typed a sentence while the run waits at a step of which a frame is kept. */
        @Test
        void of_frames_of_one_step_only_the_newer_is_shown() {
            run("watch.take({...probe, step: 20, text: 'cat'}); watch.take(frame(20, null, {live: true}))");
            assertThat(said("watch.run.course.map(each => each.step).join()")).isEqualTo("0,10,20");
            assertThat(said("watch.moment().frame.probe.text")).isEqualTo("cat");
            assertThat(run("watch.moment().frame.loss").asDouble())
                    .as("of the frame that is kept")
                    .isEqualTo(1.5);
            assertThat(number("watch.move(-1), watch.moment().step")).isEqualTo(10);
            assertThat(number("watch.move(1), watch.moment().step")).isEqualTo(20);
            run("watch.take(frame(30, 1, {live: true}))");
            assertThat(said("watch.run.course.map(each => each.step).join()")).isEqualTo("0,10,20,30");
        }

        private static final String COUNTS =
                "[watch.run.frames, watch.run.changes, watch.run.captions, watch.run.measurements].map(each => each.length).join()";

        /** A file without the frames before step 10 that is rewritten is told from its start. */
        @Test
        void of_a_later_start_that_are_told_anew_replace_the_former() {
            run(
                    "globalThis.told = [began(10), probe, frame(10, 2), {type: 'changed', step: 10, setting: 'rate', from: 1, to: .5}, measured(10, .1, .1),"
                            + " caption(10, 1, 'step 10: here'), caption(20, 1, 'step 20: there')];"
                            + "fresh(...told); told.slice(0, 6).forEach(event => watch.take(event))");
            assertThat(said(COUNTS)).isEqualTo("1,1,1,1");
            run("watch.take({...began(10), steps: 200})");
            assertThat(said(COUNTS))
                    .as("of a run that resumes there, for longer")
                    .isEqualTo("1,1,1,1");
            run("watch.take(began(10, 7))");
            assertThat(said(COUNTS)).as("of another run").isEqualTo("0,0,0,0");
        }

        @Test
        void that_a_resumed_run_tells_again_are_known_once() {
            run(
                    "globalThis.changed = (step, from, to) => ({type: 'changed', step, setting: 'rate', from, to});"
                            + "watch.take(changed(10, 1, .5)); watch.take(began(10)); watch.take(frame(10, 3.5)); watch.take(changed(10, 1, .5)); watch.take(changed(10, .5, 2))");
            assertThat(said(COUNTS)).isEqualTo("2,2,1,0");
            run("watch.take(changed(30, 2, 1)); watch.take(changed(30, 1, 2)); watch.take(changed(30, 2, 1))");
            assertThat(number("watch.run.changes.length"))
                    .as("later ones are new")
                    .isEqualTo(5);
        }

        @Test
        void after_an_end_show_that_it_was_none() {
            run("watch.take({type: 'ended', step: 20, ending: 'interrupted'}); watch.take(frame(30, 1))");
            assertThat(run("watch.run.ended").isNull()).isTrue();
        }

        @Test
        void of_frames_belong_to_the_probe_before_them() {
            run(
                    "watch.take({...probe, step: 20, text: 'cat', tokens: [probe.tokens[1]], planted: []}); watch.take(frame(30, 1))");
            assertThat(said("watch.run.frames.map(each => each.probe.tokens.length).join()"))
                    .isEqualTo("2,2,2,1");
        }
    }

    @Nested
    class Steps {

        @ParameterizedTest
        @CsvSource({"-1, -1, 0, 0", "0, 0, 0, 0", "4, 0, 0, 1", "5, 0, 0, 1", "6, 0, 1, 1", "10, 1, 1, 1", "99, 2, 2, 2"
        })
        void are_found_among_events(int step, int before, int near, int from) {
            assertThat(number("lastUpTo(watch.run.frames, %d)".formatted(step))).isEqualTo(before);
            assertThat(number("nearest(watch.run.frames, %d)".formatted(step))).isEqualTo(near);
            assertThat(number("firstFrom(watch.run.frames, %d)".formatted(step)))
                    .isEqualTo(from);
        }

        @Test
        void are_not_found_where_nothing_is() {
            assertThat(number("lastUpTo([], 3)")).isEqualTo(-1);
            assertThat(number("nearest([], 3)")).isEqualTo(-1);
            assertThat(number("firstFrom([], 3)")).isEqualTo(-1);
        }
    }

    @Nested
    class Weights {

        /** The values are those of IEEE 754, table 3.5: one, the largest, the smallest normal and subnormal, a third, minus two. */
        @ParameterizedTest
        @CsvSource({
            "15360, 1",
            "31743, 65504",
            "1024, 0.00006103515625",
            "1, 0.000000059604644775390625",
            "13653, 0.333251953125",
            "49152, -2",
            "0, 0"
        })
        void are_half_floats(int bits, double value) {
            assertThat(run("half(%d)".formatted(bits)).asDouble()).isEqualTo(value);
        }

        @Test
        void are_cut_into_the_heads_triangles() {
            assertThat(
                            said(
                                    "mapsOf(watch.run.frames[0], watch.run.began).map(map => Array.from(map).join()).join('|')"))
                    .isEqualTo("1,0.25,0.75|1,0.5,0.5");
        }
    }

    @Nested
    class Choosing {

        @Test
        void follows_the_newest_frame_until_a_step_is_chosen() {
            assertThat(number("watch.moment().step")).isEqualTo(20);
            run("watch.move(-1); watch.take(frame(30, 1))");
            assertThat(number("watch.moment().step")).isEqualTo(10);
            run("watch.follow()");
            assertThat(number("watch.moment().step")).isEqualTo(30);
        }

        @Test
        void stays_within_the_frames() {
            assertThat(number("watch.move(-9), watch.moment().step")).isZero();
            assertThat(number("watch.move(9), watch.moment().step")).isEqualTo(20);
            assertThat(number("watch.change({step: 14}), watch.moment().step")).isEqualTo(10);
        }

        @Test
        void goes_from_caption_to_caption() {
            run(
                    "watch.take(caption(20, null, 'step 20: the model predicts better than by word pairs')); watch.goTo(0)");
            assertThat(number("watch.moveToCaption(true), watch.moment().step")).isEqualTo(10);
            assertThat(number("watch.moveToCaption(true), watch.moment().step")).isEqualTo(20);
            assertThat(number("watch.moveToCaption(true), watch.moment().step")).isEqualTo(20);
            assertThat(number("watch.moveToCaption(false), watch.moment().step"))
                    .isEqualTo(10);
        }

        /** As of configs/toy.yaml with 24 frames: step 300 lies between those of steps 292 and 313, and is nearer to the first. */
        @Test
        void goes_to_the_first_frame_that_has_the_caption() {
            run(
                    "fresh(began(0), probe, frame(0, null), frame(292, 3), caption(300, 1, 'step 300: one'), caption(310, 0, 'step 310: two'), frame(313, 2), frame(334, 1), caption(400, null, 'step 400: three'))");
            run("watch.goTo(0)");
            assertThat(number("watch.moveToCaption(true), watch.moment().step")).isEqualTo(313);
            assertThat(said("captionOf(watch.moment()).sentence")).isEqualTo("two");
            assertThat(number("watch.moveToCaption(true), watch.moment().step"))
                    .as("no frame is later")
                    .isEqualTo(400);
            assertThat(said("captionOf(watch.moment()).sentence")).isEqualTo("three");
            assertThat(run("watch.hasCaption(true)").asBoolean()).isFalse();
            assertThat(number("watch.moveToCaption(false), watch.moment().step"))
                    .isEqualTo(313);
            assertThat(run("watch.hasCaption(false)").asBoolean()).isFalse();
            assertThat(number("watch.goToEvent({step: 293}), watch.moment().step"))
                    .isEqualTo(313);
        }

        @Test
        void what_a_head_reads_is_said_of_this_sentence() {
            String sentence =
                    "readingOf({words: [{label: 'on'}, {label: 'the'}], row: %s, position: 1, head: {layer: 0, head: 1}})"
                            + ".map(part => part.label ?? part).join('')";
            assertThat(said(sentence.formatted("[.25, .75]")))
                    .isEqualTo("At the in this sentence, head 0·1 looks most at that word itself: 75\u00a0%.");
            assertThat(said(sentence.formatted("[.75, .25]")))
                    .isEqualTo("At the in this sentence, head 0·1 looks most at on: 75\u00a0%.");
            assertThat(said(sentence.replace("'on'", "'the'").formatted("[.75, .25]")))
                    .isEqualTo("At the (word 1) in this sentence, head 0·1 looks most at the (word 0): 75\u00a0%.");
        }

        /** A run that was killed at step 273: frames are far apart, and there is neither a state nor an end. */
        @Test
        void follows_evaluations_and_captions_past_the_newest_frame() {
            run(
                    "fresh({...began(0), steps: 20000}, probe, frame(0, null), {...evaluated(100, 2.5), training_loss: 2.75}, measured(100, .1, .6),"
                            + " caption(100, 1, 'step 100: head 0·1 first reads the previous token'), {...evaluated(200, 1.5), training_loss: 1.75})");
            assertThat(number("watch.moment().step")).isEqualTo(200);
            assertThat(number("watch.moment().frame.step")).isZero();
            assertThat(number("progressOf(watch.moment()).at")).isEqualTo(200);
            assertThat(said("captionOf(watch.moment()).sentence")).isEqualTo("head 0·1 first reads the previous token");
            assertThat(said("Object.values(lossesOf(watch.moment())).join('|')"))
                    .isEqualTo("training 1.75 (step 200)|validation 1.5 (step 200)");
            assertThat(said("beats(watch.moment())")).startsWith("Better than word pairs");
            assertThat(said("paceOf(watch.moment())")).as("that of step 0").isEmpty();
            assertThat(run("cardOf(watch.moment(), {layer: 0, head: 1}).begun").asBoolean())
                    .isTrue();
            run("watch.goTo(0)");
            assertThat(number("watch.moment().step")).isZero();
            assertThat(said("captionOf(watch.moment()).sentence"))
                    .isEqualTo("the weights are random: the model knows nothing");
            run("watch.goToEvent(watch.run.captions[0])");
            assertThat(number("watch.moment().step")).as("no frame has it").isEqualTo(200);
        }

        @Test
        void of_the_last_frame_of_a_run_that_has_ended_is_following() {
            run("watch.take({type: 'ended', step: 23, ending: 'complete'}); watch.goTo(1); watch.goTo(2)");
            assertThat(number("watch.moment().step")).isEqualTo(23);
            assertThat(said("progressOf(watch.moment()).doing")).isEqualTo("complete");
        }

        @Test
        void ends_where_another_run_begins() {
            run("watch.goTo(1); watch.take(began(10))");
            assertThat(number("watch.state.step")).as("it resumes there").isEqualTo(10);
            run("watch.take(began(0, 7)); watch.take(probe); watch.take(frame(0, null)); watch.take(frame(1, 3))");
            assertThat(run("watch.moment().newest").asBoolean()).isTrue();
            assertThat(number("progressOf(watch.moment()).at")).isEqualTo(1);
            run("watch.goTo(0); watch.take(began(0, 7))");
            assertThat(run("watch.state.step").isNull())
                    .as("with the same seed")
                    .isTrue();
            run("watch.take(frame(0, null)); watch.goTo(0); watch.forget(); watch.take(began(0, 7))");
            assertThat(number("watch.state.step")).as("it is told again").isZero();
            run("watch.forget(); watch.forget(); watch.take(began(0, 8))");
            assertThat(run("watch.state.step").isNull())
                    .as("another is told of")
                    .isTrue();
        }

        @Test
        void shows_the_head_of_a_new_caption_then_the_one_that_the_answer_needs_most() {
            run("watch.goTo(0)");
            assertThat(number("watch.moment().head.head"))
                    .as("without head 1, .3 of .8 is left")
                    .isEqualTo(1);
            run("watch.take(caption(20, 0, 'step 20: head 0·0 first reads the previous token')); watch.goTo(2)");
            assertThat(number("watch.moment().head.head")).isZero();
            run("watch.take(frame(40, 1)); watch.follow()");
            assertThat(number("watch.moment().head.head"))
                    .as("the caption is old")
                    .isEqualTo(1);
            run("watch.change({head: {layer: 0, head: 0}})");
            assertThat(number("watch.moment().head.head")).as("chosen").isZero();
            run("watch.change({head: {layer: 3, head: 0}})");
            assertThat(number("watch.moment().head.head")).as("there is none").isEqualTo(1);
        }

        @Test
        void shows_what_the_head_reads_at_the_last_word_or_another() {
            assertThat(said("Array.from(watch.moment().row).join()")).isEqualTo("0.5,0.5");
            assertThat(said("watch.change({at: 0}), Array.from(watch.moment().row).join()"))
                    .isEqualTo("1");
        }

        @Test
        void shows_nothing_before_the_first_frame() {
            assertThat(run("fresh(began(0)).moment().frame").isNull()).isTrue();
        }
    }

    @Nested
    class Chart {

        @ParameterizedTest
        @CsvSource({"'0, 4.9, 5', '0,1,2,3,4'", "'0, 100, 3', '0,50,100'", "'0.1, 0.32, 4', '0.1,0.2,0.3'"})
        void has_round_numbers(String arguments, String numbers) {
            assertThat(said("ticks(%s).join()".formatted(arguments))).isEqualTo(numbers);
        }

        @Test
        void puts_steps_and_losses_where_they_belong() {
            run("globalThis.chart = chartOf(watch.run, 240, 136)"); // 200 wide for 100 steps, 100 high for 0 to 4 ·
            // 1.06 nats
            assertThat(said("chart.training.map(each => each.x).join()")).isEqualTo("50,70");
            assertThat(run("chart.y(4.24)").asDouble()).isEqualTo(16, within(1e-9));
            assertThat(run("chart.y(0)").asDouble()).isEqualTo(116);
            assertThat(number("chart.stepAt(70)")).isEqualTo(20);
        }

        /** Of 20 000 steps 24 have frames; evaluations are 100 steps apart. The mean of steps 1 to 833 would stand out of theirs. */
        @Test
        void draws_the_training_loss_of_evaluations_where_frames_are_far_apart() {
            run("fresh({...began(0), steps: 20000}, probe, frame(0, null));"
                    + "for (let i = 1; i < 10; i++) watch.take({...evaluated(100 * i, 1), training_loss: 4 - i / 10});"
                    + "watch.take(frame(833, 3.7)); watch.take(frame(905, 3.05, {live: true}))");
            assertThat(said("chartOf(watch.run, 240, 136).training.length > 2 ? '' : 'few'"))
                    .isEmpty();
            assertThat(said("watch.run.training.map(({step, loss}) => `${step} ${loss}`).join()"))
                    .isEqualTo("100 3.9,200 3.8,300 3.7,400 3.6,500 3.5,600 3.4,700 3.3,800 3.2,900 3.1,905 3.05");
            assertThat(said("lossRows(watch.run).at(-2).join() + '|' + lossRows(watch.run).at(-1).join()"))
                    .isEqualTo("900,3.1,1|905,3.05,");
        }

        /** Of configs/toy.yaml frames are 21 steps apart. */
        @Test
        void draws_the_training_loss_of_frames_where_evaluations_are_far_apart() {
            run(
                    "fresh(began(0), probe, frame(0, null), frame(21, 3), frame(42, 2), {...evaluated(50, 1), training_loss: 2.5}, frame(63, 1))");
            assertThat(said("watch.run.training.map(({step, loss}) => `${step} ${loss}`).join()"))
                    .isEqualTo("21 3,42 2,63 1");
        }

        @Test
        void names_the_three_lines_apart_from_one_another() {
            run("fresh({...began(0), references: {uniform: 4, words: 1.01, pairs: 1}}, probe, frame(10, 2));"
                    + "globalThis.lines = chartOf(watch.run, 240, 136).references");
            assertThat(said("lines.map(each => each.name).join()")).isEqualTo("word pairs,word frequencies,guessing");
            assertThat(run("lines[0].labelY - lines[1].labelY").asDouble()).isGreaterThanOrEqualTo(13);
        }

        @Test
        void shows_a_run_that_has_ended_to_its_end() {
            run("watch.take({type: 'ended', step: 20, ending: 'patience'})");
            assertThat(run("chartOf(watch.run, 240, 136).x(20)").asDouble()).isEqualTo(230);
        }

        @Test
        void does_not_start_at_zero_where_all_losses_are_high() {
            run("fresh({...began(0), references: {}}, probe, frame(10, 9), frame(20, 10))");
            assertThat(said("chartOf(watch.run, 240, 136).losses.map(each => each.value).join()"))
                    .isEqualTo("8.5,9,9.5,10");
        }

        @Test
        void keeps_the_first_lowest_highest_and_last_point_of_a_pixel() {
            assertThat(
                            said(
                                    "thinned([5, 3, 9, 1, 4, 7].map((loss, i) => ({x: i < 5 ? 1 + i / 100 : 2, loss}))).map(each => each.loss).join()"))
                    .isEqualTo("5,9,1,4,7");
        }
    }

    @Nested
    class Heads {

        @BeforeEach
        void are_measured() {
            run("watch.take(measured(0, .2, .1)); watch.take(measured(10, .3, .7)); watch.take(measured(20, .25, .9))");
        }

        @Test
        void are_known_by_the_measure_of_their_caption_or_their_largest() {
            assertThat(said("measureOf(watch.run, {layer: 0, head: 1})")).isEqualTo("previous_token");
            assertThat(said("measureOf(watch.run, {layer: 0, head: 0})")).isEqualTo("previous_token");
            run("fresh(began(0), measured(0, .05, .05))");
            assertThat(said("measureOf(watch.run, {layer: 0, head: 0})")).isEqualTo("own_token");
        }

        @Test
        void have_a_card_with_their_course_their_beginning_and_what_is_left_without_them() {
            run("globalThis.card = cardOf(watch.moment(), {layer: 0, head: 1})");
            assertThat(
                            said(
                                    "[card.name, card.does, card.value, card.since, card.begun, card.planted, card.without.own, card.without.left].join()"))
                    .isEqualTo("0·1,previous token,0.9,10,true,0.5,0.8,0.3");
            assertThat(said("card.course.map(each => each.value).join()")).isEqualTo("0.1,0.7,0.9");
            run("watch.goTo(0)");
            assertThat(run("cardOf(watch.moment(), {layer: 0, head: 1}).begun").asBoolean())
                    .isFalse();
        }

        /** Head 1 began at step 10 and is at .9 at step 20; the value at which a caption names it is .5. */
        @Test
        void no_longer_do_what_they_did_if_their_measure_has_fallen() {
            run(
                    "globalThis.card = () => { const {said, begun} = cardOf(watch.moment(), {layer: 0, head: 1}); return `${said.replace('\u00a0', ' ')}; ${begun}`; }");
            assertThat(said("card()")).isEqualTo("previous token 90 %, since step 10; true");
            run("watch.take(measured(30, .25, 0)); watch.take(frame(30, 1))");
            assertThat(said("card()")).isEqualTo("previous token 0 %, from step 10, no longer; false");
            run("watch.take(measured(40, .25, .5)); watch.take(frame(40, 1))");
            assertThat(said("card()")).as("again").isEqualTo("previous token 50 %, first at step 10; true");
            assertThat(said("watch.goTo(2), card()")).isEqualTo("previous token 90 %, since step 10; true");
        }

        @Test
        void are_known_by_what_they_do_now_if_it_is_not_what_they_did_first() {
            run(
                    "const heads = [[{previous_token: .25, own_token: .1}, {previous_token: .1, own_token: .6}]];"
                            + "watch.take({type: 'measured', step: 30, heads}); watch.take({...caption(30, 1, 'step 30: head 0·1 first reads its own position'), measure: 'own_token'});"
                            + "watch.take(frame(30, 1)); globalThis.now = () => cardOf(watch.moment(), {layer: 0, head: 1}).said.replace('\u00a0', ' ')");
            assertThat(said("now()")).isEqualTo("its own position 60 %, since step 30");
            assertThat(said("watch.goTo(2), now()")).isEqualTo("previous token 90 %, since step 10");
        }

        @ParameterizedTest
        @EnumSource(HeadMeasure.class)
        void do_something_from_the_value_on_at_which_a_caption_says_so(HeadMeasure measure) {
            Value clear = run("CLEAR." + measure);
            if (!clear.isNull()) {
                assertThat(clear.asDouble()).isEqualTo(measure.clear());
            } else {
                assertThat(measure.deed()).isEmpty();
            }
        }

        /** JSON has no number for what is not finite. */
        @Test
        void without_which_the_answer_is_not_known_are_not_the_one_it_needs_most() {
            run("fresh(began(0), probe, frame(10, 1, {without: [[null, .3]]}))");
            assertThat(number("watch.moment().head.head")).isEqualTo(1);
            assertThat(run("cardOf(watch.moment(), {layer: 0, head: 0}).without")
                            .isNull())
                    .isTrue();
        }

        /** Removing heads takes time, so not every frame has it. */
        @Test
        void are_missed_as_was_last_known() {
            run(
                    "watch.take(frame(30, 1, {without: null}));"
                            + "globalThis.left = () => { const {without} = cardOf(watch.moment(), {layer: 0, head: 1}); return without ? without.step : null; }");
            assertThat(number("left()")).isEqualTo(20);
            run(
                    "globalThis.told = () => saidWithout(cardOf(watch.moment(), {layer: 0, head: 1}).without).replace('\u00a0', ' ')");
            assertThat(said("told()")).isEqualTo("without it, at step 20: mat 30 %");
            assertThat(said("watch.goTo(2), told()")).isEqualTo("without it: mat 30 %");
            run("watch.follow()");
            run("watch.take({...probe, step: 30}); watch.take(frame(31, 1, {without: null, live: true}))");
            assertThat(run("left()").isNull()).as("of another sentence").isTrue();
        }

        @Test
        void read_the_link_of_the_chosen_word() {
            run(
                    "fresh(began(0), {...probe, planted: [{query: 1, key: 0, what: 'place'}, {query: 0, key: 0, what: 'copy'}]}, frame(10, 1))");
            assertThat(run("plantedShare(watch.moment(), {layer: 0, head: 0})").asDouble())
                    .isEqualTo(.25);
            assertThat(run("watch.change({at: 0}), plantedShare(watch.moment(), {layer: 0, head: 0})")
                            .asDouble())
                    .isEqualTo(1);
        }

        @Test
        void say_nothing_of_what_was_not_measured() {
            run("fresh(began(0), {...probe, planted: []}, frame(0, null, {without: null}));"
                    + "globalThis.card = cardOf(watch.moment(), {layer: 0, head: 1})");
            assertThat(
                            said(
                                    "[card.measure, card.value, card.since, card.planted, card.without].map(each => each === null).join()"))
                    .isEqualTo("true,true,true,true,true");
        }
    }

    @Nested
    class Words {

        @Test
        void say_where_the_run_is() {
            run(
                    "globalThis.progress = () => { const {at, of, doing} = progressOf(watch.moment()); return `${at}/${of} ${doing}`; }");
            assertThat(said("progress()")).isEqualTo("20/100 ");
            run("watch.take({type: 'state', paused: true, step: 25})");
            assertThat(said("progress()")).isEqualTo("25/100 paused");
            run("watch.goTo(1)");
            assertThat(said("progress()")).isEqualTo("10/100 looking back; now at step 25, paused");
            run("watch.follow(); watch.take({type: 'ended', step: 30, ending: 'patience'})");
            assertThat(said("progress()")).isEqualTo("30/100 ended early: it got no better");
        }

        @Test
        void say_that_a_run_does_not_answer() {
            run(
                    "globalThis.progress = () => { const {at, of, doing} = progressOf(watch.moment()); return `${at}/${of} ${doing}`; }");
            run("watch.take({type: 'state', paused: false, step: 25, tokens_per_second: 29290}); watch.lose()");
            assertThat(said("progress()")).isEqualTo("25/100 not answering since step 25");
            assertThat(said("paceOf(watch.moment())")).isEmpty();
            run("watch.goTo(1)");
            assertThat(said("progress()")).isEqualTo("10/100 looking back; not answering since step 25");
            run(
                    "watch.run.clear(); watch.follow(); watch.take(began(0)); watch.take({type: 'state', paused: false, step: 26})");
            assertThat(said("progress()")).as("it answers again").isEqualTo("26/100 training");
            run("watch.take({type: 'ended', step: 30, ending: 'complete'}); watch.lose()");
            assertThat(said("progress()")).isEqualTo("30/100 complete");
        }

        @Test
        void say_why_training_failed() {
            assertThat(said("failureOf(watch.run)")).isEmpty();
            run("watch.take({type: 'ended', step: 20, ending: 'failed', reason: 'the loss is not finite at step 20'})");
            assertThat(said("progressOf(watch.moment()).doing")).isEqualTo("failed");
            assertThat(said("failureOf(watch.run)")).isEqualTo("Training failed: the loss is not finite at step 20");
        }

        @Test
        void say_what_a_restart_costs() {
            run(
                    "globalThis.cost = () => { const {title, text} = restartOf(watch.run, 7); return `${title} ${text}`; }");
            assertThat(said("cost()"))
                    .isEqualTo(
                            "Restart with seed 7? The run with seed 1 is at step 20 of 100."
                                    + " Its weights, its losses and all its frames will be lost. Training starts again at step 0.");
            run("fresh(began(0, 2 ** 53))");
            assertThat(said("cost()")).as("JSON has rounded it").contains("The run is at step 0");
        }

        @Test
        void show_a_dash_for_what_is_not_finite() {
            run(
                    "watch.take({...evaluated(20, null), gradient_norm: null, layers: [{name: 'layer 0', gradient_norm: .25, update_ratio: null}]})");
            assertThat(said("healthOf(watch.moment().evaluation).map(row => row.join()).join('|')"))
                    .isEqualTo("all,–,|layer 0,0.25,–");
            assertThat(said("lossesOf(watch.moment()).validation")).isEmpty();
        }

        @Test
        void repeat_the_newest_caption() {
            assertThat(said("const {step, sentence} = captionOf(watch.moment()); step + '|' + sentence"))
                    .isEqualTo("step 10|head 0·1 first reads the previous token");
            run("watch.goTo(0)");
            assertThat(said("captionOf(watch.moment()).sentence"))
                    .isEqualTo("the weights are random: the model knows nothing");
        }

        @ParameterizedTest
        @CsvSource({
            "4.1, ''",
            "3.5, Better than guessing",
            "2.5, Better than word frequencies",
            "1.5, Better than word pairs"
        })
        void compare_the_loss_with_the_lines(double loss, String start) {
            run("fresh(began(0), probe, frame(10, %s))".formatted(loss));
            assertThat(said("beats(watch.moment())")).startsWith(start);
        }

        @Test
        void give_losses_with_the_step_of_an_earlier_evaluation() {
            run("watch.take(evaluated(10, 3.456789))");
            assertThat(said("const {training, validation} = lossesOf(watch.moment()); training + '|' + validation"))
                    .isEqualTo("training 1.5|validation 3.46 (step 10)");
        }

        @Test
        void tell_what_is_planted_and_who_reads_it() {
            assertThat(said("plantedSaid(watch.moment())"))
                    .isEqualTo("The grammar makes the word after “cat” depend on “the” (place).");
            assertThat(said("finderOf([{name: '0·0', planted: .25}, {name: '0·1', planted: .5}])")
                            .replace('\u00a0', ' '))
                    .isEqualTo("Head 0·1 reads that most: 50 %.");
        }

        @Test
        void tell_how_much_of_a_long_text_is_read() {
            assertThat(said("cutSaid(watch.moment().recording)")).isEmpty();
            assertThat(said("cutSaid({...probe, cut: 99})"))
                    .isEqualTo("Of this text the model reads the first 2 of 101 tokens.");
        }

        @Test
        void count_only_the_questions_that_were_asked() {
            run("watch.take(measured(20, .1, .1))");
            assertThat(
                            said(
                                    "answered(watch.moment()).map(each => `${each.what} ${each.accuracy} of ${each.count}`).join()"))
                    .isEqualTo("place 0.25 of 20");
        }

        @Test
        void describe_the_model_and_its_pace() {
            assertThat(said("modelOf(watch.run)"))
                    .isEqualTo(
                            "A transformer of 1 layer with 2 heads each, 1,234,567 weights in all, learns to guess the next of 100 tokens.");
            assertThat(said("paceOf(watch.moment())")).isEqualTo("81,234 tokens/s, 2.0 s");
            assertThat(said("changeOf({step: 7, setting: 'rate', from: 1, to: .5})"))
                    .as("seven steps had been taken before it")
                    .isEqualTo("from step 8 on: learning rate ×1 → 0.5");
        }
    }

    @Test
    void a_field_without_a_number_that_it_allows_has_none() {
        run("globalThis.typed = (value, step, valid) => numberIn({valueAsNumber: value, step, validity: {valid}})");
        assertThat(run("typed(.5, 'any', true)").asDouble()).isEqualTo(.5);
        assertThat(run("typed(NaN, 'any', true)").isNull()).as("it is empty").isTrue();
        assertThat(run("typed(101, 'any', false)").isNull()).isTrue();
        assertThat(number("typed(7, '1', true)")).isEqualTo(7);
        assertThat(run("typed(1.5, '1', true)").isNull()).isTrue();
        assertThat(run("typed(2 ** 53, '1', true)").isNull()).isTrue();
        assertThat(said("takes('factor on the learning rate', {min: '0', max: '100', step: 'any'})"))
                .isEqualTo("The factor on the learning rate has to be a number from 0 to 100.");
        assertThat(said("takes('seed', {min: '0', max: '9', step: '1'})"))
                .isEqualTo("The seed has to be a whole number from 0 to 9.");
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "1, 2000", "2, 4000", "4, 16000", "5, 30000", "99, 30000"})
    void a_server_that_does_not_answer_is_asked_ever_less_often(int attempts, int pause) {
        assertThat(number("pauseAfter(%d)".formatted(attempts))).isEqualTo(pause);
    }

    @ParameterizedTest
    @CsvSource({"10, 400", "100, 200", "1000, 60"})
    void playing_takes_about_twenty_seconds(int frames, int pause) {
        assertThat(number("pauseOf(%d)".formatted(frames))).isEqualTo(pause);
    }
}
