package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.PlantedInduction;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.RoleEvidence.Member;
import io.heed.inspect.evidence.RoleEvidence.OfRole;
import io.heed.inspect.heads.HeadRole;
import io.heed.inspect.heads.RepeatedTokens;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Heads are found by what they do, and what a model is said to lose without them it loses. */
class RoleEvidenceTest {

    @Nested
    class InAModelWithPlantedHeads {

        private final RoleEvidence found = find(1);

        private RoleEvidence find(long seed) {
            try (LanguageModel model = PlantedInduction.model()) {
                return RoleEvidence.of(model, seed, AblationKind.MEAN, () -> {});
            }
        }

        private OfRole of(HeadRole role) {
            return found.roles().stream()
                    .filter(each -> each.role() == role)
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void the_two_that_make_an_induction_are_named() {
            assertThat(of(HeadRole.INDUCTION).heads())
                    .extracting(Member::layer, Member::head)
                    .containsExactly(tuple(1, 0));
            assertThat(of(HeadRole.INDUCTION).heads().get(0).share()).isGreaterThan(.99);
            assertThat(of(HeadRole.PREVIOUS_TOKEN).heads())
                    .extracting(Member::layer, Member::head)
                    .containsExactly(tuple(0, 0));
            assertThat(of(HeadRole.DUPLICATE_TOKEN).heads()).isEmpty();
            assertThat(of(HeadRole.FIRST_TOKEN).heads()).isEmpty();
        }

        @Test
        void the_repetition_is_foreseen_by_them_alone() {
            assertThat(found.whole().repeatedHalf()).isLessThan(.5);
            assertThat(found.whole().firstHalf()).isGreaterThan(Math.log(PlantedInduction.WORDS) - .1);
            double withoutAny = found.whole().repeatedHalf()
                    + of(HeadRole.INDUCTION).change().repeatedHalf();
            assertThat(withoutAny).isGreaterThan(Math.log(PlantedInduction.WORDS) - .1);
        }

        @Test
        void heads_that_write_nothing_are_worth_nothing() {
            double previous = of(HeadRole.PREVIOUS_TOKEN).change().repeatedHalf();
            assertThat(previous).isGreaterThan(2);
            List<HalfLosses> random = of(HeadRole.INDUCTION).random(); // one of the other three heads each
            assertThat(random)
                    .hasSize(RoleEvidence.DRAWS)
                    .allSatisfy(draw -> assertThat(
                                    Math.min(Math.abs(draw.repeatedHalf()), Math.abs(draw.repeatedHalf() - previous)))
                            .isLessThan(1e-5));
            assertThat(random)
                    .anySatisfy(draw -> assertThat(draw.repeatedHalf()).isZero());
        }

        @Test
        void the_seed_alone_decides() {
            assertThat(find(1)).isEqualTo(found);
            assertThat(find(2).whole()).isNotEqualTo(found.whole());
        }
    }

    /** The loss of the tokens from one position to another in passes whose heads are replaced one at a time, in plain arithmetic. */
    private static double loss(LanguageModel model, RepeatedTokens read, Set<Head> without, boolean mean, int from) {
        List<Recording> whole = read.read(model, Set.of(Step.HEAD_OUTPUT));
        double sum = 0;
        for (long[] ids : read.rows()) {
            try (NDManager reading = model.newReading()) {
                Trace trace = new Trace(Set.of(), (place, value) -> {
                    for (Head head : without) {
                        if (head.layer() == place.layer() && place.step() == Step.HEAD_OUTPUT) {
                            float[] all = instead(whole, head, mean, ids.length);
                            NDArray own = value.get(new NDIndex(":,{}", head.head()));
                            value.set(new NDIndex(":,{}", head.head()), reading.create(all, own.getShape()));
                        }
                    }
                    return value;
                });
                NDArray logits = model.read(reading, ids, trace);
                for (int position = from; position < from + read.once() - 1; position++) {
                    float[] next = logits.get(new NDIndex("0,{}", position)).toFloatArray();
                    sum -= new Distribution(next).logProbability((int) ids[position + 1]);
                }
            }
        }
        return sum / (read.rows().size() * (read.once() - 1));
    }

    /** The mean of a head's output over all rows and positions, or zero, at every position. */
    private static float[] instead(List<Recording> whole, Head head, boolean mean, int positions) {
        double[] sums = null;
        for (Recording recording : whole) {
            for (float[] output : recording
                    .get(head.layer(), Step.HEAD_OUTPUT)
                    .at(head.head())
                    .rows()) {
                sums = sums == null ? new double[output.length] : sums;
                for (int i = 0; i < output.length; i++) {
                    sums[i] += output[i];
                }
            }
        }
        float[] all = new float[positions * sums.length];
        for (int i = 0; mean && i < all.length; i++) {
            all[i] = (float) (sums[i % sums.length] / (whole.size() * positions));
        }
        return all;
    }

    @Test
    void a_set_without_its_heads_loses_what_replacing_each_of_them_loses() {
        for (LanguageModel opened : List.of(TinyModels.modern(), TinyModels.parallel(), TinyModels.words())) {
            try (LanguageModel model = opened) {
                RepeatedTokens read = RepeatedTokens.of(model, 3, 3);
                Set<Head> heads = Set.of(new Head(0, 1), new Head(1, 0), new Head(1, 3));
                for (AblationKind kind : AblationKind.values()) {
                    HalfLosses losses = new HeadSetAblation(model, read, kind).without(heads);
                    boolean mean = kind == AblationKind.MEAN;
                    int start = read.marks();
                    assertThat(losses.firstHalf()).isEqualTo(loss(model, read, heads, mean, start), within(1e-5));
                    assertThat(losses.repeatedHalf())
                            .isEqualTo(loss(model, read, heads, mean, start + read.once()), within(1e-5));
                    assertThat(losses.less(new HeadSetAblation(model, read, kind).without(Set.of()))
                                    .repeatedHalf())
                            .isNotCloseTo(0, within(1e-3));
                }
            }
        }
    }

    @Test
    void the_figures_of_the_draws_are_those_of_a_pocket_calculator() {
        List<HalfLosses> random = Arrays.asList(new HalfLosses(9, 1), new HalfLosses(9, 2), new HalfLosses(9, 6));
        OfRole role = new OfRole(HeadRole.INDUCTION, List.of(), new HalfLosses(0, 0), random);
        assertThat(role.randomMean()).isEqualTo(3);
        assertThat(role.randomDeviation()).isEqualTo(Math.sqrt(7)); // (4 + 1 + 9) / 2
        assertThat(role.randomLargest()).isEqualTo(6);
    }

    @Test
    void a_model_of_one_word_cannot_be_asked() {
        try (LanguageModel model = TinyModels.characters("a", 3)) {
            assertThatThrownBy(() -> RoleEvidence.of(model, 1, AblationKind.MEAN, () -> {}))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("reads 3 tokens at once");
        }
    }
}
