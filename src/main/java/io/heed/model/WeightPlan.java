package io.heed.model;

import ai.djl.ndarray.types.Shape;
import io.heed.kernels.NumberFormat;
import io.heed.model.Weight.Role;
import io.heed.model.Weight.Start;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Positions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists every weight of a transformer of one shape, in the order of the computation. It is the only definition of what
 * a model consists of: blocks, kernels, optimizers, file formats and analyses ask it for weights by role.
 */
public final class WeightPlan {

    private final ModelConfig config;
    private final Map<String, Weight> byName = new LinkedHashMap<>();
    private final Map<Trace.Part, Map<Role, List<Weight>>> byRole =
            new EnumMap<>(Trace.Part.class); // a list's layers in order

    private WeightPlan(ModelConfig config) {
        this.config = config;
    }

    /** Lists the weights of a transformer. */
    public static WeightPlan of(ModelConfig config) {
        WeightPlan plan = new WeightPlan(config);
        Section ends = plan.new Section("", Trace.Part.DECODER, Weight.OUTSIDE);
        Positions positions = config.positions();
        ends.table("wte", Role.TOKENS, Start.RANDOM, config.vocabulary(), config.width());
        Start places = positions.trained() ? Start.RANDOM : Start.FIXED;
        ends.table("wpe", Role.POSITIONS, places, config.context(), positions.rowLength(config));
        if (config.translates()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                Section own = plan.new Section("encoder.h." + layer + ".", Trace.Part.ENCODER, layer);
                own.attention("ln_1", "attn");
                own.feedForward();
            }
            plan.new Section("encoder.", Trace.Part.ENCODER, Weight.OUTSIDE)
                    .norm("ln_f", Role.FINAL_NORM, Role.FINAL_NORM_SHIFT);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            Section own = plan.new Section("h." + layer + ".", Trace.Part.DECODER, layer);
            own.attention("ln_1", "attn");
            if (config.translates()) {
                plan.new Section("h." + layer + ".", Trace.Part.CROSS, layer)
                        .attention("ln_cross_attn", "crossattention");
            }
            own.feedForward();
        }
        ends.norm("ln_f", Role.FINAL_NORM, Role.FINAL_NORM_SHIFT);
        if (!config.tiedHead()) {
            ends.table("lm_head", Role.HEAD, Start.RANDOM, config.vocabulary(), config.width());
        }
        return plan;
    }

    /** All weights, in the order of the computation. */
    public List<Weight> weights() {
        return List.copyOf(byName.values());
    }

    /** How many numbers all weights have. */
    public long size() {
        return byName.values().stream()
                .mapToLong(weight -> weight.shape().size())
                .sum();
    }

    /**
     * Finds a weight by its name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Weight get(String name) {
        Weight weight = byName.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return weight;
    }

    /**
     * Finds a weight of a layer.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Weight get(Trace.Part part, int layer, Role role) {
        List<Weight> alike = byRole.getOrDefault(part, Map.of()).getOrDefault(role, List.of());
        int place = role.inLayer() ? layer : layer - Weight.OUTSIDE;
        if (place < 0 || place >= alike.size()) {
            throw new IllegalArgumentException("there is no %s in layer %d of the %s".formatted(role, layer, part));
        }
        return alike.get(place);
    }

    /**
     * Finds a weight of the decoder outside its layers.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Weight get(Role role) {
        return get(Trace.Part.DECODER, Weight.OUTSIDE, role);
    }

    /** Whether the gate and the projection beside it are kept as one matrix, the gate's outputs first, in the gate's place. */
    public static boolean packsGateWithUp(FeedForward feedForward, NumberFormat weights) {
        return weights == NumberFormat.INT8 && feedForward.gated() && !feedForward.biases();
    }

    /** The table that logits are computed with (V,C): the token embeddings if the head is tied. */
    public Weight head() {
        return get(config.tiedHead() ? Role.TOKENS : Role.HEAD);
    }

    /** Adds the weights of one layer, or those outside the layers, to the plan. */
    private final class Section {

        private final String prefix;
        private final Trace.Part part;
        private final int layer;
        private final long width = config.width();

        Section(String prefix, Trace.Part part, int layer) {
            this.prefix = prefix;
            this.part = part;
            this.layer = layer;
        }

        void attention(String norm, String attention) {
            Attention.Biases biases = config.attention().biases();
            boolean all = biases == Attention.Biases.ALL;
            long queries = config.queriesWidth();
            long keys = config.keysWidth();
            norm(norm, Role.ATTENTION_NORM, Role.ATTENTION_NORM_SHIFT);
            List<Long> three = List.of(queries, keys, keys);
            add(attention + ".c_attn.weight", Role.QUERY_KEY_VALUE, Start.RANDOM, three, width, queries + 2 * keys);
            boolean before = biases != Attention.Biases.NONE;
            vector(attention + ".c_attn.bias", Role.QUERY_KEY_VALUE_BIAS, Start.ZEROS, before, queries + 2 * keys);
            if (config.attention().queryKeyNorm()) {
                vector(attention + ".q_norm.weight", Role.QUERY_NORM, Start.ONES, true, config.headWidth());
                vector(attention + ".k_norm.weight", Role.KEY_NORM, Start.ONES, true, config.headWidth());
            }
            add(attention + ".c_proj.weight", Role.OUTPUT, Start.RANDOM_INTO_RESIDUAL, List.of(width), queries, width);
            vector(attention + ".c_proj.bias", Role.OUTPUT_BIAS, Start.ZEROS, all, width);
        }

        void feedForward() {
            long inner = config.feedForward().width();
            boolean biases = config.feedForward().biases();
            norm("ln_2", Role.FEED_FORWARD_NORM, Role.FEED_FORWARD_NORM_SHIFT);
            if (config.feedForward().gated()) {
                add("mlp.c_gate.weight", Role.GATE, Start.RANDOM, List.of(inner), width, inner);
                vector("mlp.c_gate.bias", Role.GATE_BIAS, Start.ZEROS, biases, inner);
            }
            add("mlp.c_fc.weight", Role.UP, Start.RANDOM, List.of(inner), width, inner);
            vector("mlp.c_fc.bias", Role.UP_BIAS, Start.ZEROS, biases, inner);
            add("mlp.c_proj.weight", Role.DOWN, Start.RANDOM_INTO_RESIDUAL, List.of(width), inner, width);
            vector("mlp.c_proj.bias", Role.DOWN_BIAS, Start.ZEROS, biases, width);
        }

        void norm(String name, Role scale, Role shift) {
            vector(name + ".weight", scale, Start.ONES, true, width);
            vector(name + ".bias", shift, Start.ZEROS, config.norm().shift(), width);
        }

        void table(String name, Role role, Start start, long rows, long columns) {
            add(new Weight(
                    name + ".weight",
                    part,
                    layer,
                    role,
                    new Shape(rows, columns),
                    start,
                    start != Start.FIXED,
                    List.of()));
        }

        private void vector(String name, Role role, Start start, boolean trained, long size) {
            add(new Weight(prefix + name, part, layer, role, new Shape(size), start, trained, List.of()));
        }

        private void add(String name, Role role, Start start, List<Long> matrices, long rows, long columns) {
            add(new Weight(prefix + name, part, layer, role, new Shape(rows, columns), start, true, matrices));
        }

        private void add(Weight weight) {
            byName.put(weight.name(), weight);
            byRole.computeIfAbsent(part, key -> new EnumMap<>(Role.class))
                    .computeIfAbsent(weight.role(), key -> new ArrayList<>())
                    .add(weight);
        }
    }
}
