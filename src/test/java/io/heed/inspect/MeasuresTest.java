package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.files.HeadTable;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadMeasures;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.RepeatedTokens;
import io.heed.model.DeviceChoice;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of heads, on weights that are made up and worked by hand, and on the toy model. */
class MeasuresTest {

    private static final long[] ABCAB = {1, 2, 3, 1, 2};

    /** Each of five queries reads one key, the first itself. */
    private static HeadMeasures reading(int... keys) {
        float[][] weights = new float[keys.length][keys.length];
        for (int query = 0; query < keys.length; query++) {
            weights[query][keys[query]] = 1;
        }
        return measured(weights, ABCAB);
    }

    private static HeadMeasures measured(float[][] weights, long[] ids) {
        HeadMeasures measures = new HeadMeasures();
        measures.add(weights, ids);
        return measures;
    }

    private static float[][] even(int length) {
        float[][] weights = new float[length][length];
        for (int query = 0; query < length; query++) {
            for (int key = 0; key <= query; key++) {
                weights[query][key] = 1f / (query + 1);
            }
        }
        return weights;
    }

    private static Recording layers(float[][]... heads) {
        int length = heads[0].length;
        List<Map<Step, Tensor>> layers = new ArrayList<>();
        for (float[][] head : heads) {
            float[] flat = new float[length * length];
            for (int row = 0; row < length; row++) {
                System.arraycopy(head[row], 0, flat, row * length, length);
            }
            layers.add(Map.of(Step.WEIGHTS, new Tensor(new long[] {1, length, length}, flat)));
        }
        Encoded encoded = new Encoded(
                new long[length],
                Collections.nCopies(length, "t"),
                Collections.nCopies(length, new Encoded.Span(0, 1)),
                List.of());
        return Maps.recording("t", encoded, layers, Map.of());
    }

    @Nested
    class OfOneHead {

        @Test
        void are_one_for_a_head_that_does_nothing_else() {
            assertThat(reading(0, 0, 1, 2, 3).all().get(HeadMeasure.PREVIOUS_TOKEN))
                    .isEqualTo(1);
            assertThat(reading(0, 1, 2, 3, 4).all().get(HeadMeasure.OWN_TOKEN)).isEqualTo(1);
            assertThat(reading(0, 0, 0, 0, 0).all().get(HeadMeasure.FIRST_TOKEN))
                    .isEqualTo(1);
            assertThat(reading(0, 0, 0, 0, 1).all().get(HeadMeasure.DUPLICATE_TOKEN))
                    .isEqualTo(1); // a at 3 reads 0, b at 4 reads 1
            assertThat(reading(0, 0, 0, 1, 2).all().get(HeadMeasure.INDUCTION))
                    .isEqualTo(1); // a at 3 reads b at 1, b at 4 reads c at 2
            assertThat(measured(even(5), ABCAB).all().get(HeadMeasure.ENTROPY)).isEqualTo(1, within(1e-6));
        }

        @Test
        void are_zero_for_a_head_that_does_something_else() {
            HeadMeasures first = reading(0, 0, 0, 0, 0);
            assertThat(first.all().get(HeadMeasure.ENTROPY)).isZero();
            assertThat(first.all().get(HeadMeasure.OWN_TOKEN)).isZero();
            assertThat(first.all().get(HeadMeasure.PREVIOUS_TOKEN))
                    .isEqualTo(1 / 4.); // the second token's neighbour is the first
            assertThat(first.all().get(HeadMeasure.INDUCTION)).isZero();
            assertThat(first.all().get(HeadMeasure.DUPLICATE_TOKEN)).isEqualTo(1 / 2.); // a at 3 repeats the first
            assertThat(first.all().get(HeadMeasure.DISTANCE)).isEqualTo((1 + 2 + 3 + 4) / 4.);
        }

        @Test
        void of_even_attention_are_the_shares_of_the_keys() {
            HeadMeasures even = measured(even(3), new long[] {1, 2, 3});
            assertThat(even.all().get(HeadMeasure.FIRST_TOKEN)).isEqualTo((1 / 2. + 1 / 3.) / 2, within(1e-6));
            assertThat(even.all().get(HeadMeasure.DISTANCE)).isEqualTo((1 / 2. + 1) / 2, within(1e-6));
        }

        @Test
        void are_not_a_number_where_nothing_repeats() {
            HeadMeasures once = measured(even(3), new long[] {1, 2, 3});
            assertThat(once.all().get(HeadMeasure.INDUCTION)).isNaN();
            assertThat(once.all().get(HeadMeasure.DUPLICATE_TOKEN)).isNaN();
            assertThat(measured(even(1), new long[] {1}).all().get(HeadMeasure.ENTROPY))
                    .isNaN();
        }
    }

    @Nested
    class OfAllLayers {

