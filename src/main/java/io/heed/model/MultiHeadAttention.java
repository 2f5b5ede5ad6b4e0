package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention (Vaswani et al., arXiv 1706.03762, section 3.2), step by step: {@code softmax(QKᵀ/√D + mask)·V}.
 *
 * <p>Inputs: the source of the queries (B,T,C) and the source of keys and values (B,S,C), the same array for
 * self-attention; then, if some positions are hidden, a mask (T,S): 0 for keys a query may attend to, minus infinity
 * for the others. Output: (B,T,C).
 */
final class MultiHeadAttention extends HeedBlock {

    private final Parameter projection; // (C,3C): queries, keys and values side by side
    private final Parameter projectionBias;
    private final Parameter output; // (C,C)
    private final Parameter outputBias;
    private final ModelConfig config;

    MultiHeadAttention(ModelConfig config, Parameters.OfLayer parameters) {
        this.config = config;
        projection = addParameter(parameters.get(Role.QUERY_KEY_VALUE));
        projectionBias = addParameter(parameters.get(Role.QUERY_KEY_VALUE_BIAS));
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

        NDArray query = trace.record(Trace.Step.QUERY, placed(fromQueries.get(0))); // (B,H,T,D)
        NDArray key = trace.record(Trace.Step.KEY, placed(fromKeys.get(1))); // (B,H,S,D)
        NDArray value = trace.record(Trace.Step.VALUE, splitHeads(fromKeys.get(2))); // (B,H,S,D)

        NDArray rootOfWidth = query.getManager().create((float) Math.sqrt(config.headWidth()));
        NDArray unmasked = query.matMul(key.swapAxes(2, 3)).div(rootOfWidth); // (B,H,T,S)
        unmasked = trace.record(Trace.Step.UNMASKED_SCORES, unmasked);
        NDArray scores = inputs.size() > 2 ? unmasked.add(inputs.get(2)) : unmasked;
        scores = trace.record(Trace.Step.SCORES, scores);
        NDArray weights = trace.record(Trace.Step.WEIGHTS, scores.softmax(-1));
        NDArray kept = drop(weights, (float) config.dropout(), training);
        NDArray head = trace.record(Trace.Step.HEAD_OUTPUT, kept.matMul(value)); // (B,H,T,D)

        NDArray joined = head.swapAxes(1, 2).reshape(querySource.getShape()); // (B,T,C)
        NDArray outputs = value(store, output, joined, training);
        if (trace.wants(Trace.Step.HEAD_CONTRIBUTION)) {
            NDArray ofHeads = outputs.reshape(1, config.heads(), config.headWidth(), config.width()); // (1,H,D,C)
            ofHeads.attach(head.getManager());
            trace.record(Trace.Step.HEAD_CONTRIBUTION, head.matMul(ofHeads)); // (B,H,T,C)
        }
        NDArray attended = joined.matMul(outputs).add(value(store, outputBias, joined, training));
        return new NDList(trace.record(Trace.Step.ATTENTION_OUTPUT, attended));
    }

    /** {@code x·W + b}, split into three: (B,T,C) to three times (B,T,C). */
    private NDList project(ParameterStore store, NDArray x, boolean training) {
        return x.matMul(value(store, projection, x, training))
                .add(value(store, projectionBias, x, training))
                .split(3, 2);
    }

    private NDArray placed(NDArray x) {
        return config.positions().placeQueriesOrKeys(splitHeads(x));
    }

    /** (B,T,C) to (B,H,T,D). */
    private NDArray splitHeads(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), config.heads(), config.headWidth())
                .swapAxes(1, 2);
    }
}
