package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One layer of GPT-2: {@code x += Attention(LN₁(x)); x += FeedForward(LN₂(x))}; between the two, where the layer is of a decoder that
 * translates, {@code x += Attention(LN(x), source)}.
 *
 * <p>This is the explicit rendering, step by step, each step recorded where a {@link Trace} looks on. Inputs: x (B,T,C) and the mask of
 * its attention to itself; then, to look up a source, what the encoder made of it (B,S,C) and the mask of that. Output: (B,T,C).
 */
final class TransformerLayer extends HeedBlock {

    private final Trace.Part part;
    private final LayerNorm attentionNorm;
    private final MultiHeadAttention attention;
    private final @Nullable LayerNorm crossNorm;
    private final @Nullable MultiHeadAttention cross;
    private final LayerNorm feedForwardNorm;
    private final FeedForward feedForward;
    private final int index;
    private final float dropout;

    TransformerLayer(ModelConfig config, Trace.Part part, int index) {
        this.part = part;
        this.index = index;
        dropout = (float) config.dropout();
        attentionNorm = addChildBlock("ln_1", new LayerNorm(config));
        attention = addChildBlock("attn", new MultiHeadAttention(config));
        boolean looksUp = part == Trace.Part.DECODER && config.translates();
        crossNorm = looksUp ? addChildBlock("ln_cross_attn", new LayerNorm(config)) : null;
        cross = looksUp ? addChildBlock("crossattention", new MultiHeadAttention(config)) : null;
        feedForwardNorm = addChildBlock("ln_2", new LayerNorm(config));
        feedForward = addChildBlock("mlp", new FeedForward(config));
    }

    /** How many weights a layer has that looks up no source. */
    static final int WEIGHTS = 12;

    /** How many of them, the first, belong to its attention. */
    static final int WEIGHTS_OF_ATTENTION = 6;

    /** Adds this layer's parameters under GPT-2's names, in the order of the fused kernel. */
    void nameParameters(String prefix, Map<String, Parameter> names) {
        String own = prefix + "h." + index + ".";
        name(own + "ln_1", attentionNorm.weight, attentionNorm.bias, names);
        nameAttention(own + "attn", attention, names);
        if (crossNorm != null && cross != null) {
            name(own + "ln_cross_attn", crossNorm.weight, crossNorm.bias, names);
            nameAttention(own + "crossattention", cross, names);
        }
        name(own + "ln_2", feedForwardNorm.weight, feedForwardNorm.bias, names);
        name(own + "mlp.c_fc", feedForward.innerWeight, feedForward.innerBias, names);
        name(own + "mlp.c_proj", feedForward.outputWeight, feedForward.outputBias, names);
    }

    private static void nameAttention(String name, MultiHeadAttention attention, Map<String, Parameter> names) {
        name(name + ".c_attn", attention.projectionWeight, attention.projectionBias, names);
        name(name + ".c_proj", attention.outputWeight, attention.outputBias, names);
    }

    private static void name(String name, Parameter weight, Parameter bias, Map<String, Parameter> names) {
        names.put(name + ".weight", weight);
        names.put(name + ".bias", bias);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        Trace trace = Trace.inOrSilent(params);
        trace.enter(part, index);
        NDArray before = trace.record(Trace.Step.RESIDUAL_BEFORE, inputs.head());

        NDArray normed =
                attentionNorm.forward(store, new NDList(before), training).head();
        normed = trace.record(Trace.Step.ATTENTION_INPUT, normed);
        NDList sources = new NDList(normed, normed, inputs.get(1));
        NDArray attended = attention.forward(store, sources, training, params).head();
        NDArray middle = trace.record(Trace.Step.RESIDUAL_MIDDLE, before.add(drop(attended, dropout, training)));
        if (crossNorm != null && cross != null) {
            trace.enter(Trace.Part.CROSS, index);
            normed = crossNorm.forward(store, new NDList(middle), training).head();
            normed = trace.record(Trace.Step.ATTENTION_INPUT, normed);
            sources = new NDList(normed, inputs.get(2), inputs.get(3));
            attended = cross.forward(store, sources, training, params).head();
            middle = trace.record(Trace.Step.RESIDUAL_MIDDLE, middle.add(drop(attended, dropout, training)));
            trace.enter(part, index);
        }

        normed = feedForwardNorm.forward(store, new NDList(middle), training).head();
        normed = trace.record(Trace.Step.FEED_FORWARD_INPUT, normed);
        NDArray transformed =
                feedForward.forward(store, new NDList(normed), training, params).head();
        transformed = trace.record(Trace.Step.FEED_FORWARD_OUTPUT, transformed);
        return new NDList(trace.record(Trace.Step.RESIDUAL_AFTER, middle.add(drop(transformed, dropout, training))));
    }
}
