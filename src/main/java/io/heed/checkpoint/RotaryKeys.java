package io.heed.checkpoint;

import io.heed.model.Positions;
import io.heed.model.RotaryScaling;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rotary positions as folders tell of them: {@code rope_theta} and {@code rope_scaling}, as transformers 4 writes them, or {@code
 * rope_parameters}, as transformers 5 does.
 */
final class RotaryKeys {

    private static final String PARAMETERS = "rope_parameters";
    private static final String SCALING = "rope_scaling";
    private static final String THETA = "rope_theta";
    private static final String FRACTION = "partial_rotary_factor";

    private RotaryKeys() {}

    /**
     * Reads rotary positions.
     *
     * @param fraction the part of a head that is turned where the folder says nothing else
     */
    static Positions.Rotary read(ConfigJson json, double fraction) {
        boolean newer = json.given(PARAMETERS);
        ConfigJson own = newer ? json.inside(PARAMETERS) : json;
        ConfigJson scaling = newer ? own : json.given(SCALING) ? json.inside(SCALING) : null;
        double theta = own.number(THETA, json.number(THETA, json.number("rotary_emb_base", 10_000)));
        double part = own.number(FRACTION, json.number(FRACTION, fraction));
        return new Positions.Rotary(theta, part, scaling == null ? new RotaryScaling.None() : scaling(scaling, json));
    }

    private static RotaryScaling scaling(ConfigJson scaling, ConfigJson json) {
        String key = scaling.given("rope_type") ? "rope_type" : "type";
        String type = scaling.given(key) ? scaling.text(key) : "default";
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(scaling.above("factor"));
            case "llama3" ->
                new RotaryScaling.Llama3(
                        scaling.above("factor"),
                        scaling.above("low_freq_factor"),
                        scaling.above("high_freq_factor"),
                        scaling.positive("original_max_position_embeddings"));
            case "yarn" -> yarn(scaling, json);
            default -> throw scaling.wrong(key, "which is not supported; Heed knows default, linear, llama3 and yarn");
        };
    }

    private static RotaryScaling yarn(ConfigJson scaling, ConfigJson json) {
        for (String key : new String[] {"mscale", "mscale_all_dim"}) {
            if (scaling.given(key)) {
                throw scaling.wrong(key, "which is not supported");
            }
        }
        double factor = scaling.above("factor");
        double usual = factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
        int context = scaling.given("original_max_position_embeddings")
                ? scaling.positive("original_max_position_embeddings")
                : json.positive("max_position_embeddings");
        return new RotaryScaling.Yarn(
                factor,
                scaling.number("beta_fast", 32),
                scaling.number("beta_slow", 1),
                context,
                scaling.truth("truncate", true),
                scaling.number("attention_factor", usual));
    }

    /** Writes rotary positions, as transformers 4 and 5 read them; nothing of others. */
    static void write(Positions positions, ObjectNode root) {
        if (!(positions instanceof Positions.Rotary rotary)) {
            return;
        }
        root.put(THETA, rotary.theta());
        if (rotary.fraction() != 1) {
            root.put(FRACTION, rotary.fraction());
        }
        if (rotary.scaling() instanceof RotaryScaling.Linear linear) {
            root.putObject(SCALING).put("rope_type", "linear").put("factor", linear.factor());
        } else if (rotary.scaling() instanceof RotaryScaling.Llama3 llama3) {
            root.putObject(SCALING)
                    .put("rope_type", "llama3")
                    .put("factor", llama3.factor())
                    .put("low_freq_factor", llama3.low())
                    .put("high_freq_factor", llama3.high())
                    .put("original_max_position_embeddings", (int) llama3.context());
        } else if (rotary.scaling() instanceof RotaryScaling.Yarn yarn) {
            root.putObject(SCALING)
                    .put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("truncate", yarn.truncate())
                    .put("attention_factor", yarn.attentionFactor())
                    .put("original_max_position_embeddings", (int) yarn.context());
        }
    }
}
