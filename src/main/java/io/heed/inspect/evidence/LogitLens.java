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
        int width = model.transformer().config().width();
        float[] rows = new float[(recording.layers() + 1) * width];
        for (int row = 0; row <= recording.layers(); row++) {
            float[] residual = residual(recording, row - 1).at(position).values();
            System.arraycopy(residual, 0, rows, row * width, width);
        }
        return guesses(model, new Tensor(new long[] {recording.layers() + 1, width}, rows), 1).stream()
                .map(likeliest -> likeliest.get(0))
                .toList();
    }

    /** The residual stream after a layer, or before all, (T,C). */
    private static Tensor residual(Recording recording, int layer) {
        return layer < 0 ? recording.get(0, Step.RESIDUAL_BEFORE) : recording.get(layer, Step.RESIDUAL_AFTER);
    }

    /** The likeliest tokens after each row of a stream (N,C). */
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
