package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import java.util.stream.IntStream;
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
        Chosen chosen = chosen(trace);
        NDList projected = project(store, inputs.subNDList(0, 3), chosen, training);
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
        if (!chosen.isAll()) {
            return new NDList(someAdd(store, head, chosen.queries(), trace, training));
        }
        Shape shape = head.getShape();
        NDArray joined = head.swapAxes(1, 2).reshape(shape.get(0), shape.get(2), config.queriesWidth()); // (B,T,H·D)
        if (trace.wants(Trace.Step.HEAD_CONTRIBUTION)) {
            trace.record(Trace.Step.HEAD_CONTRIBUTION, written(store, head, null, training)); // (B,H,T,C)
        }
        NDArray attended = product(store, joined, output, training).add(value(store, outputBias, joined, training));
        return new NDList(trace.record(Trace.Step.ATTENTION_OUTPUT, attended));
    }

    /** What some heads add. */
    private NDArray someAdd(ParameterStore store, NDArray head, int[] heads, Trace trace, boolean training) {
        NDArray written = trace.record(Trace.Step.HEAD_CONTRIBUTION, written(store, head, heads, training));
        NDArray attended = written.sum(new int[] {1}).add(value(store, outputBias, written, training));
        return trace.record(Trace.Step.ATTENTION_OUTPUT, attended);
    }

    /** Heads' outputs (B,N,T,D) times their rows of the output projection, (B,N,T,C). */
    private NDArray written(ParameterStore store, NDArray head, int @Nullable [] heads, boolean training) {
        return inFloat32(store, head, output, training, matrix -> {
            NDArray all = matrix.get(head.getManager(), new NDIndex(":"))
                    .reshape(config.heads(), config.headWidth(), config.width());
            return byHead(head, heads == null ? all : some(all, heads));
        });
    }

    /** The product of each head's (B,N,T,X) with a matrix of its own (N,X,Y), as one for each head: (B,N,T,Y). */
    private static NDArray byHead(NDArray x, NDArray matrices) {
        Shape shape = x.getShape();
        long heads = shape.get(1);
        return x.swapAxes(0, 1)
                .reshape(heads, shape.get(0) * shape.get(2), shape.get(3))
                .matMul(matrices)
                .reshape(heads, shape.get(0), shape.get(2), -1)
                .swapAxes(0, 1);
    }

    /** Some of an array's rows. */
    private static NDArray some(NDArray array, int[] rows) {
        NDList chosen = new NDList();
        for (int row : rows) {
            chosen.add(array.get(new NDIndex("{}:{}", row, row + 1)));
        }
        return NDArrays.concat(chosen, 0);
    }

    /**
     * The heads that are computed.
     *
     * @param keys the key heads
     * @param queries the heads that read them
     */
    private record Chosen(int[] keys, int[] queries, boolean isAll) {}

    private Chosen chosen(Trace trace) {
        int all = config.attention().keyHeads();
        int sharing = config.attention().sharing();
        int[] keys = trace.keyHeads(all);
        int[] queries = IntStream.of(keys)
                .flatMap(key -> IntStream.range(key * sharing, (key + 1) * sharing))
                .toArray();
        return new Chosen(keys, queries, keys.length == all);
    }

    /** {@code x·W + b}: queries (B,H,T,D), keys and values (B,K,S,D), each from its own source. */
    private NDList project(ParameterStore store, NDList sources, Chosen chosen, boolean training) {
        long queries = config.queriesWidth();
        long keys = queries + config.keysWidth();
        NDArray x = sources.get(0);
        if (chosen.isAll && x == sources.get(1) && x == sources.get(2)) {
            NDList all = product(store, x, projection, training)
                    .add(value(store, projectionBias, x, training))
                    .split(new long[] {queries, keys}, 2);
            return new NDList(splitHeads(all.get(0)), splitHeads(all.get(1)), splitHeads(all.get(2)));
        }
        return new NDList(
                project(store, x, 0, queries, chosen.isAll ? null : chosen.queries, training),
                project(store, sources.get(1), queries, keys, chosen.isAll ? null : chosen.keys, training),
                project(
                        store,
                        sources.get(2),
                        keys,
                        keys + config.keysWidth(),
                        chosen.isAll ? null : chosen.keys,
                        training));
    }

    /**
     * The product with some columns of W, for each head that they belong to.
     *
     * @param heads which of those heads; null for all
     */
    private NDArray project(
            ParameterStore store, NDArray x, long from, long to, int @Nullable [] heads, boolean training) {
        NDManager owner = x.getManager(); // of views, too, which the weights' manager would keep
        NDIndex columns = new NDIndex(":,{}:{}", from, to);
        long width = config.headWidth();
        NDArray biases = value(store, projectionBias, x, training)
                .get(owner, new NDIndex("{}:{}", from, to))
                .reshape(-1, 1, width); // (N,1,D)
        NDArray product = inFloat32(store, x, projection, training, matrix -> {
            NDArray all = matrix.get(owner, columns);
            if (heads == null && x.getShape().dimension() == 3) {
                return splitHeads(x.matMul(all));
            }
            NDArray byHead = all.reshape(config.width(), -1, width).swapAxes(0, 1); // (N,C,D)
            NDArray chosen = heads == null ? byHead : some(byHead, heads);
            return x.getShape().dimension() == 4
                    ? byHead(x, chosen)
                    : splitHeads(x.matMul(chosen.swapAxes(0, 1).reshape(config.width(), -1)));
        });
        return product.add(heads == null ? biases : some(biases, heads));
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
