package io.heed.model;

import io.heed.kernels.KernelSettings;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.WeightOrder;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.SlidingWindow;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Chooses the kernels that a transformer of one shape calls, and the order in which it passes its weights to them. */
final class KernelChoice {

    private KernelChoice() {}

    /**
     * Chooses them.
     *
     * @param weights the format of the large weights
     */
    static KernelSettings of(ModelConfig config, WeightPlan plan, NumberFormat weights) {
        boolean ofTokens = config.positions().ofTokens();
        Attention attention = config.attention();
        FeedForward feedForward = config.feedForward();
        Map<String, String> choices = new HashMap<>();
        choices.put("layers", config.translates() ? "layers_with_source" : config.residual() + "_layers");
        choices.put("place_tokens", ofTokens ? "added" : "unplaced");
        choices.put("place_queries_and_keys", ofTokens ? "unplaced" : "turned");
        choices.put("norm_queries_and_keys", attention.queryKeyNorm() ? "normed_by_head" : "unnormed");
        choices.put("share_keys", attention.sharing() == 1 ? "unshared" : "shared");
        choices.put("norm", config.norm().kind() + "_norm");
        choices.put("inner", inner(feedForward, weights));
        choices.put("activation", feedForward.activation().toString());
        choices.put("project_in", projection(weights, attention.biases() != Attention.Biases.NONE));
        choices.put("project_out", projection(weights, attention.biases() == Attention.Biases.ALL));
        choices.put("feed_forward_projection", projection(weights, feedForward.biases()));
        String kept = weights == NumberFormat.FLOAT32 ? "kept" : "narrow";
        choices.put("rows", kept + "_rows");
        choices.put("row", kept + "_row");
        choices.put("scales", config.embeddingScale() == 1 ? "False" : "True");
        choices.put("scores", scores(weights, config.tiedHead()));
        choices.put("vocabulary", String.valueOf(config.vocabulary()));
        choices.put("width", String.valueOf(config.width()));
        choices.put("half", String.valueOf(config.positions().rowLength(config) / 2));
        SlidingWindow window = attention.window();
        choices.put("sees", window == null ? "sees_all" : "sees_window");
        choices.put("window", window == null ? "0" : String.valueOf(window.size()));
        choices.put("window_layers", window == null ? "[]" : window.layers().toString());
        return new KernelSettings(
                config.layers(),
                config.heads(),
                config.attention().keyHeads(),
                config.headWidth(),
                config.norm().epsilon(),
                config.embeddingScale(),
                config.dropout(),
                config.translates(),
                choices,
                order(plan));
    }

    private static String inner(FeedForward feedForward, NumberFormat weights) {
        if (!feedForward.gated()) {
            return "plain";
        }
        return WeightPlan.packsGateWithUp(feedForward, weights) ? "gated_at_once" : "gated";
    }

    private static String projection(NumberFormat weights, boolean biases) {
        String kept = switch (weights) {
            case FLOAT32 -> "";
            case INT8 -> "packed_";
            default -> "narrow_";
        };
        return kept + (biases ? "with_bias" : "without_bias");
    }

    private static String scores(NumberFormat weights, boolean tied) {
        return switch (weights) {
            case FLOAT32 -> "kept_scores";
            case INT8 -> tied ? "first_packed_scores" : "packed_scores";
            default -> "narrow_scores";
        };
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
