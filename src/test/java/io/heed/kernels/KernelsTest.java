package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.model.Weight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fused operation against its formula in plain Java; a whole layer is compared in TransformerTest. */
class KernelsTest {

    private static final float CLOSE = 1e-6f;

    private final NDManager manager = NDManager.newBaseManager();
    private final Kernels kernels = SmallKernels.load(manager);
    private final OptimizerKernels optimizers = OptimizerKernels.load(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray parameter(float... values) {
        NDArray array = manager.create(values);
        array.setRequiresGradient(true);
        return array;
    }

    @Test
    void predictions_are_the_log_softmax_and_the_rank_among_the_logits() {
        float[] row = {1, 3, 2, 3};
        NDArray logits = manager.create(row, new Shape(1, 1, 4)).repeat(1, 4);
        NDArray targets = manager.create(new long[] {0, 1, 2, 3}, new Shape(1, 4));
        float[] found = kernels.foresee(logits, targets, 1).toFloatArray(); // (3,1,3)
        double sum = Math.log(Math.exp(1) + 2 * Math.exp(3) + Math.exp(2));
        float[] expected = {
            (float) (3 - sum),
            (float) (2 - sum),
            (float) (3 - sum),
            1,
            3,
            2, // of equals the lower id is first
            (float) (3 - sum),
            (float) (3 - sum),
            (float) (3 - sum)
        };
        assertThat(found).containsExactly(expected, within(CLOSE));
    }

    @Test
    void if_layers_write_nothing_logits_are_the_normalised_embeddings_times_each_embedding() {
        NDArray tokens = manager.create(new float[][] {{1, 2}, {3, 4}, {5, 7}});
        NDArray positions = manager.create(new float[][] {{0, .5f}, {9, -9}, {4, 4}});
        NDArray shift = manager.create(new float[] {0, .5f});
        NDList weights = new NDList();
        for (Weight weight : SmallKernels.transformer(manager).plan().weights()) {
            weights.add(
                    switch (weight.role()) {
                        case TOKENS -> tokens;
                        case POSITIONS -> positions;
                        case FINAL_NORM -> manager.ones(weight.shape());
                        case FINAL_NORM_SHIFT -> shift;
                        default -> manager.zeros(weight.shape());
                    });
        }
        try (GradMode off = GradMode.off()) {
            NDArray ids = manager.create(new long[] {2, 0}, new Shape(1, 2));
            float[] logits = kernels.transform(ids, weights, false).toFloatArray();
            // 3·(5,7)+(0,.5) = (15,21.5) and 3·(1,2)+(9,−9) = (12,−3): the norm of two numbers is (−1,1) or (1,−1) but
            // for ε
            float[] expected = new float[6];
            float[][] normed = {{-1, 1.5f}, {1, -.5f}};
            float[][] rows = {{1, 2}, {3, 4}, {5, 7}};
            for (int position = 0; position < 2; position++) {
                for (int id = 0; id < 3; id++) {
                    expected[position * 3 + id] = normed[position][0] * rows[id][0] + normed[position][1] * rows[id][1];
                }
            }
            assertThat(logits).containsExactly(expected, within(1e-4f));
        }
    }

    @Test
    void logits_are_the_normalised_rows_times_each_embedding() {
        NDArray x = manager.create(new float[] {1, 2, 3, 6}, new Shape(1, 1, 4));
        NDArray weight = manager.create(new float[] {1, 2, 1, 1});
        NDArray bias = manager.create(new float[] {0, 0, .5f, 0});
        NDArray embedding = manager.create(new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 1, 1}});
        try (GradMode off = GradMode.off()) {
            float[] logits = SmallKernels.load(manager, 4)
                    .head(x, weight, bias, embedding, false)
                    .toFloatArray();
            // mean 3, variance (4+1+0+9)/4 = 3.5: (−2, −1, 0, 3)/√(3.5+ε), then weights and biases
            float unit = (float) (1 / Math.sqrt(3.5 + 1e-5));
            float[] expected = {-2 * unit, -2 * unit, (-2 - 2 + 3) * unit + .5f};
            assertThat(logits).containsExactly(expected, within(CLOSE));
        }
    }

    @Nested
    class CrossEntropy {

        /** Two positions that count and one that does not, of three tokens. */
        private final float[] logits = {0, 1, 2, 5, 5, 5, 2, 0, -1};

        private final long[] targets = {2, -100, 1};
        private final double[] sums = {1 + Math.E + Math.exp(2), 0, Math.exp(2) + 1 + Math.exp(-1)
        }; // of the exponentials of each row

        private NDArray loss(NDArray scores, float weight) {
            NDArray answers = manager.create(targets, new Shape(1, 3));
            return kernels.crossEntropy(scores, answers, manager.create(weight), manager.create(0f), true);
        }

        @Test
        void is_the_sum_of_minus_ln_p_over_the_targets_that_count() {
            double expected = -(2 - Math.log(sums[0])) - (0 - Math.log(sums[2])); // ln p = logit − ln Σexp
            try (GradMode off = GradMode.off()) {
                NDArray scores = manager.create(logits, new Shape(1, 3, 3));
                assertThat(loss(scores, 1).getFloat()).isEqualTo((float) expected, within(CLOSE));
                assertThat(loss(scores, .5f).getFloat()).isEqualTo((float) expected / 2, within(CLOSE));
            }
        }

        @ParameterizedTest
        @ValueSource(floats = {1, .5f})
        void has_the_gradient_softmax_minus_one_at_the_target_times_the_weight(float weight) {
            NDArray scores = manager.create(logits, new Shape(1, 3, 3));
            scores.setRequiresGradient(true);
            float[] gradient;
            try (GradMode on = GradMode.on()) {
                gradient = optimizers
                        .gradients(loss(scores, weight), new NDList(scores))
                        .head()
                        .toFloatArray();
            }
            float[] expected = new float[9];
            for (int row : new int[] {0, 2}) {
                for (int id = 0; id < 3; id++) {
                    double share = Math.exp(logits[row * 3 + id]) / sums[row];
                    expected[row * 3 + id] = (float) (weight * (share - (targets[row] == id ? 1 : 0)));
                }
            }
            assertThat(gradient).containsExactly(expected, within(CLOSE));
        }

        @Test
        void smoothed_it_is_a_mean_of_the_targets_own_and_that_of_all_tokens() {
            double share = 0.3;
            double expected = 0;
            for (int row : new int[] {0, 2}) {
                for (int id = 0; id < 3; id++) {
                    double weight = share / 3 + (targets[row] == id ? 1 - share : 0);
                    expected -= weight * (logits[row * 3 + id] - Math.log(sums[row]));
                }
            }
            try (GradMode off = GradMode.off()) {
                NDArray scores = manager.create(logits, new Shape(1, 3, 3));
                NDArray answers = manager.create(targets, new Shape(1, 3));
                NDArray one = manager.create(1f);
                assertThat(kernels.crossEntropy(scores, answers, one, manager.create((float) share), false)
                                .getFloat())
                        .isEqualTo((float) expected, within(CLOSE));
            }
        }

        @Test
        void is_zero_without_any_target() {
            try (GradMode off = GradMode.off()) {
                NDArray scores = manager.create(logits, new Shape(1, 3, 3));
                NDArray none = manager.create(new long[] {-100, -100, -100}, new Shape(1, 3));
                assertThat(kernels.crossEntropy(scores, none, manager.create(1f), manager.create(0f), false)
                                .getFloat())
                        .isZero();
            }
        }
    }

    @Nested
    class Clipping {

        private final NDArray one = manager.create(new float[] {3, 4});
        private final NDArray other = manager.create(new float[] {12});
        private final NDList gradients = new NDList(one, other); // the norm of (3, 4, 12) is 13

        @Test
        void measures_the_norm_of_all_gradients_together() {
            assertThat(optimizers.squares(manager, gradients).getFloat()).isEqualTo(13 * 13, within(1e-4f));
        }

        @Test
        void scales_gradients_longer_than_the_limit() {
            optimizers.clip(gradients, manager.create(13f * 13), 1.3);
            assertThat(one.toFloatArray()).containsExactly(new float[] {.3f, .4f}, within(CLOSE));
            assertThat(other.toFloatArray()).containsExactly(new float[] {1.2f}, within(CLOSE));
        }

        @ParameterizedTest
        @ValueSource(doubles = {14, 1e30, Double.POSITIVE_INFINITY})
        void leaves_shorter_gradients_unchanged(double limit) {
            optimizers.clip(gradients, manager.create(13f * 13), limit);
            assertThat(one.toFloatArray()).containsExactly(3, 4);
            assertThat(other.toFloatArray()).containsExactly(12);
        }
    }

    @Test
    void gradients_of_several_parameters_come_in_their_order() {
        NDArray one = parameter(1, 2);
        NDArray other = parameter(3);
        try (GradMode on = GradMode.on()) {
            NDArray loss = one.mul(manager.create(new float[] {5, 7})).sum().mul(other.sum()); // (5a + 7b)·c
            NDList gradients = optimizers.gradients(loss, new NDList(other, one));
            assertThat(gradients.get(0).toFloatArray()).containsExactly(19); // 5·1 + 7·2
            assertThat(gradients.get(1).toFloatArray()).containsExactly(15, 21); // 5·3, 7·3
        }
    }

    @Test
    void arrays_are_added_one_by_one() {
        NDArray one = manager.create(new float[] {1, 2});
        NDArray other = manager.create(new float[] {3});
        optimizers.add(
                new NDList(one, other),
                new NDList(manager.create(new float[] {10, 20}), manager.create(new float[] {30})));
        assertThat(one.toFloatArray()).containsExactly(11, 22);
        assertThat(other.toFloatArray()).containsExactly(33);
    }

    @Test
    void three_steps_of_adamw_are_those_of_its_formula() {
        double rate = .1;
        double beta1 = .9;
        double beta2 = .99;
        double epsilon = 1e-3; // so large that its place in the formula shows
        double decay = .2;
        double[] theta = {1, -2, .5};
        double[] m = new double[3];
        double[] v = new double[3];
        float[][] gradients = {{.3f, -.2f, 0}, {-.1f, .4f, 2}, {.5f, .5f, -1}};

        NDArray parameter = parameter(1, -2, .5f);
        NDList first = new NDList(manager.zeros(new Shape(3)));
        NDList second = new NDList(manager.zeros(new Shape(3)));
        for (int step = 1; step <= 3; step++) {
            try (GradMode on = GradMode.on()) {
                NDArray number = manager.create((float) step);
                NDList gradient = new NDList(manager.create(gradients[step - 1]));
                AdamWSettings settings = new AdamWSettings(rate, beta1, beta2, epsilon, decay);
                optimizers.adamw(new NDList(parameter), gradient, first, second, number, settings);
                assertThat(number.getFloat()).as("the caller counts the steps").isEqualTo(step);
            }
            for (int i = 0; i < 3; i++) { // Loshchilov and Hutter, arXiv 1711.05101, algorithm 2
                double gradient = gradients[step - 1][i];
                m[i] = beta1 * m[i] + (1 - beta1) * gradient;
                v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;
                double mean = m[i] / (1 - Math.pow(beta1, step));
                double square = v[i] / (1 - Math.pow(beta2, step));
                theta[i] -= rate * (mean / (Math.sqrt(square) + epsilon) + decay * theta[i]);
                assertThat(parameter.getFloat(i)).as("step %d, %d", step, i).isEqualTo((float) theta[i], within(1e-5f));
                assertThat(first.head().getFloat(i)).isEqualTo((float) m[i], within(CLOSE));
                assertThat(second.head().getFloat(i)).isEqualTo((float) v[i], within(CLOSE));
            }
        }
    }

    @Test
    void without_gradient_adamw_only_decays() {
        NDArray parameter = parameter(2);
        NDList gradient = new NDList(manager.zeros(new Shape(1)));
        NDList zero = new NDList(manager.zeros(new Shape(1)));
        NDList zeroToo = new NDList(manager.zeros(new Shape(1)));
        optimizers.adamw(
                new NDList(parameter),
                gradient,
                zero,
                zeroToo,
                manager.create(1f),
                new AdamWSettings(.1, .9, .99, 1e-8, .5));
        assertThat(parameter.getFloat()).isEqualTo(2 * (1 - .1f * .5f), within(CLOSE));
    }
}
