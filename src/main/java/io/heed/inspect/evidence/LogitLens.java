package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a model would predict if it ended after each layer (nostalgebraist, "interpreting GPT: the logit lens", 2020). */
public final class LogitLens {

    private LogitLens() {}

    /**
     * Reads the residual stream after the embeddings and after each layer with the model's final norm and embedding.
     *
     * @param recording of that model, with {@link Step#RESIDUAL_BEFORE} and {@link Step#RESIDUAL_AFTER}
     * @param count how many guesses are kept at each position
     */
    public static List<LensLayer> of(LanguageModel model, Recording recording, int count) {
        List<LensLayer> lens = new ArrayList<>();
        for (int layer = -1; layer < recording.layers(); layer++) {
            lens.add(new LensLayer(layer, guesses(model, residual(recording, layer), count)));
        }
        return lens;
    }

    /**
     * Reads the same at one position.
     *
     * @return the likeliest token after the embeddings, and after each layer
     */
    public static List<LensLayer.Guess> at(LanguageModel model, Recording recording, int position) {
        return IntStream.range(-1, recording.layers())
                .mapToObj(layer -> residual(recording, layer).at(position))
                .map(row -> new Tensor(new long[] {1, row.shape()[0]}, row.values()))
                .map(row -> guesses(model, row, 1).get(0).get(0))
                .toList();
    }

    /** The residual stream after a layer, or before all, (T,C). */
    private static Tensor residual(Recording recording, int layer) {
        return layer < 0 ? recording.get(0, Step.RESIDUAL_BEFORE) : recording.get(layer, Step.RESIDUAL_AFTER);
    }

    private static List<List<LensLayer.Guess>> guesses(LanguageModel model, Tensor residual, int count) {
        try (NDManager reading = model.newReading()) {
            long positions = residual.shape()[0];
            NDArray stream = reading.create(residual.values(), new Shape(1, positions, residual.shape()[1]));
            float[] logits = model.readResidual(stream).toFloatArray(); // (1,T,V)
            int vocabulary = (int) (logits.length / positions);
            List<List<LensLayer.Guess>> all = new ArrayList<>();
            for (int position = 0; position < positions; position++) {
                all.add(LensLayer.Guess.likeliest(
                        model, Arrays.copyOfRange(logits, position * vocabulary, (position + 1) * vocabulary), count));
            }
            return all;
        }
    }
}
