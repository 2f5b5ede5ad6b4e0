package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One layer of GPT-2: {@code x += Attention(LN₁(x)); x += FeedForward(LN₂(x))}, each position seeing itself and those before it.
 *
 * <p>This is the explicit rendering, step by step, each step recorded where a {@link Trace} looks on. (B,T,C) to (B,T,C).
 */
final class TransformerLayer extends HeedBlock {

    private final LayerNorm attentionNorm;
    private final MultiHeadAttention attention;
    private final LayerNorm feedForwardNorm;
    private final FeedForward feedForward;
    private final int index;
    private final float dropout;
    private final List<Parameter> weights;

    TransformerLayer(ModelConfig config, int index) {
        this.index = index;
        dropout = (float) config.dropout();
        attentionNorm = addChildBlock("ln_1", new LayerNorm(config));
        attention = addChildBlock("attn", new MultiHeadAttention(config));
        feedForwardNorm = addChildBlock("ln_2", new LayerNorm(config));
        feedForward = addChildBlock("mlp", new FeedForward(config));
        weights = List.of(
                attentionNorm.weight,
                attentionNorm.bias,
                attention.projectionWeight,
                attention.projectionBias,
                attention.outputWeight,
                attention.outputBias,
                feedForwardNorm.weight,
                feedForwardNorm.bias,
                feedForward.innerWeight,
                feedForward.innerBias,
                feedForward.outputWeight,
                feedForward.outputBias);
    }

    /** How many weights a layer has. */
    static final int WEIGHTS = 12;

    /** How many of them, the first, belong to its attention. */
    static final int WEIGHTS_OF_ATTENTION = 6;

    /** GPT-2's names of the twelve weights, in the order of the fused kernel. */
    private static final List<String> NAMES = List.of(
            "ln_1.weight",
            "ln_1.bias",
            "attn.c_attn.weight",
            "attn.c_attn.bias",
            "attn.c_proj.weight",
            "attn.c_proj.bias",
            "ln_2.weight",
            "ln_2.bias",
            "mlp.c_fc.weight",
            "mlp.c_fc.bias",
            "mlp.c_proj.weight",
            "mlp.c_proj.bias");

    /** Adds this layer's parameters under GPT-2's names. */
    void nameParameters(Map<String, Parameter> names) {
        for (int i = 0; i < NAMES.size(); i++) {
            names.put("h." + index + "." + NAMES.get(i), weights.get(i));
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        Trace trace = Trace.inOrSilent(params);
        trace.enterLayer(index);
        NDArray before = trace.record(Trace.Step.RESIDUAL_BEFORE, x);

        NDArray normed =
                attentionNorm.forward(store, new NDList(before), training).head();
        normed = trace.record(Trace.Step.ATTENTION_INPUT, normed);
        NDList sources = new NDList(normed, normed, causalMask(x));
        NDArray attended = attention.forward(store, sources, training, params).head();
        NDArray middle = trace.record(Trace.Step.RESIDUAL_MIDDLE, before.add(drop(attended, dropout, training)));

        normed = feedForwardNorm.forward(store, new NDList(middle), training).head();
        normed = trace.record(Trace.Step.FEED_FORWARD_INPUT, normed);
        NDArray transformed =
                feedForward.forward(store, new NDList(normed), training, params).head();
        transformed = trace.record(Trace.Step.FEED_FORWARD_OUTPUT, transformed);
        return new NDList(trace.record(Trace.Step.RESIDUAL_AFTER, middle.add(drop(transformed, dropout, training))));
    }

    /** (T,T): 0 where the key is the query's position or before it, minus infinity after. */
    private static NDArray causalMask(NDArray x) {
        int positions = Math.toIntExact(x.getShape().get(1));
        float[] mask = new float[positions * positions];
        for (int query = 0; query < positions; query++) {
            for (int key = query + 1; key < positions; key++) {
                mask[query * positions + key] = Float.NEGATIVE_INFINITY;
            }
        }
        return x.getManager().create(mask, new Shape(positions, positions));
    }
}
