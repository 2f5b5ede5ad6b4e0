package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.TokenAlignment.Pair;
import io.heed.inspect.evidence.ActivationPatching.Difference;
import io.heed.model.DeviceChoice;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is said to cause a prediction does. */
class EvidenceTest {

    private static final String TEXT = "The cat , which knocked over the vase and liked the dog , sat on the";

    private final LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve());
    private final Encoded encoded = model.encode(TEXT);
    private final int last = encoded.length() - 1;
    private final int mat = model.tokenizer().vocabulary().id("mat").orElseThrow();

    @AfterEach
    void close() {
        model.close();
    }

    @Nested
    class TakingHeadsAway {

        private double logProbability() {
            float[] logits = Recording.of(model, TEXT, encoded, Recording.MAPS).logits(last);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            return logits[mat] - Math.log(sum);
        }

        /** A head that writes nothing: its rows of the output projection are zero. */
        private void silence(int layer, int head) {
            NDArray projection = model.transformer()
                    .namedParameters()
                    .get("h." + layer + ".attn.c_proj.weight")
                    .getArray();
            float[] weights = projection.toFloatArray();
            int width = model.transformer().config().width();
            int rows = model.transformer().config().headWidth();
            Arrays.fill(weights, head * rows * width, (head + 1) * rows * width, 0);
            projection.set(weights);
        }

        @Test
        void is_what_a_model_gives_whose_projection_has_nothing_for_that_head() {
            double whole = logProbability();
            HeadAblation head = new Ablation(model, Recording.of(model, TEXT, encoded), last, mat)
                    .ofEachHead().stream()
                            .filter(ablation -> ablation.layer() == 1 && ablation.head() == 2)
                            .findFirst()
                            .orElseThrow();
            silence(1, 2);
            assertThat(head.zero()).isEqualTo(logProbability() - whole, within(1e-4));
        }

        @Test
        void is_what_a_whole_pass_gives_in_which_the_outputs_are_replaced() {
            for (int position : new int[] {3, last}) {
                Recording recording = Recording.of(model, TEXT, encoded);
                double whole = new Distribution(recording.logits(position)).logProbability(mat);
                for (HeadAblation ablation : new Ablation(model, recording, position, mat).ofEachHead()) {
                    double zero = replaced(ablation.layer(), ablation.head(), false, position);
                    double mean = replaced(ablation.layer(), ablation.head(), true, position);
                    assertThat(ablation.zero()).isEqualTo(zero - whole, within(1e-5));
                    assertThat(ablation.mean()).isEqualTo(mean - whole, within(1e-5));
                }
            }
        }

        /** The log-probability in a pass that computes everything, step by step, with something else in the place of a head's output. */
        private double replaced(int layer, int head, boolean mean, int position) {
            try (NDManager reading = model.newReading()) {
                Trace trace = new Trace(Set.of(), (where, value) -> {
                    if (where.layer() == layer && where.step() == Step.HEAD_OUTPUT) {
                        NDArray output = value.get(new NDIndex(":,{}", head)); // (1,T,D)
                        NDArray instead = mean ? output.mean(new int[] {1}, true) : output.mul(reading.create(0f));
                        value.set(new NDIndex(":,{}", head), instead.broadcast(output.getShape()));
                    }
                    return value;
                });
                float[] logits = model.read(reading, encoded.ids(), trace)
                        .get(new NDIndex("0,{}", position))
                        .toFloatArray();
                return new Distribution(logits).logProbability(mat);
            }
        }

        @Test
        void is_quick_for_a_short_text_and_not_for_a_very_long_one() {
            assertThat(Evidence.isQuick(model, 17)).isTrue();
            assertThat(Evidence.isQuick(model, 1_000_000)).isFalse(); // 0.1 million weights, 8 heads
        }

        @Test
        void changes_nothing_where_the_mean_is_the_output_itself() {
            Encoded mark = new Encoded(
                    Arrays.copyOf(encoded.ids(), 1),
                    encoded.tokens().subList(0, 1),
                    encoded.spans().subList(0, 1),
                    List.of());
            for (HeadAblation ablation : new Ablation(model, Recording.of(model, TEXT, mark), 0, mat).ofEachHead()) {
                assertThat(ablation.mean()).isEqualTo(0, within(1e-5));
                assertThat(Math.abs(ablation.zero())).isGreaterThan(1e-4);
            }
        }

        @Test
        void that_read_the_subject_takes_the_place_away() {
            double before = Math.exp(logProbability());
            assertThat(before).isGreaterThanOrEqualTo(0.95);
            Recording recording = Recording.of(model, TEXT, encoded, Recording.MAPS);
            Set<Integer> readers = IntStream.range(0, recording.heads())
                    .filter(head -> recording.weights(1, head)[last][2] > 0.9) // [BOS] the cat
                    .boxed()
                    .collect(Collectors.toSet());
            assertThat(readers).isNotEmpty().hasSizeLessThan(recording.heads());
            double after =
                    Math.exp(new Ablation(model, Recording.of(model, TEXT, encoded), last, mat).without(1, readers));
            assertThat(after).isLessThanOrEqualTo(0.3);
        }
    }

    @Test
    void the_head_that_matters_most_reads_the_subject() {
        Recording recording = Recording.of(model, TEXT, encoded);
        HeadEffects effects = HeadEffects.at(model, recording, last);
        Head strongest = effects.strongest();
        assertThat(recording.weights(strongest.layer(), strongest.head())[last][2]) // [BOS] the cat
                .isGreaterThan(.9f);
        HeadEffect effect = effects.heads().get(4 * strongest.layer() + strongest.head());
        assertThat(effect.instead().token()).isNotEqualTo("mat");
        assertThat(effect.probability()).isLessThan(.5);
    }

    @Nested
    class AttributingALogit {

        @Test
        void gives_parts_that_sum_to_it() {
            Recording recording = Recording.of(model, TEXT, encoded);
            for (int position : new int[] {0, 3, last}) {
                LogitAttribution attribution = LogitAttribution.of(model, recording, position, mat);
                double sum = attribution.parts().stream()
                        .mapToDouble(LogitAttribution.Part::logit)
                        .sum();
                assertThat(sum).isEqualTo(attribution.logit(), within(1e-4));
                assertThat(attribution.logit()).isEqualTo(recording.logits(position)[mat]);
            }
        }

        @Test
        void names_each_head_once() {
            LogitAttribution attribution = LogitAttribution.of(model, Recording.of(model, TEXT, encoded), last, mat);
            assertThat(attribution.parts())
                    .filteredOn(part -> part.name().equals("head"))
                    .extracting(part -> part.layer() + "." + part.head())
                    .containsExactly("0.0", "0.1", "0.2", "0.3", "1.0", "1.1", "1.2", "1.3");
        }
    }

    @Nested
    class TheLogitLens {

        private final List<LensLayer> lens = LogitLens.of(model, Recording.of(model, TEXT, encoded), 3);

        @Test
        void has_the_embeddings_and_each_layer() {
            assertThat(lens).extracting(LensLayer::layer).containsExactly(-1, 0, 1);
        }

        @Test
        void says_after_the_last_layer_what_the_model_says() {
            LensLayer.Guess first = lens.get(2).positions().get(last).get(0);
            assertThat(first.token()).isEqualTo("mat");
            float[] logits = Recording.of(model, TEXT, encoded, Recording.MAPS).logits(last);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            assertThat(first.probability()).isEqualTo(Math.exp(logits[mat]) / sum, within(1e-5));
        }
    }

    @Nested
    class PatchingActivations {

        private final Encoded dog = model.encode(TEXT.replaceFirst("cat", "dog"));

        @Test
        void brings_everything_back_at_the_input_of_the_one_word_that_differs_and_nothing_before_it() {
            ActivationPatching patching = ActivationPatching.of(model, encoded, dog);
            assertThat(model.tokenizer().vocabulary().token(patching.answer())).isEqualTo("mat");
            double[] input = patching.recovered()[0];
            assertThat(input[2]).isEqualTo(1, within(1e-4)); // [BOS] the cat
            for (int position = 0; position < input.length; position++) {
                if (position != 2) {
                    assertThat(input[position]).isEqualTo(0, within(1e-4)); // the same word in both texts
                }
            }
        }

        @Test
        void gives_what_a_whole_pass_gives_whose_stream_is_replaced() {
            ActivationPatching patching = ActivationPatching.of(model, encoded, dog);
            Recording clean = Recording.of(model, TEXT, encoded);
            for (int layer = 0; layer < clean.layers(); layer++) {
                for (int position : new int[] {2, 7, last}) {
                    Tensor stream = clean.get(layer, Step.RESIDUAL_BEFORE).at(position);
                    double recovered = recovered(layer, Step.RESIDUAL_BEFORE, position, stream, patching);
                    assertThat(patching.recovered()[layer][position]).isEqualTo(recovered, within(1e-5));
                }
            }
        }

        /** What is recovered where a whole pass has one row of a step, a position's or a head's, replaced. */
        private double recovered(int layer, Step replaced, int row, Tensor by, ActivationPatching patching) {
            return recovered(layer, replaced, row, by, patching, dog, last);
        }

        private double recovered(
                int layer, Step replaced, int row, Tensor by, ActivationPatching patching, Encoded read, int ends) {
            try (NDManager reading = model.newReading()) {
                Trace trace = new Trace(Set.of(), (where, value) -> {
                    if (where.layer() == layer && where.step() == replaced) {
                        value.set(new NDIndex("0,{}", row), reading.create(by.values(), new Shape(by.shape())));
                    }
                    return value;
                });
                float[] logits = model.read(reading, read.ids(), trace)
                        .get(new NDIndex("0,{}", ends))
                        .toFloatArray();
                double difference = (double) logits[patching.answer()] - logits[patching.other()];
                return (difference - patching.corruptedDifference())
                        / (patching.cleanDifference() - patching.corruptedDifference());
            }
        }

        @Test
        void gives_what_a_whole_pass_gives_in_which_a_head_reads_the_other_text() {
            ActivationPatching patching = ActivationPatching.of(model, encoded, dog);
            Recording clean = Recording.of(model, TEXT, encoded);
            for (int layer = 0; layer < clean.layers(); layer++) {
                for (int head = 0; head < clean.heads(); head++) {
                    Tensor output = clean.get(layer, Step.HEAD_OUTPUT).at(head);
                    double recovered = recovered(layer, Step.HEAD_OUTPUT, head, output, patching);
                    assertThat(patching.byHead()[layer][head]).isEqualTo(recovered, within(1e-4));
                }
            }
        }

        @Test
        void names_the_word_that_differs_and_the_head_that_carries_it() {
            ActivationPatching patching = ActivationPatching.of(model, encoded, dog);
            assertThat(patching.differing()).containsExactly(new Difference(List.of(2), List.of(2))); // [BOS] the cat
            List<ActivationPatching.Carrier> carriers = patching.carriers();
            assertThat(carriers).hasSize(2 * 4).isSortedAccordingTo((a, b) -> Double.compare(b.share(), a.share()));
            assertThat(carriers.get(0).layer())
                    .as("of the layer whose heads read the subject")
                    .isEqualTo(1);
            assertThat(carriers.get(0).share()).isGreaterThan(.5);
        }

        @Test
        void brings_nothing_back_later_where_the_texts_are_still_the_same() {
            double[] second = ActivationPatching.of(model, encoded, dog).recovered()[1];
            assertThat(second[0]).isEqualTo(0, within(1e-4));
            assertThat(second[1]).isEqualTo(0, within(1e-4));
        }

        @Test
        void patches_texts_of_other_lengths_at_the_tokens_that_correspond() {
            Encoded shorter = model.encode("the dog sat on the");
            ActivationPatching patching = ActivationPatching.of(model, encoded, shorter);
            Recording clean = Recording.of(model, TEXT, encoded);
            Recording corrupted = Recording.of(model, "", shorter);
            assertThat(patching.differing())
                    .as("[BOS] the cat which broke the vase … sat")
                    .anySatisfy(difference -> assertThat(difference.second()).isEmpty())
                    .allSatisfy(difference -> assertThat(difference.first()).isNotEmpty());
            List<Pair> aligned = patching.aligned();
            int ends = shorter.length() - 1;
            for (int layer = 0; layer < clean.layers(); layer++) {
                for (int i = 0; i < aligned.size(); i++) {
                    Integer second = aligned.get(i).second();
                    double expected = 0;
                    if (second != null) {
                        Tensor stream = clean.get(layer, Step.RESIDUAL_BEFORE)
                                .at(aligned.get(i).first());
                        expected = recovered(layer, Step.RESIDUAL_BEFORE, second, stream, patching, shorter, ends);
                    }
                    assertThat(patching.recovered()[layer][i]).isEqualTo(expected, within(1e-4));
                }
                for (int head = 0; head < clean.heads(); head++) {
                    float[] from = clean.get(layer, Step.HEAD_OUTPUT).at(head).values();
                    float[] output = corrupted
                            .get(layer, Step.HEAD_OUTPUT)
                            .at(head)
                            .values()
                            .clone();
                    int width = output.length / shorter.length();
                    for (Pair pair : aligned) {
                        if (pair.inBoth()) {
                            System.arraycopy(from, pair.first() * width, output, pair.second() * width, width);
                        }
                    }
                    Tensor both = new Tensor(new long[] {shorter.length(), width}, output);
                    double expected = recovered(layer, Step.HEAD_OUTPUT, head, both, patching, shorter, ends);
                    assertThat(patching.byHead()[layer][head]).isEqualTo(expected, within(1e-4));
                }
            }
        }

        @Test
        void needs_texts_with_different_predictions() {
            assertThatThrownBy(() -> ActivationPatching.of(model, encoded, encoded))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("both texts are followed by \"mat\"");
        }
    }
}
