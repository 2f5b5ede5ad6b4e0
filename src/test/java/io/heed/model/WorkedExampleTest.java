package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import io.heed.kernels.GradMode;
import io.heed.model.shape.ModelConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The example that newcomers work by hand: "I love cats", width 3, one head, no learned projections (queries, keys and values are
 * the rows themselves).
 *
 * <p>The expected numbers come from the formula, not from this program: dot products by hand, softmax and blends in double precision
 * with Python.
 */
class WorkedExampleTest {

    private static final float[] ROWS = {.1f, .4f, .5f, .3f, .4f, .7f, .7f, .2f, .2f}; // I, love, cats

    private final NDManager manager = NDManager.newBaseManager();
    private final Trace trace = new Trace();
    private float[] output;

    @BeforeEach
    void attend() {
        ModelConfig config = ModelConfig.builder(3, 3, 3, 1).build();
        Parameters.OfLayer parameters = new Parameters(WeightPlan.of(config)).in(Trace.Part.DECODER, 0);
        MultiHeadAttention attention = new MultiHeadAttention(config, parameters);
        identity(parameters.get(Weight.Role.QUERY_KEY_VALUE), 3);
        identity(parameters.get(Weight.Role.OUTPUT), 1);
        parameters.get(Weight.Role.QUERY_KEY_VALUE_BIAS).setInitializer(Initializer.ZEROS);
        parameters.get(Weight.Role.OUTPUT_BIAS).setInitializer(Initializer.ZEROS);
        attention.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 3));
        try (GradMode off = GradMode.off()) {
            NDArray rows = manager.create(ROWS, new Shape(1, 3, 3));
            trace.enter(Trace.Part.DECODER, 0);
            output = attention
                    .forward(new ParameterStore(manager, false), new NDList(rows, rows, rows), false, trace.asParams())
                    .head()
                    .toFloatArray();
        }
    }

    /** A projection that copies its input {@code times} times side by side. */
    private static void identity(Parameter parameter, int times) {
        parameter.setInitializer((manager, shape, type) -> {
            float[] values = new float[3 * 3 * times];
            for (int i = 0; i < 3; i++) {
                for (int copy = 0; copy < times; copy++) {
                    values[i * 3 * times + copy * 3 + i] = 1;
                }
            }
            return manager.create(values, shape);
        });
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void dot_products_are_those_worked_by_hand() {
        float[] scores = trace.get(0, Trace.Step.SCORES).toFloatArray(); // divided by √3
        double[] products = {.42, .54, .25, .54, .74, .43, .25, .43, .57};
        for (int i = 0; i < products.length; i++) {
            assertThat(scores[i] * Math.sqrt(3)).isEqualTo(products[i], within(1e-6));
        }
    }

    @Test
    void weights_are_the_softmax_of_each_row() {
        float[] weights = trace.get(0, Trace.Step.WEIGHTS).toFloatArray();
        for (int row = 0; row < 3; row++) {
            double[] products = {
                new double[] {.42, .54, .25}[row], new double[] {.54, .74, .43}[row], new double[] {.25, .43, .57}[row]
            };
            double sum = 0;
            for (double product : products) {
                sum += Math.exp(product / Math.sqrt(3));
            }
            for (int key = 0; key < 3; key++) {
                assertThat(weights[row * 3 + key])
                        .isEqualTo((float) (Math.exp(products[key] / Math.sqrt(3)) / sum), within(1e-6f));
            }
        }
    }

    @Test
    void the_row_for_I_is_the_blend_of_all_three() {
        // exp(.42/√3) = 1.274415, exp(.54/√3) = 1.365839, exp(.25/√3) = 1.155274; their sum is 3.795528
        assertThat(weight(0, 0)).isEqualTo(.335768f, within(1e-6f));
        assertThat(weight(0, 1)).isEqualTo(.359855f, within(1e-6f));
        assertThat(weight(0, 2)).isEqualTo(.304378f, within(1e-6f));
        // .335768·(.1,.4,.5) + .359855·(.3,.4,.7) + .304378·(.7,.2,.2); F.scaled_dot_product_attention of PyTorch 2.7.1
        // says
        // .3545976, .3391245, .4806577
        assertThat(output[0]).isEqualTo(.354598f, within(1e-6f));
        assertThat(output[1]).isEqualTo(.339125f, within(1e-6f));
        assertThat(output[2]).isEqualTo(.480658f, within(1e-6f));
    }

    private float weight(int query, int key) {
        return trace.get(0, Trace.Step.WEIGHTS).toFloatArray()[query * 3 + key];
    }
}