        private final float[][] back = {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}}; // reads the token before
        private final float[][] first = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}};

        @Test
        void rollout_multiplies_what_layers_pass_on() {
            double[][][] rollout = Rollout.of(layers(back, first));
            // ½·back + ½·I = (1,0,0; ½,½,0; 0,½,½); ½·first + ½·I = (1,0,0; ½,½,0; ½,0,½); their product's last row:
            // ½·(1,0,0) + ½·(0,½,½)
            assertThat(rollout[0][2]).containsExactly(new double[] {0, .5, .5}, within(1e-9));
            assertThat(rollout[1][2]).containsExactly(new double[] {.5, .25, .25}, within(1e-9));
            assertThat(rollout[1][1]).containsExactly(new double[] {.75, .25, 0}, within(1e-9));
        }

        @Test
        void flow_is_limited_by_the_narrowest_pipes() {
            Recording recording = layers(back, first);
            // From the end at 2: a pipe of ½ to position 0 and one of ½ to 2. From there, 0 has one of 1 to the
            // beginning 0; 2 has ½ to 1
            // and ½ to 2. So ½ reaches each beginning.
            assertThat(AttentionFlow.to(recording, 2)).containsExactly(new double[] {.5, .5, .5}, within(1e-9));
            // From the end at 1: ½ to 0, ½ to 1; 1 has ½ to 0 and ½ to 1.
            assertThat(AttentionFlow.to(recording, 1)).containsExactly(new double[] {1, .5, 0}, within(1e-9));
        }

        @Test
        void flow_finds_ways_that_share_pipes() {
            float[][] even = even(3);
            double[] flow = AttentionFlow.to(layers(even, even, even), 2);
            // Pipes down from 2 at each height: 1/6 to 0, 1/6 to 1, 2/3 to 2; from 1: 1/4 to 0, 3/4 to 1; from 0: 1 to
            // 0.
            // Into the beginning 0, by way of position 0 above it: 1/6 through (0), 1/6 through (1), 1/6 through (2),
            // by way of
            // position 1: 1/6 through (2), by way of position 2: 1/6.
            assertThat(flow[0]).isEqualTo(5 / 6., within(1e-6));
            // Into the beginning 2 there is one way, 2/3 wide.
            assertThat(flow[2]).isEqualTo(2 / 3., within(1e-6));
        }

        /**
         * From the end at 5 a quarter goes to 3 and one to 4; 3 can go on to 1 and 2, 4 to 1 alone, and 1 and 2 each let a quarter through
         * to the beginning 0. Whoever sends 3's quarter through 1 first has to take it back and send it through 2.
         */
        @Test
        void flow_takes_a_way_back_that_stands_in_another_ones() {
            double[] flow = AttentionFlow.to(
                    layers(halves(0, 0, 0, 3, 4, 5), halves(0, 1, 2, 1, 1, 5), halves(0, 1, 2, 3, 4, 3)), 5);
            assertThat(flow[0]).isEqualTo(.5, within(1e-9));
        }

        /** Each query reads itself and one key, half and half; but 3 reads 1 and 2 where it is told 1, and 5 reads 3 and 4 where 3. */
        private float[][] halves(int... keys) {
            float[][] weights = new float[keys.length][keys.length];
            for (int query = 0; query < keys.length; query++) {
                boolean two = (query == 3 && keys[3] == 1) || (query == 5 && keys[5] == 3);
                weights[query][two ? keys[query] + 1 : query] += .5f;
                weights[query][keys[query]] += .5f;
            }
            return weights;
        }

        @Test
        void rollout_takes_the_mean_of_a_layers_heads() {
            float[][] own = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
            Recording recording = Maps.of(List.of("a", "b", "c"), back, own);
            // the mean of the heads reads back and itself, half and half; with the residual ¼ and ¾
            assertThat(Rollout.of(recording)[0][2]).containsExactly(new double[] {0, .25, .75}, within(1e-9));
        }

        @Test
        void flow_says_when_a_text_is_too_long() {
            assertThatThrownBy(() -> AttentionFlow.check(2, 1000))
                    .isInstanceOf(HeedException.class)
                    .hasMessage("attention flow through 2 layers is for texts of at most 291 tokens, not of 1000;"
                            + " give a shorter text, or look at rollout"); // 2·291⁴/24 = 5.98e8, 2·292⁴/24 = 6.06e8
            AttentionFlow.check(2, 291);
        }
    }

    @Nested
    class OfTheToyModel {

        private static final String TEXT = "The cat , which knocked over the vase and liked the dog , sat on the";

        @Test
        void value_weighted_rows_are_the_lengths_of_what_each_key_contributes() {
            try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
                Recording recording = Recording.of(model, TEXT, model.encode(TEXT));
                float[][] weighted =
                        ValueWeighted.of(model, recording).get(1).at(0).rows();
                // The first query reads one key, so its length is that of the head's whole contribution.
                double squares = 0;
                for (float c : recording.get(1, Step.HEAD_CONTRIBUTION).at(0, 0).values()) {
                    squares += c * c;
                }
                assertThat((double) weighted[0][0]).isEqualTo(Math.sqrt(squares), within(1e-5));
                for (int query = 1; query < weighted.length; query++) {
                    double share = recording.weights(1, 0)[query][0];
                    assertThat((double) weighted[query][0]).isEqualTo(weighted[0][0] * share, within(1e-5));
                }
            }
        }

        @Test
        void cards_name_the_head_that_reads_the_subject_over_a_clause() {
            try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
                Recording recording = Recording.of(model, TEXT, model.encode(TEXT), Recording.MAPS);
                List<HeadCard> named = new HeadCards(model)
                        .of(recording).stream()
                                .filter(card -> card.elsewhere().startsWith("Reads the subject across a clause"))
                                .toList();
                assertThat(named).isNotEmpty().allSatisfy(card -> {
                    assertThat(card.layer()).isEqualTo(1);
                    assertThat(card.measures().get(HeadMeasure.SUBJECT_OVER_A_CLAUSE))
                            .isGreaterThan(0.5);
                });
                assertThat(named).anyMatch(card -> card.measures().get(HeadMeasure.SUBJECT_OVER_A_CLAUSE) >= 0.95);
            }
        }
    }

    /** What a head does elsewhere, 1.00 of the places, says nothing of a text without a clause. */
    @Test
    void a_card_says_what_a_head_does_in_this_text_apart_from_what_it_does_elsewhere() {
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
            Recording recording = Recording.of(model, "a cat", model.encode("a cat"), Recording.MAPS);
            List<HeadCard> alone = new HeadCards(model, null).of(recording);
            List<HeadCard> cards = new HeadCards(model).of(recording);
            assertThat(cards).extracting(HeadCard::sentence).containsExactlyElementsOf(sentences(alone));
            assertThat(cards).anyMatch(card -> card.elsewhere().contains("of 132 places"));
            assertThat(alone).noneMatch(card -> card.elsewhere().contains("of 132 places"));
        }
    }

    /** Of four heads two each share a key head. */
    @Test
    void a_card_names_the_key_head_that_is_shared() {
        try (LanguageModel grouped = TinyModels.modern();
                LanguageModel parallel = TinyModels.parallel()) {
            assertThat(keyHeads(grouped)).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
            assertThat(keyHeads(parallel)).hasSize(8).containsOnlyNulls();
        }
    }

    @Test
    void the_table_of_heads_has_a_column_for_the_key_head_where_one_is_shared(@TempDir Path folder) throws IOException {
        try (LanguageModel grouped = TinyModels.modern()) {
            HeadTable.write(folder, summaries(grouped));
            List<String> lines = Files.readAllLines(folder.resolve("heads.csv"));
            assertThat(lines.get(0)).startsWith("layer,head,key_head,entropy,");
            assertThat(lines.subList(1, 9))
                    .extracting(line -> line.substring(0, 6))
                    .containsExactly("0,0,0,", "0,1,0,", "0,2,1,", "0,3,1,", "1,0,0,", "1,1,0,", "1,2,1,", "1,3,1,");
        }
        try (LanguageModel model = TinyModels.words()) {
            HeadTable.write(folder, summaries(model));
            assertThat(Files.readAllLines(folder.resolve("heads.csv")).get(0)).startsWith("layer,head,entropy,");
        }
    }

    private static List<HeadSummary> summaries(LanguageModel model) {
        HeadStatistics statistics = new HeadStatistics(2, 4);
        statistics.add(Recording.of(model, "the cat sat", model.encode("the cat sat"), Recording.MAPS));
        return HeadSummary.of(new HeadCards(model), statistics);
    }

    private static List<Integer> keyHeads(LanguageModel model) {
        Recording recording = Recording.of(model, "the cat sat", model.encode("the cat sat"), Recording.MAPS);
        return new HeadCards(model)
                .of(recording).stream().map(HeadCard::keyHead).collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> sentences(List<HeadCard> cards) {
        return cards.stream().map(HeadCard::sentence).toList();
    }

    @Nested
    class RandomTokensThatRepeat {

        @Test
        void are_the_same_twice_after_the_start_mark_and_none_of_them_special() {
            try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
                Recording recording = RepeatedTokens.read(model, 1);
                List<String> tokens = recording.encoded().tokens();
                int count = (tokens.size() - 1) / 2;
                assertThat(tokens.get(0)).isEqualTo("[BOS]");
                assertThat(tokens.subList(1, 1 + count)).isEqualTo(tokens.subList(1 + count, 1 + 2 * count));
                assertThat(tokens.subList(1, tokens.size())).noneMatch(token -> token.startsWith("["));
                assertThat(RepeatedTokens.read(model, 1).encoded().ids())
                        .isEqualTo(recording.encoded().ids());
                assertThat(RepeatedTokens.read(model, 2).encoded().ids())
                        .isNotEqualTo(recording.encoded().ids());
            }
        }
    }
}
