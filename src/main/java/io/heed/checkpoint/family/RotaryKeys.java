package io.heed.checkpoint.family;

import io.heed.model.shape.Positions;
import io.heed.model.shape.RotaryScaling;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rotary positions as folders describe them: {@code rope_theta} and {@code rope_scaling}, as transformers 4 writes them, or {@code
 * rope_parameters}, as transformers 5 does.
 */
final class RotaryKeys {

    private static final String PARAMETERS = "rope_parameters";
    private static final String SCALING = "rope_scaling";
    private static final String THETA = "rope_theta";
    private static final String FRACTION = "partial_rotary_factor";
    private static final String CONTEXT = "max_position_embeddings";
    private static final String ORIGINAL = "original_max_position_embeddings";

    private RotaryKeys() {}

    /** Reads rotary positions; the whole head is rotated unless the folder says otherwise. */
    static Positions.Rotary read(ConfigJson json) {
        return read(json, THETA, FRACTION, 1);
    }

    /**
     * Reads rotary positions.
     *
     * @param theta the family's key for the base of the frequencies outside {@code rope_parameters}
     * @param fraction its key for the fraction of a head that is rotated
     * @param usual that fraction if the folder does not say
     */
    static Positions.Rotary read(ConfigJson json, String theta, String fraction, double usual) {
        ConfigJson newer = json.given(PARAMETERS) ? json.inside(PARAMETERS) : null;
        ConfigJson scaling = newer != null ? newer : json.given(SCALING) ? json.inside(SCALING) : null;
        double base = json.number(theta, 10_000);
        double part = json.number(fraction, usual);
        if (newer != null) {
            base = newer.number(THETA, base);
            part = newer.number(FRACTION, part);
        }
        return new Positions.Rotary(base, part, scaling == null ? new RotaryScaling.None() : scaling(scaling, json));
    }

    /**
     * Whether every version of transformers computes the same from what is written: with YaRN, version 4 divides by the ratio of
     * the contexts and version 5 by the factor.
     */
    static boolean agree(Positions positions, int context) {
        return !(positions instanceof Positions.Rotary rotary && rotary.scaling() instanceof RotaryScaling.Yarn yarn)
                || yarn.context() == context
                || yarn.factor() * yarn.context() == context;
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
                        scaling.positive(ORIGINAL));
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
        int context = scaling.given(ORIGINAL) ? scaling.positive(ORIGINAL) : json.positive(CONTEXT);
        boolean ratio = scaling.given(ORIGINAL) && json.given(CONTEXT) && !json.given(PARAMETERS);
        if (ratio && factor * context != json.positive(CONTEXT)) {
            throw scaling.wrong(
                    "factor",
                    "but %s / %s is %s, and versions of transformers differ in which of them they use; make them equal"
                            .formatted(CONTEXT, ORIGINAL, (double) json.positive(CONTEXT) / context));
        }
        RotaryScaling.Yarn usual = RotaryScaling.Yarn.usual(factor, context);
        return new RotaryScaling.Yarn(
                factor,
                scaling.number("beta_fast", usual.betaFast()),
                scaling.number("beta_slow", usual.betaSlow()),
                context,
                scaling.truth("truncate", usual.truncate()),
                scaling.number("attention_factor", usual.attentionFactor()));
    }

    /** Writes rotary positions, as transformers 4 and 5 read them; writes nothing for other positions. */
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
                    .put(ORIGINAL, (int) llama3.context());
        } else if (rotary.scaling() instanceof RotaryScaling.Yarn yarn) {
            ObjectNode scaling = root.putObject(SCALING)
                    .put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("truncate", yarn.truncate())
                    .put("attention_factor", yarn.attentionFactor());
            if (root.path(CONTEXT).asInt(0) != (int) yarn.context()) {
                scaling.put(ORIGINAL, (int) yarn.context());
            }
        }
    }
}
