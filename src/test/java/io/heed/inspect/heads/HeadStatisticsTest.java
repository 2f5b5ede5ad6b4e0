package io.heed.inspect.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Maps;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.Rollout;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.ValueWeighted;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Figures of heads over one text and several: heads made to do one thing alone, and counting by hand. */
class HeadStatisticsTest {

    private static final int SCRIPT = 40;

    /** Random tokens of a few kinds, so that many come three times and more, and some follow themselves. */
    private static long[] script() {
        RandomGenerator random = Seeds.random(3, "script", 0);
        long[] ids =
                IntStream.range(0, SCRIPT).mapToLong(i -> random.nextInt(9)).toArray();
        ids[20] = 9; // and comes again at once, where nothing lies between to be read
        ids[21] = 9;
        return ids;
    }

    /** A head that reads keys evenly which a rule allows, and where there is none the first token. */
    private static HeadMeasures reading(Rule rule) {
        long[] ids = script();
        float[][] weights = new float[SCRIPT][SCRIPT];
        for (int query = 0; query < SCRIPT; query++) {
            int row = query;
            int[] keys = IntStream.rangeClosed(0, query)
                    .filter(key -> rule.allows(ids, row, key))
                    .toArray();
            for (int key : keys) {
                weights[query][key] = 1f / keys.length;
            }
            weights[query][0] += keys.length == 0 ? 1 : 0;
        }
        return of(weights, ids);
    }

    private static HeadMeasures of(float[][] weights, long[] ids) {
        HeadMeasures measures = new HeadMeasures();
        measures.add(weights, ids);
        return measures;
    }

    private interface Rule {
        boolean allows(long[] ids, int query, int key);
    }

    private static float[][] random(int length, int seed) {
        RandomGenerator random = Seeds.random(seed, "maps", 0);
        float[][] weights = new float[length][length];
        for (float[] row : weights) {
            int query = Arrays.asList(weights).indexOf(row);
            float sum = 0;
            for (int key = 0; key <= query; key++) {
                row[key] = random.nextFloat();
                sum += row[key];
            }
            for (int key = 0; key <= query; key++) {
                row[key] /= sum;
            }
        }
        return weights;
    }

    private static List<String> tokens(int count) {
        return Collections.nCopies(count, "t");
    }

    @Nested
    class OfAHeadThatDoesOneThingAlone {

        @Test
        void are_exactly_one() {
            assertThat(reading((ids, query, key) -> key == query - 1).all().get(HeadMeasure.PREVIOUS_TOKEN))
                    .isEqualTo(1);
            assertThat(reading((ids, query, key) -> key == query).all().get(HeadMeasure.OWN_TOKEN))
                    .isEqualTo(1);
            assertThat(reading((ids, query, key) -> key == 0).all().get(HeadMeasure.FIRST_TOKEN))
                    .isEqualTo(1);
            assertThat(reading((ids, query, key) -> key < query && ids[key] == ids[query])
                            .all()
                            .get(HeadMeasure.DUPLICATE_TOKEN))
                    .isEqualTo(1, within(1e-6)); // thirds add up to one but for rounding
            assertThat(reading((ids, query, key) -> key < query && key > 0 && ids[key - 1] == ids[query])
                            .all()
                            .get(HeadMeasure.INDUCTION))
                    .isEqualTo(1, within(1e-6));
        }

        @Test
        void count_the_places_where_it_can_be_done() {
            long[] ids = script();
            Map<HeadMeasure, Long> places =
                    reading((script, query, key) -> key == query).places();
            assertThat(places.get(HeadMeasure.PREVIOUS_TOKEN)).isEqualTo(SCRIPT - 1);
            long again = SCRIPT - LongStream.of(ids).distinct().count(); // each kind is new once
            assertThat(places.get(HeadMeasure.DUPLICATE_TOKEN)).isEqualTo(again);
            long followed = IntStream.range(1, SCRIPT)
                    .filter(query -> IntStream.range(1, query).anyMatch(key -> ids[key - 1] == ids[query]))
                    .count();
            assertThat(places.get(HeadMeasure.INDUCTION)).isEqualTo(followed).isLessThan(again);
        }
    }

    @Nested
    class OverSeveralTexts {

        @Test
        void are_the_means_over_all_places_of_all_texts() {
            float[][] one = random(3, 1);
            float[][] other = random(7, 2);
            HeadStatistics statistics = new HeadStatistics(1, 1);
            statistics.add(Maps.of(tokens(3), one));
            statistics.add(Maps.of(tokens(7), other));
            double sum = one[1][0] + (double) one[2][1];
            for (int query = 1; query < 7; query++) {
                sum += other[query][query - 1];
            }
            assertThat(statistics.of(0, 0).all().get(HeadMeasure.PREVIOUS_TOKEN))
                    .isEqualTo(sum / (2 + 6), within(1e-9));
            assertThat(statistics.of(0, 0).places().get(HeadMeasure.PREVIOUS_TOKEN))
                    .isEqualTo(8);
        }

