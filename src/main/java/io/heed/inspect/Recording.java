package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model computed while it read one text: a trace's steps as plain arrays, without the dimension of the batch.
 *
 * <p>Layers, heads and positions count from 0. T is the number of tokens.
 *
 * @param text what was read
 * @param encoded its tokens
 * @param perLayer the steps of each layer
 * @param outside the steps outside the layers
 */
public record Recording(String text, Encoded encoded, List<Map<Step, Tensor>> perLayer, Map<Step, Tensor> outside)
        implements TokenMaps {

    /** The steps that maps are drawn from. */
    public static final Set<Step> MAPS = Set.of(Step.WEIGHTS, Step.SCORES, Step.UNMASKED_SCORES, Step.LOGITS);

    /** Lets a model read a text, at most its context long, and records every step. */
    public static Recording of(LanguageModel model, String text, Encoded encoded) {
        return of(model, text, encoded, EnumSet.allOf(Step.class));
    }

    /** Lets a model read a text, at most its context long, and records some steps. */
    public static Recording of(LanguageModel model, String text, Encoded encoded, Set<Step> steps) {
        return of(model, List.of(text), List.of(encoded), steps).get(0);
    }

    /**
     * Lets a model read texts of equally many tokens at once, and records some steps of each.
     *
     * @param encoded their tokens, at most the model's context
     */
    static List<Recording> of(LanguageModel model, List<String> texts, List<Encoded> encoded, Set<Step> steps) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(steps, (layer, step, value) -> value);
            model.read(reading, encoded.stream().map(Encoded::ids).toArray(long[][]::new), trace);
            List<Recording> recordings = new ArrayList<>();
            for (int row = 0; row < texts.size(); row++) {
                List<Map<Step, Tensor>> perLayer = new ArrayList<>();
                for (int layer = 0; layer < trace.layers(); layer++) {
                    Map<Step, Tensor> ofLayer = new EnumMap<>(Step.class);
                    for (Step step : steps) {
                        if (step.inLayers()) {
                            ofLayer.put(step, tensor(step, trace.get(layer, step), row));
                        }
                    }
                    perLayer.add(ofLayer);
                }
                Map<Step, Tensor> outside = new EnumMap<>(Step.class);
                for (Step step : steps) {
                    if (!step.inLayers()) {
                        outside.put(step, tensor(step, trace.get(step), row));
                    }
                }
                recordings.add(new Recording(texts.get(row), encoded.get(row), List.copyOf(perLayer), outside));
            }
            return recordings;
        }
    }

    private static Tensor tensor(Step step, NDArray array, int row) {
        NDArray own = step == Step.POSITION_EMBEDDING ? array : array.get(row);
        return new Tensor(own.getShape().getShape(), own.toFloatArray());
    }

    /** The number of tokens, T. */
    public int length() {
        return encoded.length();
    }

    /** The number of layers. */
    @Override
    public int layers() {
        return perLayer.size();
    }

    /** The number of heads of a layer; needs the weights. */
    @Override
    public int heads() {
        return (int) get(0, Step.WEIGHTS).shape()[0];
    }

    /**
     * Returns a step of a layer, of the shape that {@link Step} gives without B.
     *
     * @throws IllegalArgumentException if it was not recorded
     */
    public Tensor get(int layer, Step step) {
        return present(perLayer.get(layer).get(step), step);
    }

    /**
     * Returns a step outside the layers.
     *
     * @throws IllegalArgumentException if it was not recorded
     */
    public Tensor get(Step step) {
        return present(outside.get(step), step);
    }

    private static Tensor present(@Nullable Tensor tensor, Step step) {
        if (tensor == null) {
            throw new IllegalArgumentException(step + " was not recorded");
        }
        return tensor;
    }

    /** How much each query reads of each key, (T,T): rows are queries and sum to one. */
    public float[][] weights(int layer, int head) {
        return get(layer, Step.WEIGHTS).at(head).rows();
    }

    @Override
    public MapKind kind() {
        return MapKind.ATTENTION;
    }

    /** The weights. */
    @Override
    public float[][] map(int layer, int head) {
        return weights(layer, head);
    }

    @Override
    public String title(int layer, int head) {
        return "layer %d, head %d".formatted(layer, head);
    }

    @Override
    public String unit() {
        return "weight";
    }

    /** What softmax made the weights of, (T,T): minus infinity where a key is hidden. */
    public float[][] scores(int layer, int head) {
        return get(layer, Step.SCORES).at(head).rows();
    }

    /** The scores {@code q·k/√D} of all pairs, hidden ones too, (T,T). */
    public float[][] unmaskedScores(int layer, int head) {
        return get(layer, Step.UNMASKED_SCORES).at(head).rows();
    }

    /** How likely each token comes after a position, before softmax, (V). */
    public float[] logits(int position) {
        return get(Step.LOGITS).at(position).values();
    }

    /** Whether the first token is one the tokenizer put there, which stands nowhere in the text. */
    public boolean startsWithMark() {
        Encoded.Span first = encoded.spans().get(0);
        return first.start() == first.end();
    }
}
