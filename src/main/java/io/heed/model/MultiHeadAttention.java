package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
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
 * <p>Inputs: the sources of the queries (B,T,C), of the keys and of the values (B,S,C), the same array for
 * self-attention; or (B,N,T,C), one for each head or key head. If some positions are hidden, a mask (T,S) follows: 0 for keys a query may attend to, minus infinity for the
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
        NDList projected = project(store, inputs.subNDList(0, 3), training);
        NDArray query = projected.get(0); // (B,H,T,D)
        NDArray key = shared(projected.get(1)); // (B,H,S,D)
        boolean rotated = inputs.size() > 4 && !config.positions().ofTokens();
        if (rotated || queryNorm != null) {
            query = trace.record(Trace.Step.PROJECTED_QUERY, query);
            key = trace.record(Trace.Step.PROJECTED_KEY, key);
        }
        if (queryNorm != null && keyNorm != null) {
            query = trace.record(Trace.Step.NORMED_QUERY, normed(store, query, queryNorm, training));
            key = trace.record(Trace.Step.NORMED_KEY, normed(store, key, keyNorm, training));
        }
        if (rotated) {
            query = config.positions().placeQueriesOrKeys(query, inputs.get(4));
            key = config.positions().placeQueriesOrKeys(key, inputs.get(4));
        }
        query = trace.record(Trace.Step.QUERY, query);
        key = trace.record(Trace.Step.KEY, key);
        NDArray value = trace.record(Trace.Step.VALUE, shared(projected.get(2))); // (B,H,S,D)

        NDArray rootOfWidth = query.getManager().create((float) Math.sqrt(config.headWidth()));
        NDArray unmasked = query.matMul(key.swapAxes(2, 3)).div(rootOfWidth); // (B,H,T,S)
        unmasked = trace.record(Trace.Step.UNMASKED_SCORES, unmasked);
        NDArray scores = inputs.size() > 3 ? unmasked.add(inputs.get(3)) : unmasked;
        scores = trace.record(Trace.Step.SCORES, scores);
        NDArray weights = trace.record(Trace.Step.WEIGHTS, scores.softmax(-1));
        NDArray kept = drop(weights, (float) config.dropout(), training);
        NDArray head = trace.record(Trace.Step.HEAD_OUTPUT, kept.matMul(value)); // (B,H,T,D)

        Shape shape = head.getShape();
        NDArray joined = head.swapAxes(1, 2).reshape(shape.get(0), shape.get(2), config.queriesWidth()); // (B,T,H·D)
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

    /** {@code x·W + b}: queries (B,H,T,D), keys and values (B,K,S,D), each from its own source. */
    private NDList project(ParameterStore store, NDList sources, boolean training) {
        long queries = config.queriesWidth();
        long keys = queries + config.keysWidth();
        NDArray x = sources.get(0);
        if (x == sources.get(1) && x == sources.get(2)) {
            NDList all = product(store, x, projection, training)
                    .add(value(store, projectionBias, x, training))
                    .split(new long[] {queries, keys}, 2);
            return new NDList(splitHeads(all.get(0)), splitHeads(all.get(1)), splitHeads(all.get(2)));
        }
        return new NDList(
                project(store, x, 0, queries, training),
                project(store, sources.get(1), queries, keys, training),
                project(store, sources.get(2), keys, keys + config.keysWidth(), training));
    }

    /** The product with some columns of W, for each head that they belong to. */
    private NDArray project(ParameterStore store, NDArray x, long from, long to, boolean training) {
        NDManager owner = x.getManager(); // of views, too, which the weights' manager would keep
        NDArray biases = value(store, projectionBias, x, training).get(owner, new NDIndex("{}:{}", from, to));
        NDIndex columns = new NDIndex(":,{}:{}", from, to);
        if (x.getShape().dimension() == 3) {
            return splitHeads(inFloat32(store, x, projection, training, matrix -> x.matMul(matrix.get(owner, columns)))
                    .add(biases));
        }
        long width = config.headWidth();
        NDArray product = inFloat32(store, x, projection, training, matrix -> {
            NDArray byHead = matrix.get(owner, columns).reshape(1, config.width(), -1, width);
            return x.matMul(byHead.swapAxes(1, 2)); // (B,N,T,C)·(1,N,C,D)
        });
        return product.add(biases.reshape(-1, 1, width));
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
