package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LargestTerms;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.files.RandomRecordings;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.page.PageContent.Found;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.shape.SlidingWindow;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What stands in the page, read back by the rules of docs/formats.md. */
class AttentionPageTest {

    private static final List<String> TOKENS = List.of("ĠThe", "Ġo", "ran", "gu", "tan", "Ġsat");

    private static Recording recording(long seed, List<String> tokens) {
        return new RandomRecordings(seed, 2, 3, 8).read(tokens);
    }

    private static boolean sameBits(float[] one, float[] two) {
        return Arrays.equals(bits(one), bits(two));
    }

    private static int[] bits(float[] numbers) {
        int[] bits = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            bits[i] = Float.floatToRawIntBits(numbers[i]);
        }
        return bits;
    }

    @Nested
    class TheNumbers {

        private final List<Recording> recordings = List.of(recording(1, TOKENS), recording(2, TOKENS.subList(0, 4)));
        private final PageReader page = PageReader.of(new PageContent(List.of(
                new Found("long", null, recordings.get(0), Findings.NONE),
                new Found("short", null, recordings.get(1), Findings.NONE))));

        @Test
        void are_the_recordings_weights_and_scores_bit_for_bit() {
            for (int i = 0; i < 2; i++) {
                Recording maps = recordings.get(i);
                for (int layer = 0; layer < 2; layer++) {
                    float[] scores = page.exact("scores-%d-%d".formatted(i, layer));
                    int next = 0;
                    for (int head = 0; head < 3; head++) {
                        float[] weights = page.exact("weights-%d-%d-%d".formatted(i, layer, head));
                        int start = next;
                        for (int query = 0; query < maps.length(); query++) {
                            float[] row = Arrays.copyOfRange(weights, next - start, next - start + query + 1);
                            float[] scoreRow = Arrays.copyOfRange(scores, next, next + query + 1);
                            assertThat(sameBits(row, Arrays.copyOf(maps.weights(layer, head)[query], query + 1)))
                                    .isTrue();
                            assertThat(sameBits(
                                            scoreRow,
                                            Arrays.copyOf(maps.unmaskedScores(layer, head)[query], query + 1)))
                                    .isTrue();
                            next += query + 1;
                        }
                        assertThat(weights).hasSize(next - start);
                    }
                    assertThat(scores).hasSize(next);
                }
            }
        }

        @Test
        void are_the_recordings_queries_and_keys_bit_for_bit() {
            for (int layer = 0; layer < 2; layer++) {
                assertThat(sameBits(
                                page.exact("queries-1-" + layer),
                                recordings.get(1).get(layer, Step.QUERY).values()))
                        .isTrue();
                assertThat(sameBits(
                                page.exact("keys-1-" + layer),
                                recordings.get(1).get(layer, Step.KEY).values()))
                        .isTrue();
            }
        }

        @Test
        void of_a_recording_of_weights_alone_are_weights_alone() {
            PageReader alone =
                    PageReader.of(PageContent.of(Maps.of(List.of("a", "b"), Maps.diagonal(2)), Findings.NONE));
            assertThat(alone.exact("weights-0-0-0")).containsExactly(1, 0, 1);
            assertThat(alone.has("queries-0-0")).isFalse();
            assertThat(alone.facts().path("queriesAndKeys").asBoolean()).isFalse();
        }

        @Test
        void of_a_hundred_tokens_in_144_heads_fit_3_6_megabytes_with_every_weight_and_without_scores() {
            Recording maps = new RandomRecordings(3, 12, 12, 8).read(Collections.nCopies(100, "Ġword"));
            PageReader page = PageReader.of(PageContent.of(maps, Findings.NONE));
            assertThat(page.html().length()).isLessThan(3_600_000);
            assertThat(page.exact("weights-0-11-11")).hasSize(5050);
            assertThat(page.facts().path("scores").asBoolean()).isFalse();
            assertThat(page.has("scores-0-0")).isFalse();
        }
    }

    @Test
    void the_lengths_of_what_keys_write_are_there_bit_for_bit() {
        Tensor lengths = new Tensor(new long[] {1, 2}, new float[] {.3f, 7.123456f});
        Findings findings = new Findings(List.of(), null, List.of(), List.of(lengths));
        PageReader page = PageReader.of(PageContent.of(Maps.of(List.of("a", "b"), Maps.diagonal(2)), findings));
        assertThat(page.exact("lengths-0-0")).containsExactly(.3f, 7.123456f);
        assertThat(page.recording(0).path("valueLengths").asBoolean()).isTrue();
    }

    /** What a model of two layers with four heads of width 4 computed for four tokens, which a page of the smallest text holds whole. */
    @Nested
    class TheStepsOfAModel {

        private Recording recorded;
        private Findings findings;
        private PageReader page;

        private void write(LanguageModel model, String text) {
            recorded = Recording.of(model, text, model.encode(text));
            findings = Findings.of(model, List.of(), recorded, true);
            page = PageReader.of(PageContent.of(recorded, findings));
            model.close();
        }

        private void assertHas(String id, Tensor tensor) {
            assertThat(sameBits(page.exact(id), tensor.values())).as(id).isTrue();
        }

        @Test
        void are_there_bit_for_bit() {
            write(TinyModels.words(), "the cat sat");
            for (int layer = 0; layer < 2; layer++) {
                assertHas("values-0-" + layer, recorded.get(layer, Step.VALUE));
                assertHas("residuals-0-" + layer, recorded.get(layer, Step.RESIDUAL_BEFORE));
                assertHas("written-0-" + layer, recorded.get(layer, Step.HEAD_CONTRIBUTION));
            }
            assertHas("embeddings-0", recorded.get(Step.TOKEN_EMBEDDING));
            assertHas("positions-0", recorded.get(Step.POSITION_EMBEDDING));
            assertThat(page.facts().path("values").asBoolean()).isTrue();
            assertThat(page.facts().path("streams").asBoolean()).isTrue();
            assertThat(page.recording(0).path("width").asInt())
                    .isEqualTo(recorded.get(Step.TOKEN_EMBEDDING).shape()[1]);
            assertThat(page.recording(0).path("positions").asBoolean()).isTrue();
        }

        /** As the model tells them to anyone who asks. */
        @Test
        void come_with_the_words_that_may_follow_even_if_nobody_looked_what_they_rest_on() {
            LanguageModel model = TinyModels.words();
            recorded = Recording.of(model, "the cat sat", model.encode("the cat sat"), Findings.needed(false));
            HeadStatistics statistics = new HeadStatistics(recorded.layers(), recorded.heads());
            statistics.add(recorded);
            page = PageReader.of(
                    new AttentionReport(model, "the cat sat", recorded, statistics, new HeadCards(model), false)
                            .content());
            NextWords expected = new NextWordPredictor(model)
                    .next(model.encode("the cat sat").ids(), 5);
            for (int rank = 0; rank < 5; rank++) {
                JsonNode word = page.recording(0).path("next").path(rank);
                assertThat(word.path("token").asString())
                        .isEqualTo(expected.likeliest().get(rank).token());
                assertThat(word.path("probability").asDouble())
                        .isEqualTo(expected.likeliest().get(rank).probability(), within(1e-6));
            }
            assertThat(page.recording(0).path("effects").asBoolean()).isFalse();
            model.close();
        }

        @Test
        void have_the_length_of_what_each_head_and_the_network_add() {
            write(TinyModels.words(), "the cat sat");
            float[] added = page.exact("added-0-1");
            assertThat(added).hasSize(5 * 4);
            for (int position = 0; position < 4; position++) {
                float[] head =
                        recorded.get(1, Step.HEAD_CONTRIBUTION).at(2, position).values();
                float[] network =
                        recorded.get(1, Step.FEED_FORWARD_OUTPUT).at(position).values();
                assertThat(added[2 * 4 + position]).isEqualTo(length(head), within(1e-6f));
                assertThat(added[4 * 4 + position]).isEqualTo(length(network), within(1e-6f));
            }
        }

        private static float length(float[] vector) {
            double sum = 0;
            for (float number : vector) {
                sum += (double) number * number;
            }
            return (float) Math.sqrt(sum);
        }

        @Test
        void have_no_positions_where_keys_are_rotated() {
            write(TinyModels.modern(), "the cat sat");
            assertThat(page.has("embeddings-0")).isTrue();
            assertThat(page.has("positions-0")).isFalse();
            assertThat(page.recording(0).path("positions").asBoolean()).isFalse();
        }

        @Test
        void come_with_the_effects_of_every_head_at_every_position() {
            write(TinyModels.words(), "the cat sat");
            assertThat(page.recording(0).path("effects").asBoolean()).isTrue();
            JsonNode effects = page.effects(0);
            assertThat(effects.size()).isEqualTo(4);
            HeadEffects last = findings.effects().get(3);
            JsonNode head = effects.get(3).path("heads").get(6);
            assertThat(head.path("layer").asInt()).isEqualTo(1);
            assertThat(head.path("head").asInt()).isEqualTo(2);
            assertThat(head.path("log_probability").asDouble())
                    .isEqualTo(last.heads().get(6).logProbability());
            assertThat(effects.get(3).path("next").get(0).path("token").asString())
                    .isEqualTo(last.next().get(0).token());
        }

        @Test
        void come_with_the_largest_terms_of_scores() {
            write(TinyModels.words(), "the cat sat");
            assertThat(page.recording(0).path("scoreTerms").asBoolean()).isTrue();
            LargestTerms expected = Objects.requireNonNull(findings.terms());
            JsonNode terms = page.terms(0);
            assertThat(terms.path("cells").size()).isEqualTo(expected.cells().size());
            LargestTerms.Cell cell = expected.cells().get(9);
            JsonNode told = terms.path("cells").get(9);
            assertThat(told.path("key").asInt()).isEqualTo(cell.key());
            JsonNode term = told.path("terms").get(1);
            assertThat((float) term.path("value").asDouble())
                    .isEqualTo(cell.terms().get(1).value());
            assertThat(terms.path("parts")
                            .get(term.path("query").asInt())
                            .path("name")
                            .asString())
                    .isEqualTo(expected.parts().get(cell.terms().get(1).query()).name());
            PageReader without = PageReader.of(PageContent.of(recorded, Findings.NONE));
            assertThat(without.has("terms-0")).isFalse();
            assertThat(without.recording(0).path("scoreTerms").asBoolean()).isFalse();
        }

        @Test
        void are_left_out_first_where_they_are_large() {
            int wide = 12 * 20 * 768; // of a layer: 12 heads that write 768 numbers each for 20 tokens
            Recording maps = MadeUp.even(12, 12, 20);
            Map<Trace.Place, Tensor> steps = new HashMap<>(maps.steps());
            for (int layer = 0; layer < 12; layer++) {
                for (Step step : List.of(Step.UNMASKED_SCORES, Step.QUERY, Step.KEY, Step.VALUE)) {
                    int width = step == Step.UNMASKED_SCORES ? 20 : 64;
                    put(steps, layer, step, 12, 20, width);
                }
                put(steps, layer, Step.HEAD_CONTRIBUTION, wide);
                put(steps, layer, Step.RESIDUAL_BEFORE, 20, 768);
                put(steps, layer, Step.FEED_FORWARD_OUTPUT, 20, 768);
            }
            put(steps, Trace.OUTSIDE, Step.TOKEN_EMBEDDING, 20, 768);
            PageContent content = PageContent.of(new Recording(maps.passage(), steps), Findings.NONE);
            assertThat(content.recordings().get(0).recording().has(Step.HEAD_CONTRIBUTION))
                    .as("takes memory")
                    .isFalse();
            page = PageReader.of(content);
            assertThat(page.has("values-0-11")).isTrue();
            assertThat(page.has("written-0-0")).isFalse();
            assertThat(page.has("residuals-0-0")).isFalse();
            assertThat(page.facts().path("streams").asBoolean()).isFalse();
        }

        private static void put(Map<Trace.Place, Tensor> steps, int layer, Step step, long... shape) {
            long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            steps.put(new Trace.Place(Trace.Part.DECODER, layer, step), new Tensor(shape, new float[(int) size]));
        }
    }

    @Test
    void a_window_is_named_with_its_layers() {
        SlidingWindow window = new SlidingWindow(3, List.of(1));
        Recording maps = Maps.of(List.of("a", "b"), Maps.diagonal(2));
        JsonNode told = PageReader.of(
                        PageContent.of(maps, new Findings(List.of(), null, List.of(), null, List.of(), window)))
                .recording(0)
                .path("window");
        assertThat(told.path("size").asInt()).isEqualTo(3);
        assertThat(told.path("layers").get(0).asInt()).isEqualTo(1);
        assertThat(PageReader.of(PageContent.of(maps, Findings.NONE))
                        .recording(0)
                        .path("window")
                        .isNull())
                .isTrue();
    }

    @Nested
    class Rounding {

        @ParameterizedTest
        @CsvSource({"1, 100, 32", "1, 270, 32", "1, 295, 16", "4, 150, 16", "1, 400, 16", "1, 435, 8", "5, 200, 8"})
        void begins_where_a_page_of_so_many_texts_would_pass_25_megabytes(int texts, int tokens, int bits) {
            Recording maps = MadeUp.even(12, 12, tokens);
            PageContent content = MadeUp.content(Collections.nCopies(texts, maps));
            assertThat(8 * PageFit.of(content).precision().bytes()).isEqualTo(bits);
            assertThat(content.leftOut()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"1", "0.5", "0.999", "0.3333333", "0.0019531", "0.00002", "0.7071"})
        void to_16_bits_keeps_a_weight_within_a_fifth_of_a_percent(float weight) {
            float read = Float.intBitsToFloat(Integer.rotateRight(PagePrecision.BITS_16.code(weight) << 16, 1));
            assertThat(read / weight).isEqualTo(1, within(.00196f));
        }

        @ParameterizedTest
        @CsvSource({"1", "0.5", "0.999", "0.3333333", "0.0019531", "0.00002", "0.7071"})
        void to_8_bits_keeps_a_weight_within_2_2_percent(float weight) {
            double read = Math.pow(2, (PagePrecision.BITS_8.code(weight) - 255) / 16.0);
            assertThat(read / weight).isEqualTo(1, within(.022));
        }

        @Test
        void is_not_enough_for_every_recording_so_the_first_and_some_spread_to_the_last_stay() {
            PageContent content = MadeUp.content(Collections.nCopies(9, MadeUp.even(12, 12, 220)));
            List<String> labels = PageFit.of(content).recordings().stream()
                    .map(each -> each.found().label())
                    .toList();
            assertThat(labels).containsExactly("0", "2", "4", "6", "8"); // 4.7 MB each
            assertThat(content.leftOut()).containsExactly("1", "3", "5", "7");
        }

        @Test
        void never_leaves_out_the_first() {
            PageContent content = MadeUp.content(Collections.nCopies(2, MadeUp.even(12, 12, 520)));
            assertThat(PageFit.of(content).recordings()).hasSize(1);
            assertThat(content.leftOut()).containsExactly("1");
        }

        @Test
        void keeps_zero() {
            assertThat(PagePrecision.BITS_16.planes(new float[] {0, 1})).containsExactly(0, 127, 0, 0);
            assertThat(PagePrecision.BITS_8.planes(new float[] {0, 1e-6f, 1})).containsExactly(0, 0, -1);
        }
    }

    @Nested
    class TheFacts {

        private final PageReader page = PageReader.of(new PageContent(List.of(
                new Found("step 5", 5, recording(1, TOKENS), MadeUp.findings("It reads the token before.", 1.5)),
                new Found("step 6", 6, recording(2, TOKENS), MadeUp.findings("It rests.", .5)))));
        private final JsonNode facts = page.recording(0);

        @Test
        void tell_the_tokens_and_where_they_stand() {
            JsonNode first = page.recording(0);
            assertThat(first.path("step").asInt()).isEqualTo(5);
            assertThat(first.path("label").asString()).isEqualTo("step 5");
            assertThat(first.path("headSize").asInt()).isEqualTo(8);
            assertThat(first.path("tokens").get(1).path("token").asString()).isEqualTo("Ġo");
            assertThat(first.path("tokens").get(1).path("start").asInt()).isEqualTo(5); // " The o"
        }

        @Test
        void have_the_cards_the_ablations_and_the_lens() {
            assertThat(facts.path("measures").get(0).asString()).isEqualTo("entropy");
            assertThat(facts.path("cards").get(0).path("values").get(0).asDouble())
                    .isEqualTo(1.5);
            assertThat(page.recording(1).path("cards").get(0).path("sentence").asString())
                    .isEqualTo("It rests.");
            assertThat(facts.path("ablations").get(0).path("zero").asDouble()).isEqualTo(-.25);
            assertThat(facts.path("prediction").path("token").asString()).isEqualTo("Ġmat");
            JsonNode guess = page.lens(0).get(0).path("positions").get(0).get(0);
            assertThat(guess.path("token").asString()).isEqualTo("Ġcat");
            assertThat(guess.path("probability").asDouble()).isEqualTo(.75);
        }

        @Test
        void tell_how_many_nats_each_token_costs_after_those_before_it() {
            Recording maps = recording(4, TOKENS);
            float[] logits = maps.logits(0);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            double surprise = Math.log(sum) - logits[0]; // every id is 0
            JsonNode told = PageReader.of(PageContent.of(maps, Findings.NONE))
                    .recording(0)
                    .path("surprise");
            assertThat(told).hasSize(TOKENS.size() - 1);
            assertThat(told.get(0).asDouble()).isEqualTo(surprise, within(1e-6));
        }
    }

    @Test
    void a_page_of_nothing_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PageContent(List.of()))
                .withMessage("a page needs a recording");
    }
}
