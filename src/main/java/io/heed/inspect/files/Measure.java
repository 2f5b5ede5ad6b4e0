package io.heed.inspect.files;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.AttentionFlow;
import io.heed.inspect.Recording;
import io.heed.inspect.Rollout;
import io.heed.inspect.Tensor;
import io.heed.inspect.ValueWeighted;
import io.heed.inspect.files.NamedArray.Floats;
import io.heed.inspect.heads.HeadSimilarity;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** An array of a dump that is worked out from what was recorded. */
enum Measure {
    /** (L,T,T). */
    ROLLOUT,
    /** (T,T). */
    FLOW,
    /** (L,H,T,T). */
    VALUE_WEIGHTED,
    /** (L,H,L,H). */
    HEAD_SIMILARITY;

    /** Works it out. */
    Floats of(LanguageModel model, Recording recording) {
        return switch (this) {
            case ROLLOUT ->
                array(Arrays.stream(Rollout.of(recording)).map(Measure::tensor).toList());
            case FLOW -> array(List.of(tensor(AttentionFlow.of(recording))));
            case VALUE_WEIGHTED ->
                array(IntStream.range(0, recording.layers())
                        .mapToObj(layer -> valueWeighted(model, recording, layer))
                        .toList());
            case HEAD_SIMILARITY -> array(similarity(recording));
        };
    }

    private Floats array(List<Tensor> tensors) {
        return new Floats(toString(), this != FLOW, tensors);
    }

    private static Tensor valueWeighted(LanguageModel model, Recording recording, int layer) {
        List<double[]> rows = new ArrayList<>();
        for (int head = 0; head < recording.heads(); head++) {
            rows.addAll(Arrays.asList(ValueWeighted.of(model, recording, layer, head)));
        }
        long length = recording.length();
        return tensor(rows.toArray(double[][]::new), recording.heads(), length, length);
    }

    private static List<Tensor> similarity(Recording recording) {
        int heads = recording.heads();
        double[][] matrix = HeadSimilarity.of(recording).matrix();
        List<Tensor> layers = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            double[][] rows = Arrays.copyOfRange(matrix, layer * heads, (layer + 1) * heads);
            layers.add(tensor(rows, heads, recording.layers(), heads));
        }
        return layers;
    }

    private static Tensor tensor(double[][] rows) {
        return tensor(rows, rows.length, rows.length);
    }

    private static Tensor tensor(double[][] rows, long... shape) {
        int width = rows[0].length;
        float[] values = new float[rows.length * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows[i / width][i % width];
        }
        return new Tensor(shape, values);
    }

    /** The shape it will have. */
    long[] shape(ModelConfig config, long tokens) {
        long layers = config.layers();
        long heads = config.heads();
        return switch (this) {
            case ROLLOUT -> new long[] {layers, tokens, tokens};
            case FLOW -> new long[] {tokens, tokens};
            case VALUE_WEIGHTED -> new long[] {layers, heads, tokens, tokens};
            case HEAD_SIMILARITY -> new long[] {layers, heads, layers, heads};
        };
    }

    /** The name of the array. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
