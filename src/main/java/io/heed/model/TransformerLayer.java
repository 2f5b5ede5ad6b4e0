package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Residual;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer: {@code x += Attention(LN₁(x)); x += FeedForward(LN₂(x))}; in an encoder-decoder's decoder, with {@code x +=
 * Attention(LN(x), source)} between the two. A parallel residual makes it {@code x += Attention(LN₁(x)) + FeedForward(LN₂(x))}.
 *
 * <p>This is the explicit rendering: it computes step by step, and a {@link Trace} can record each step. Inputs: x (B,T,C), its
 * self-attention mask and the rows of the positions; then, for cross-attention, the encoder's output (B,S,C), the same before its norm, and
 * its mask. Output: (B,T,C).
 */
final class TransformerLayer extends HeedBlock {

    private final Trace.Part part;
    private final Normalisation attentionNorm;
    private final MultiHeadAttention attention;
    private final @Nullable Normalisation crossNorm;
    private final @Nullable MultiHeadAttention cross;
    private final @Nullable Normalisation sourceNorm; // the encoder's
    private final Normalisation feedForwardNorm;
    private final FeedForwardNetwork feedForward;
    private final int index;
    private final float dropout;
    private final Residual residual;
    private final int keyHeads;

    TransformerLayer(
            ModelConfig config, Trace.Part part, int index, Parameters parameters, @Nullable Normalisation sourceNorm) {
        this.sourceNorm = sourceNorm;
        this.part = part;
        this.index = index;
        dropout = (float) config.dropout();
        residual = config.residual();
        keyHeads = config.attention().keyHeads();
        Parameters.OfLayer own = parameters.in(part, index);
        attentionNorm = addChildBlock("ln_1", attentionNorm(config, own));
        attention = addChildBlock("attn", new MultiHeadAttention(config, own));
        boolean looksUp = part == Trace.Part.DECODER && config.translates();
        Parameters.OfLayer across = parameters.in(Trace.Part.CROSS, index);
        crossNorm = looksUp ? addChildBlock("ln_cross_attn", attentionNorm(config, across)) : null;
        cross = looksUp ? addChildBlock("crossattention", new MultiHeadAttention(config, across)) : null;
        feedForwardNorm = addChildBlock(
                "ln_2",
                new Normalisation(
                        config.norm(), own.get(Role.FEED_FORWARD_NORM), own.get(Role.FEED_FORWARD_NORM_SHIFT)));
        feedForward = addChildBlock("mlp", new FeedForwardNetwork(config.feedForward(), own));
    }

    private static Normalisation attentionNorm(ModelConfig config, Parameters.OfLayer own) {
        return new Normalisation(config.norm(), own.get(Role.ATTENTION_NORM), own.get(Role.ATTENTION_NORM_SHIFT));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        Trace trace = Trace.inOrSilent(params);
        trace.enter(part, index);
        NDArray before = trace.record(Trace.Step.RESIDUAL_BEFORE, inputs.head());

        NDArray middle = before;
        if (trace.keyHeads(keyHeads).length > 0) {
            NDList sources = attentionInputs(store, before, training, trace);
            sources.addAll(new NDList(inputs.get(1), inputs.get(2)));
            NDArray attended =
                    attention.forward(store, sources, training, params).head();
            middle = before.add(drop(attended, dropout, training));
        }
        middle = trace.record(Trace.Step.RESIDUAL_MIDDLE, middle);
        if (crossNorm != null && cross != null && sourceNorm != null) {
            middle = lookedUp(store, inputs, middle, crossNorm, cross, sourceNorm, training, params);
        }
        if (!trace.feedsForward()) {
            return new NDList(trace.record(Trace.Step.RESIDUAL_AFTER, middle));
        }
        NDArray read = trace.read(Trace.Reader.FEED_FORWARD, residual == Residual.PARALLEL ? before : middle);
        NDArray normed = normed(feedForwardNorm, store, read, training);
        normed = trace.record(Trace.Step.FEED_FORWARD_INPUT, normed);
        NDArray transformed =
                feedForward.forward(store, new NDList(normed), training, params).head();
        transformed = trace.record(Trace.Step.FEED_FORWARD_OUTPUT, transformed);
        return new NDList(trace.record(Trace.Step.RESIDUAL_AFTER, middle.add(drop(transformed, dropout, training))));
    }

    /** Adds what the queries of a decoder find in the source. */
    private NDArray lookedUp(
            ParameterStore store,
            NDList inputs,
            NDArray stream,
            Normalisation norm,
            MultiHeadAttention across,
            Normalisation sourceNorm,
            boolean training,
            @Nullable PairList<String, Object> params) {
        Trace trace = Trace.inOrSilent(params);
        trace.enter(Trace.Part.CROSS, index);
        NDArray found = stream;
        if (trace.keyHeads(keyHeads).length > 0) {
            NDArray asking = normed(norm, store, trace.read(Trace.Reader.QUERY, stream), training);
            NDList sources = new NDList(trace.record(Trace.Step.ATTENTION_INPUT, asking));
            for (Trace.Reader reader : List.of(Trace.Reader.KEY, Trace.Reader.VALUE)) {
                NDArray read = trace.read(reader, inputs.get(4));
                sources.add(read == inputs.get(4) ? inputs.get(3) : normed(sourceNorm, store, read, training));
            }
            sources.add(inputs.get(5));
            NDArray attended = across.forward(store, sources, training, params).head();
            found = stream.add(drop(attended, dropout, training));
        }
        found = trace.record(Trace.Step.RESIDUAL_MIDDLE, found);
        trace.enter(part, index);
        return found;
    }

    /** What queries, keys and values are computed from: one array, unless they read streams of their own. */
    private NDList attentionInputs(ParameterStore store, NDArray stream, boolean training, Trace trace) {
        NDList inputs = new NDList();
        NDArray shared = null;
        for (Trace.Reader reader : List.of(Trace.Reader.QUERY, Trace.Reader.KEY, Trace.Reader.VALUE)) {
            NDArray read = trace.read(reader, stream);
            if (read != stream) {
                inputs.add(normed(attentionNorm, store, read, training));
                continue;
            }
            if (shared == null) {
                shared = trace.record(Trace.Step.ATTENTION_INPUT, normed(attentionNorm, store, stream, training));
            }
            inputs.add(shared);
        }
        return inputs;
    }

    private static NDArray normed(Normalisation norm, ParameterStore store, NDArray x, boolean training) {
        return norm.forward(store, new NDList(x), training).head();
    }
}
