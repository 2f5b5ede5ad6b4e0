package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ResidualStream.Written;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each part of the residual stream adds to one head's queries and keys. All between the stream and a score is linear once the norms are
 * held ({@link HeldNorm}): the norm before attention, the projection, the norm of queries and keys, and the rotation by position.
 */
final class HeadParts {

    private final LanguageModel model;
    private final ModelConfig config;
    private final WeightPlan plan;
    private final Recording recording;
    private final Trace.Part attention;
    private final int layer;
    private final int head;
    private final float[] projection; // (C,(H+2K)·D)
    private final float[] projectionBias; // ((H+2K)·D)

    /**
     * Prepares the parts of a head.
     *
     * @param recording of that model, with the steps {@link ScoreAttribution#needed}
     */
    HeadParts(LanguageModel model, Recording recording, Trace.Part attention, int layer, int head) {
        this.model = model;
        config = model.transformer().config();
        plan = model.transformer().plan();
        this.recording = recording;
        this.attention = attention;
        this.layer = layer;
        this.head = head;
        projection = model.numbers().of(plan.get(attention, layer, Role.QUERY_KEY_VALUE));
        projectionBias = model.numbers().of(plan.get(attention, layer, Role.QUERY_KEY_VALUE_BIAS));
    }

    /**
     * A query or a key in parts.
     *
     * @param names what wrote each, N of them; the vectors are those of the residual stream, empty for biases
     * @param vectors what each adds to it, (N,D)
     */
    record Parts(List<Written> names, List<double[]> vectors) {}

    /** The query at a position, whose parts sum to {@link Step#QUERY}. */
    Parts query(int position) {
        int from = head * config.headWidth();
        return prepared(read(true, position), from, Step.PROJECTED_QUERY, Role.QUERY_NORM, position);
    }

    /** The key at a position, whose parts sum to {@link Step#KEY}. */
    Parts key(int position) {
        int from = config.queriesWidth() + config.attention().keyHeadOf(head) * config.headWidth();
        return prepared(read(false, position), from, Step.PROJECTED_KEY, Role.KEY_NORM, position);
    }

    /** What attention reads at a position: parts of the stream, and the norm held at it. */
    private record Read(List<Written> stream, HeldNorm norm) {}

    private Read read(boolean asQuery, int position) {
        if (attention != Trace.Part.CROSS) {
            float[] input = stream(attention, layer, Step.RESIDUAL_BEFORE, position);
            return new Read(
                    new ResidualStream(model, recording, attention, position).before(layer),
                    HeldNorm.beforeAttention(model, attention, layer, input));
        }
        if (asQuery) {
            float[] input = stream(Trace.Part.DECODER, layer, Step.RESIDUAL_MIDDLE, position);
            return new Read(
                    new ResidualStream(model, recording, Trace.Part.DECODER, position).afterAttention(layer),
                    HeldNorm.beforeAttention(model, Trace.Part.CROSS, layer, input));
        }
        int end = config.layers();
        float[] input = stream(Trace.Part.ENCODER, end - 1, Step.RESIDUAL_AFTER, position);
        return new Read(
                new ResidualStream(model, recording, Trace.Part.ENCODER, position).before(end),
                HeldNorm.afterLayers(model, Trace.Part.ENCODER, input));
    }

    private float[] stream(Trace.Part part, int where, Step step, int position) {
        return recording.get(part, where, step).at(position).values();
    }

    private Parts prepared(Read read, int from, Step projected, Role headNorm, int position) {
        List<Written> names = new ArrayList<>(read.stream);
        List<double[]> vectors = new ArrayList<>();
        read.stream.forEach(each -> vectors.add(projected(read.norm.of(each.vector()), from)));
        if (config.norm().shift()) {
            names.add(new Written("norm bias", ResidualStream.NONE, ResidualStream.NONE, new float[0]));
            vectors.add(projected(HeldNorm.widened(read.norm.shift()), from));
        }
        if (config.attention().biases() != Attention.Biases.NONE) {
            names.add(new Written("bias", ResidualStream.NONE, ResidualStream.NONE, new float[0]));
            vectors.add(HeldNorm.widened(Arrays.copyOfRange(projectionBias, from, from + config.headWidth())));
        }
        if (config.attention().queryKeyNorm()) {
            float[] whole = recording
                    .get(attention, layer, projected)
                    .at(head, position)
                    .values();
            vectors.replaceAll(HeldNorm.ofHead(model, attention, layer, headNorm, whole)::of);
        }
        boolean rotated = attention != Trace.Part.CROSS && !config.positions().ofTokens();
        return new Parts(names, rotated ? rotated(vectors, position) : vectors);
    }

    /** The product with D columns of the projection, (C) to (D). */
    private double[] projected(double[] normed, int from) {
        int columns = projection.length / normed.length;
        double[] product = new double[config.headWidth()];
        for (int c = 0; c < normed.length; c++) {
            for (int d = 0; d < product.length; d++) {
                product[d] += normed[c] * projection[c * columns + from + d];
            }
        }
        return product;
    }

    private List<double[]> rotated(List<double[]> vectors, int position) {
        int width = config.headWidth();
        double[] all = vectors.stream().flatMapToDouble(Arrays::stream).toArray();
        double[] angles = HeldNorm.widened(model.numbers().row(plan.get(Role.POSITIONS), position)); // (R)
        try (NDManager reading = model.newReading()) {
            NDArray x = reading.create(all, new Shape(vectors.size(), 1, 1, width)); // (N,1,1,D)
            NDArray rows = reading.create(angles, new Shape(1, angles.length));
            double[] placed = config.positions().placeQueriesOrKeys(x, rows).toDoubleArray();
            List<double[]> rotated = new ArrayList<>();
            for (int i = 0; i < vectors.size(); i++) {
                rotated.add(Arrays.copyOfRange(placed, i * width, (i + 1) * width));
            }
            return rotated;
        }
    }
}
