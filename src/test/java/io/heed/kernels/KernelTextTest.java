package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether the joined texts compute what they should is TransformerTest's question; this is about names. */
class KernelTextTest {

    private final WeightOrder order = new WeightOrder();

    KernelTextTest() {
        order.outside("tokens", 0);
        order.inBlock("attention", 0, "norm", 1);
        order.inBlock("attention", 0, "output", 2);
        order.inBlock("feed_forward", 0, "up", 3);
        order.inBlock("attention", 1, "norm", 4);
        order.inBlock("attention", 1, "output", 5);
        order.inBlock("feed_forward", 1, "up", 6);
        order.outside("final_norm", 7);
    }

    @Test
    void a_weight_outside_the_layers_is_numbered_among_all_and_one_of_a_layer_in_its_block() {
        assertThat(order.place("w", "tokens")).isEqualTo("w[0]");
        assertThat(order.place("w", "final_norm")).isEqualTo("w[7]");
        assertThat(order.place("w", "output")).isEqualTo("w[1]");
        assertThat(order.place("w", "up")).isEqualTo("w[0]");
    }

    @Test
    void the_block_of_a_layer_starts_at_a_multiple_of_its_length() {
        assertThat(order.block("w", "attention", "i")).isEqualTo("torch.slice(w, 1 + 3 * (i), 2 + 1 + 3 * (i))");
        assertThat(order.block("w", "feed_forward", "i + 1"))
                .isEqualTo("torch.slice(w, 3 + 3 * (i + 1), 1 + 3 + 3 * (i + 1))");
    }

    @Test
    void a_name_that_stands_for_two_places_is_refused() {
        assertThatThrownBy(() -> order.inBlock("cross", 0, "output", 8))
                .hasMessage("output is weight 1 of one block and 0 of another, cross");
    }

    @Test
    void a_text_that_names_what_the_model_does_not_have_is_refused() {
        Map<String, String> choices = Map.of("layers", "sequential_layers", "norm", "layer_norm", "sees", "sees_all");
        order.outside("positions", 8);
        assertThatThrownBy(() -> KernelText.of(settings(choices), List.of("transform")))
                .hasMessageContaining("there is no weight final_norm_shift; there are [tokens, ");
        order.outside("final_norm_shift", 8);
        order.outside("head", 8);
        assertThatThrownBy(() -> KernelText.of(settings(Map.of()), List.of("transform")))
                .hasMessageContaining("there is no choice named ");
    }

    private KernelSettings settings(Map<String, String> choices) {
        return new KernelSettings(2, 1, 1, 4, 1e-5, 1, 0, false, choices, order);
    }
}
