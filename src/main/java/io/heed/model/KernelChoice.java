package io.heed.model;

import io.heed.kernels.KernelSettings;
import io.heed.kernels.WeightOrder;
import java.util.Locale;
import java.util.Map;

/** Chooses the kernels that a transformer of one shape calls, and the order in which it passes its weights to them. */
final class KernelChoice {

    private KernelChoice() {}

    static KernelSettings of(ModelConfig config, WeightPlan plan) {
        Map<String, String> choices = Map.of(
                "layers", config.translates() ? "layers_with_source" : "layers_alone",
                "place_tokens", config.positions().ofTokens(),
                "place_queries_and_keys", config.positions().ofQueriesAndKeys(),
                "activation", config.feedForward().activation().toString(),
                "attention_projection", projection(config.attention().biases()),
                "feed_forward_projection", projection(config.feedForward().biases()));
        return new KernelSettings(
                config.layers(),
                config.heads(),
                config.norm().epsilon(),
                config.embeddingScale(),
                config.dropout(),
                config.translates(),
                choices,
                order(plan));
    }

    private static String projection(boolean biases) {
        return biases ? "with_bias" : "without_bias";
    }

    /** Names weights by their roles: blocks such as {@code w.encoder_attention[i]}, and {@code w.output} inside one. */
    private static WeightOrder order(WeightPlan plan) {
        WeightOrder order = new WeightOrder();
        int place = 0;
        for (Weight weight : plan.weights()) {
            String part = weight.part().name().toLowerCase(Locale.ROOT);
            String role = weight.role().toString();
            if (weight.inLayer()) {
                String block = part + "_" + weight.role().block.name().toLowerCase(Locale.ROOT);
                order.inBlock(block, weight.layer(), role, place);
            } else {
                boolean encoder = weight.part() == Trace.Part.ENCODER;
                order.outside(encoder ? part + "_" + role : role, place);
            }
            if (weight.name().equals(plan.head().name())) {
                order.outside("head", place);
            }
            place++;
        }
        return order;
    }
}
