package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Products with weights in int8, worked by hand. A norm whose scale is zero gives its shift, so that the head multiplies known numbers. */
class PackedWeightsTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private Kernels kernels(int tokens, int width) {
        ModelConfig config = ModelConfig.builder(tokens, 3, width, 1).build();
        return new Transformer(config, manager, new Arithmetic(false, false), NumberFormat.INT8).kernels();
    }

    private NDArray pack(Kernels kernels, float[][] table) {
        PackedWeights weights = kernels.packed();
        NDManager reading = manager.newSubManager();
        weights.keep(weights.pack(reading, new NDList(reading.create(table))));
        return manager.create(0L);
    }

    /** The product of a row of numbers with each row of a table. */
    private float[] scores(float[][] table, float... row) {
        Kernels kernels = kernels(table.length, row.length);
        try (GradMode off = GradMode.off()) {
            NDArray packed = pack(kernels, table);
            NDArray x = manager.zeros(new Shape(1, 1, row.length));
            return kernels.head(x, manager.zeros(new Shape(row.length)), manager.create(row), packed, false)
                    .toFloatArray();
        }
    }

    @Test
    void a_weight_is_the_nearest_of_127_steps_to_the_largest_of_its_output() {
        float[][] table = {{127, -63.6f, 1}, {.635f, .25f, -1.27f}, {0, 0, 0}
        }; // scales 1 and 0.01: 127, -64, 1; 64 (of 63.5), 25, -127
        float[] expected = {63 * 127 + 21 * 64 + 8, .01f * (63 * 64 - 21 * 25 - 8 * 127), 0};
        assertThat(scores(table, 63, -21, 8)).containsExactly(expected, within(.01f));
    }

    @Test
    void what_a_63rd_of_a_rows_largest_number_leaves_is_rounded_to_a_126th_of_that() {
        // 126 is 63 steps of 2; 5 is 2 of them (of 2.5, the even one) and 63 of 126; 0.1 is none and 6 (of 6.3)
        float[][] table = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        float[] expected = {126, 5, 2 * 6 / 126f};
        assertThat(scores(table, 126, 5, .1f)).containsExactly(expected, within(1e-5f));
        assertThat(scores(table, -126, -5, -.1f)).containsExactly(new float[] {-126, -5, -2 * 6 / 126f}, within(1e-5f));
    }

    @Test
    void a_row_of_zeros_gives_zeros() {
        assertThat(scores(new float[][] {{1, 2}, {3, 4}}, 0, 0)).containsExactly(0, 0);
    }

    @Test
    void no_processor_loses_a_part_of_the_largest_sums() {
        float[] ones = new float[256];
        Arrays.fill(ones, 1);
        float[] minus = new float[256];
        Arrays.fill(minus, -1);
        assertThat(scores(new float[][] {ones, minus}, ones)).containsExactly(new float[] {256, -256}, within(1e-3f));
        assertThat(scores(new float[][] {ones, minus}, minus)).containsExactly(new float[] {-256, 256}, within(1e-3f));
    }

    @Test
    void a_row_is_the_same_to_the_last_bit_beside_others() {
        float[][] table = new float[5][16];
        float[][] rows = new float[3][16];
        for (int i = 0; i < 16; i++) {
            for (int token = 0; token < 5; token++) {
                table[token][i] = (float) Math.sin(7 * token + i);
            }
            rows[0][i] = (float) Math.cos(3 * i);
            rows[1][i] =
                    i == 4 ? 100 : (float) Math.sin(i); // after the norm its largest number is far from the first row's
            rows[2][i] = -i;
        }
        Kernels kernels = kernels(5, 16);
        try (GradMode off = GradMode.off()) {
            NDArray packed = pack(kernels, table);
            NDArray scale = manager.ones(new Shape(16));
            NDArray shift = manager.zeros(new Shape(16));
            NDArray x = manager.create(rows).reshape(1, 3, 16);
            NDArray together = kernels.head(x, scale, shift, packed, false);
            for (int row = 0; row < 3; row++) {
                NDArray alone = kernels.head(x.get(":, {}:{}, :", row, row + 1), scale, shift, packed, false);
                assertThat(together.get("0, {}", row).toFloatArray()).isEqualTo(alone.toFloatArray());
            }
        }
    }
}
