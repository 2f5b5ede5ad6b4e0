package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever library multiplies, and in whichever numbers, a layer and its gradients are the same, within the precision of those numbers. */
class ArithmeticTest {

    private static final int WIDTH = 8;

    private record Learned(float[] output, float[][] gradients) {}

    /** The logits of a transformer of one layer of two heads on (2,3) ids, and the gradients of the sum of their squares. */
    private static Learned layer(String activation, boolean biases, Arithmetic arithmetic) {
        Random random = new Random(3);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradMode on = GradMode.on()) {
            Kernels kernels = Kernels.load(manager, new KernelSettings(2, 1e-5, activation, 1, 0, biases), arithmetic);
            NDList weights = new NDList(normal(manager, random, 6, WIDTH), normal(manager, random, 3, WIDTH));
            for (int width : new int[] {3 * WIDTH, WIDTH, 4 * WIDTH, WIDTH}) {
                boolean norm = width > WIDTH;
                if (norm) {
                    weights.add(normal(manager, random, WIDTH));
                    weights.add(normal(manager, random, WIDTH));
                }
                weights.add(normal(manager, random, weights.size() == 12 ? 4 * WIDTH : WIDTH, width));
                weights.add(normal(manager, random, width));
            }
            weights.add(normal(manager, random, WIDTH));
            weights.add(normal(manager, random, WIDTH));
            weights.forEach(weight -> weight.setRequiresGradient(true));
            NDArray ids = manager.create(new long[] {0, 1, 2, 3, 4, 5}, new Shape(2, 3));
            NDArray y = kernels.transform(ids, weights, true);
            NDList trained = new NDList();
            for (int i = 0; i < weights.size(); i++) {
                boolean biasOfProjection = i == 5 || i == 7 || i == 11 || i == 13;
                if (biases || !biasOfProjection) {
                    trained.add(weights.get(i));
                }
            }
            NDList gradients = kernels.gradients(y.square().sum(), trained);
            float[][] values = gradients.stream().map(NDArray::toFloatArray).toArray(float[][]::new);
            return new Learned(y.toFloatArray(), values);
        }
    }

    private static NDArray normal(NDManager manager, Random random, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / 2);
        }
        return manager.create(values, new Shape(shape));
    }

    private static void assertAlike(Learned actual, Learned expected, float share) {
        assertThat(actual.output).containsExactly(expected.output, within(share * largest(expected.output)));
        for (int i = 0; i < expected.gradients.length; i++) {
            assertThat(actual.gradients[i])
                    .as("gradient %d", i)
                    .containsExactly(expected.gradients[i], within(share * largest(expected.gradients[i])));
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gelu", "gelu_new", "relu"})
    @EnabledOnOs(architectures = {"amd64", "x86_64"})
    void one_dnn_gives_what_the_engines_own_choice_gives(String activation) {
        for (boolean biases : new boolean[] {true, false}) {
            Learned engines = layer(activation, biases, new Arithmetic(false, false));
            assertAlike(layer(activation, biases, new Arithmetic(false, true)), engines, 1e-5f);
        }
    }

    @Test
    void bfloat16_gives_nearly_what_float32_gives_and_not_the_same() {
        Learned exact = layer("gelu", true, new Arithmetic(false, false));
        Learned rounded = layer("gelu", true, new Arithmetic(true, false));
        assertAlike(rounded, exact, 0.05f);
        assertThat(rounded.output).isNotEqualTo(exact.output);
    }

    @Test
    void on_a_cpu_it_is_float32_unless_bfloat16_is_asked_for() {
        assertThat(Arithmetic.of(Precision.AUTO, Device.cpu()).bfloat16()).isFalse();
        assertThat(Arithmetic.of(Precision.FLOAT32, Device.cpu()).bfloat16()).isFalse();
        assertThat(Arithmetic.of(Precision.BFLOAT16, Device.cpu())).isEqualTo(new Arithmetic(true, false));
    }
}
