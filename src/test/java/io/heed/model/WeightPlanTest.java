package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.Safetensors;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The plan lists the weights in other programs' files. */
class WeightPlanTest {

    @Test
    void the_weights_of_gpt2_match_those_that_transformers_saves() throws IOException {
        Map<String, List<Long>> saved = new LinkedHashMap<>();
        Fixtures.read("gpt2/model.safetensors").forEach((name, tensor) -> {
            if (!name.equals("lm_head.weight")) {
                saved.put(name.replaceFirst("^transformer\\.", ""), list(tensor));
            }
        });
        assertThat(shapes(Fixtures.GPT2)).containsExactlyInAnyOrderEntriesOf(saved);
    }

    /** GPT-2's smallest model has 124,439,808 parameters (its model card at Hugging Face: 124M). */
    @Test
    void gpt2_has_124_million_parameters() {
        ModelConfig config = ModelConfig.builder(50257, 1024, 768, 12).build();
        long count = WeightPlan.of(config).weights().stream()
                .mapToLong(weight -> weight.shape().size())
                .sum();
        assertThat(count).isEqualTo(124_439_808);
    }

    @Test
    void a_weight_is_found_by_its_name_and_by_what_it_is_for() {
        WeightPlan plan = WeightPlan.of(Fixtures.ENCODER_DECODER);
        for (Weight weight : plan.weights()) {
            assertThat(plan.get(weight.name())).isSameAs(weight);
            assertThat(plan.get(weight.part(), weight.layer(), weight.role())).isSameAs(weight);
            assertThat(weight.inLayer()).isEqualTo(weight.role().inLayer());
        }
        assertThat(plan.weights()).doesNotHaveDuplicates();
        assertThatThrownBy(() -> plan.get(Trace.Part.CROSS, 2, Weight.Role.OUTPUT))
                .hasMessage("there is no output in layer 2 of the CROSS");
        assertThatThrownBy(() -> plan.get("h.2.ln_1.weight")).hasMessage("there is no weight h.2.ln_1.weight");
    }

    @Test
    void logits_use_the_token_table_or_an_untied_one() {
        ModelConfig tied = Fixtures.GPT2;
        ModelConfig untied = tied.toBuilder().tiedHead(false).build();
        assertThat(WeightPlan.of(tied).head().name()).isEqualTo("wte.weight");
        assertThat(WeightPlan.of(untied).head().name()).isEqualTo("lm_head.weight");
        assertThat(WeightPlan.of(untied).head().shape()).isEqualTo(new Shape(96, 32));
    }

    @Test
    void weights_that_a_configuration_turns_off_exist_but_are_not_trained() {
        ModelConfig plain = Fixtures.GPT2.toBuilder()
                .attention(new Attention(2, false))
                .norm(new Norm(1e-5, false))
                .positions(new Positions.Sinusoidal())
                .build();
        List<String> still = WeightPlan.of(plain).weights().stream()
                .filter(weight -> !weight.trained())
                .map(Weight::name)
                .toList();
        assertThat(still)
                .containsExactly(
                        "wpe.weight",
                        "h.0.ln_1.bias",
                        "h.0.attn.c_attn.bias",
                        "h.0.attn.c_proj.bias",
                        "h.0.ln_2.bias",
                        "h.1.ln_1.bias",
                        "h.1.attn.c_attn.bias",
                        "h.1.attn.c_proj.bias",
                        "h.1.ln_2.bias",
                        "ln_f.bias");
    }

    private static Map<String, List<Long>> shapes(ModelConfig config) {
        return WeightPlan.of(config).weights().stream()
                .collect(Collectors.toMap(
                        Weight::name, weight -> list(weight.shape().getShape())));
    }

    private static List<Long> list(Safetensors.StoredArray tensor) {
        return list(tensor.shape());
    }

    private static List<Long> list(long[] shape) {
        return Arrays.stream(shape).boxed().toList();
    }
}
