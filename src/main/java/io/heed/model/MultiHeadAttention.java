package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention (Vaswani et al., arXiv 1706.03762, section 3.2), step by step: {@code softmax(QKᵀ/√D + mask)·V}.
 *
 * <p>Queries and keys are first normalised and rotated, if the model does so. Keys and values that heads share are repeated for each.
 *
 * <p>Inputs: the source of the queries (B,T,C) and the source of keys and values (B,S,C), the same array for
 * self-attention; if some positions are hidden, a mask (T,S): 0 for keys a query may attend to, minus infinity for the
 * others; for the self-attention of a transformer, the rows of the positions. Output: (B,T,C).
 */
final class MultiHeadAttention extends HeedBlock {

    private final Parameter projection; // (C,(H+2K)·D): queries, keys and values side by side
    private final Parameter projectionBias;
    private final @Nullable Parameter queryNorm; // (D)
    private final @Nullable Parameter keyNorm; // (D)
    private final Parameter output; // (H·D,C)
    private final Parameter outputBias;
    private final ModelConfig config;

    MultiHeadAttention(ModelConfig config, Parameters.OfLayer parameters) {
        this.config = config;
        projection = addParameter(parameters.get(Role.QUERY_KEY_VALUE));
        projectionBias = addParameter(parameters.get(Role.QUERY_KEY_VALUE_BIAS));
        boolean normed = config.attention().queryKeyNorm();
        queryNorm = normed ? addParameter(parameters.get(Role.QUERY_NORM)) : null;
        keyNorm = normed ? addParameter(parameters.get(Role.KEY_NORM)) : null;
        output = addParameter(parameters.get(Role.OUTPUT));
        outputBias = addParameter(parameters.get(Role.OUTPUT_BIAS));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        Trace trace = Trace.inOrSilent(params);
        NDArray querySource = inputs.get(0);
        NDArray keySource = inputs.get(1);
        NDList fromQueries = project(store, querySource, training);
        NDList fromKeys = keySource == querySource ? fromQueries : project(store, keySource, training);

        NDArray query = splitHeads(fromQueries.get(0)); // (B,H,T,D)
        NDArray key = shared(splitHeads(fromKeys.get(1))); // (B,H,S,D)
        boolean rotated = inputs.size() > 3 && !config.positions().ofTokens();
        if (rotated || queryNorm != null) {
            query = trace.record(Trace.Step.PROJECTED_QUERY, query);
            key = trace.record(Trace.Step.PROJECTED_KEY, key);
        }
        if (queryNorm != null && keyNorm != null) {
            query = trace.record(Trace.Step.NORMED_QUERY, normed(store, query, queryNorm, training));
            key = trace.record(Trace.Step.NORMED_KEY, normed(store, key, keyNorm, training));
        }
        if (rotated) {
            query = config.positions().placeQueriesOrKeys(query, inputs.get(3));
            key = config.positions().placeQueriesOrKeys(key, inputs.get(3));
        }
        query = trace.record(Trace.Step.QUERY, query);
        key = trace.record(Trace.Step.KEY, key);
        NDArray value = trace.record(Trace.Step.VALUE, shared(splitHeads(fromKeys.get(2)))); // (B,H,S,D)

        NDArray rootOfWidth = query.getManager().create((float) Math.sqrt(config.headWidth()));
        NDArray unmasked = query.matMul(key.swapAxes(2, 3)).div(rootOfWidth); // (B,H,T,S)
        unmasked = trace.record(Trace.Step.UNMASKED_SCORES, unmasked);
        NDArray scores = inputs.size() > 2 ? unmasked.add(inputs.get(2)) : unmasked;
        scores = trace.record(Trace.Step.SCORES, scores);
        NDArray weights = trace.record(Trace.Step.WEIGHTS, scores.softmax(-1));
        NDArray kept = drop(weights, (float) config.dropout(), training);
        NDArray head = trace.record(Trace.Step.HEAD_OUTPUT, kept.matMul(value)); // (B,H,T,D)

        Shape shape = querySource.getShape();
        NDArray joined = head.swapAxes(1, 2).reshape(shape.get(0), shape.get(1), config.queriesWidth()); // (B,T,H·D)
        if (trace.wants(Trace.Step.HEAD_CONTRIBUTION)) {
            NDArray written = inFloat32(store, joined, output, training, outputs -> byHead(head, outputs));
            trace.record(Trace.Step.HEAD_CONTRIBUTION, written); // (B,H,T,C)
        }
        NDArray attended = product(store, joined, output, training).add(value(store, outputBias, joined, training));
        return new NDList(trace.record(Trace.Step.ATTENTION_OUTPUT, attended));
    }

    /** The product of each head's (B,H,T,D) with its rows of a matrix (H·D,C). */
    private NDArray byHead(NDArray heads, NDArray matrix) {
        try (NDArray ofHeads = matrix.reshape(1, config.heads(), config.headWidth(), config.width())) { // (1,H,D,C)
            return heads.matMul(ofHeads);
        }
    }

    /** {@code x·W + b}, split into queries (B,T,H·D), keys and values (B,T,K·D). */
    private NDList project(ParameterStore store, NDArray x, boolean training) {
        long queries = config.queriesWidth();
        return product(store, x, projection, training)
                .add(value(store, projectionBias, x, training))
                .split(new long[] {queries, queries + config.keysWidth()}, 2);
    }

    private NDArray normed(ParameterStore store, NDArray x, Parameter scale, boolean training) {
        return Normalisation.byRoot(x, config.norm().epsilon(), value(store, scale, x, training));
    }

    /** (B,T,N·D) to (B,N,T,D). */
    private NDArray splitHeads(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), -1, config.headWidth()).swapAxes(1, 2);
    }

    /** Gives each head the keys or values that it reads: (B,K,S,D) to (B,H,S,D). */
    private NDArray shared(NDArray x) {
        int sharing = config.attention().sharing();
        return sharing == 1 ? x : x.repeat(1, sharing);
    }
}