        @Test
        void compare_heads_over_all_queries_alike() {
            float[][] own = Maps.diagonal(3);
            float[][] first = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}};
            HeadStatistics statistics = new HeadStatistics(1, 2);
            statistics.add(Maps.of(tokens(3), own, first)); // two queries that share nothing
            statistics.add(Maps.of(tokens(2), Maps.diagonal(2), Maps.diagonal(2))); // one that is alike
            assertThat(statistics.similarity().matrix()[1][0]).isEqualTo(1 / 3., within(1e-9));
        }
    }

    @Nested
    class Similarity {

        @Test
        void is_one_with_itself_the_same_both_ways_and_from_nothing_to_one() {
            Recording recording = Maps.of(tokens(9), random(9, 1), random(9, 2), random(9, 3), Maps.diagonal(9));
            double[][] similarity = HeadSimilarity.of(recording).matrix();
            for (int one = 0; one < 4; one++) {
                assertThat(similarity[one][one]).isEqualTo(1);
                for (int other = 0; other < 4; other++) {
                    assertThat(similarity[one][other])
                            .isEqualTo(similarity[other][one])
                            .isBetween(0., 1.);
                    assertThat(similarity[one][other] < 1).isEqualTo(one != other);
                }
            }
        }

        @Test
        void of_one_key_and_two_is_worked_by_hand() {
            float[][] even = {{1, 0}, {.5f, .5f}};
            double[][] similarity = HeadSimilarity.of(Maps.of(tokens(2), Maps.diagonal(2), even))
                    .matrix();
            // p = (0, 1), q = (½, ½), their mean (¼, ¾): H = ¼·ln 4 + ¾·ln 4/3, less ½·ln 2 for q
            double divergence = Math.log(4) / 4 + 3 * Math.log(4 / 3.) / 4 - Math.log(2) / 2;
            assertThat(similarity[0][1]).isEqualTo(1 - divergence / Math.log(2), within(1e-9));
        }

        @Test
        void names_the_head_that_is_most_like_another() {
            float[][] own = Maps.diagonal(4);
            float[][] even = {{1, 0, 0, 0}, {.5f, .5f, 0, 0}, {0, .5f, .5f, 0}, {0, 0, .5f, .5f}};
            float[][] first = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}};
            HeadSimilarity.Neighbour[] neighbours =
                    HeadSimilarity.of(Maps.of(tokens(4), first, even, own)).neighbours();
            assertThat(neighbours[2].head()).isEqualTo(1);
            assertThat(neighbours[1].head()).isEqualTo(2);
            assertThat(neighbours[0].head()).isEqualTo(1);
            assertThat(HeadSimilarity.of(Maps.of(tokens(4), first)).neighbours())
                    .isEmpty();
        }
    }

    /** What a key writes is solved from the contributions alone: c₀ = a₀₀u₀, c₁ = a₁₀u₀ + a₁₁u₁ and so on. */
    @Test
    void value_weighted_maps_are_the_lengths_of_the_pieces_of_a_heads_contribution() {
        try (LanguageModel model = TinyModels.words()) {
            String text = "the cat sat on the mat";
            Recording recording = Recording.of(model, text, model.encode(text));
            int length = recording.length();
            for (int head = 0; head < recording.heads(); head++) {
                float[][] weighted =
                        ValueWeighted.of(model, recording).get(1).at(head).rows();
                float[][] weights = recording.weights(1, head);
                float[][] contributions =
                        recording.get(1, Step.HEAD_CONTRIBUTION).at(head).rows();
                double[][] written = new double[length][contributions[0].length];
                for (int query = 0; query < length; query++) {
                    for (int c = 0; c < written[query].length; c++) {
                        double rest = contributions[query][c];
                        for (int key = 0; key < query; key++) {
                            rest -= weights[query][key] * written[key][c];
                        }
                        written[query][c] = rest / weights[query][query];
                    }
                    for (int key = 0; key <= query; key++) {
                        double squares = 0;
                        for (double u : written[key]) {
                            squares += u * u;
                        }
                        assertThat((double) weighted[query][key])
                                .isEqualTo(weights[query][key] * Math.sqrt(squares), within(1e-5));
                    }
                }
            }
            double[][][] rolled = Rollout.of(recording);
            TokenMaps drawn = Quantity.ROLLOUT.maps(model, recording);
            assertThat(drawn.layers()).isEqualTo(2);
            assertThat((double) drawn.map(1, 0)[3][1]).isEqualTo(rolled[1][3][1], within(1e-6));
            assertThat(Quantity.VALUE_WEIGHTED.maps(model, recording).unit()).startsWith("length ÷ ");
        }
    }
}
