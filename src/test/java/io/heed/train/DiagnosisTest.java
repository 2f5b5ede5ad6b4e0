package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.model.Fixtures;
import io.heed.model.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks at the weights of a run finds what is wrong, and leaves nothing in their memory. */
class DiagnosisTest {

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void the_first_weight_that_is_no_number_is_named(float number) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> weights = new LinkedHashMap<>();
            weights.put("wte.weight", manager.create(new float[] {1e38f, -1e38f}));
            weights.put("h.1.mlp.c_fc.bias", manager.create(new float[] {1, number}));
            weights.put("ln_f.bias", manager.create(new float[] {number}));
            assertThat(Diagnosis.weight(weights)).contains("h.1.mlp.c_fc.bias (layer 1)");
            weights.values().forEach(weight -> weight.set(new float[(int) weight.size()]));
            assertThat(Diagnosis.weight(weights)).isEmpty();
        }
    }

    @Test
    void looking_leaves_nothing_in_the_memory_of_the_weights() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> weights = new LinkedHashMap<>();
            weights.put("wte.weight", manager.create(new float[] {1, 2}));
            weights.put("ln_f.bias", manager.create(new float[] {Float.NaN}));
            Transformer transformer = Fixtures.gpt2(manager);
            int before = manager.getManagedArrays().size();
            Diagnosis.weight(weights);
            new LayerWatch(weights, transformer.kernels(), manager).close();
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
