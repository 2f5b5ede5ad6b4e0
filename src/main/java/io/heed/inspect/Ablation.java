package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a prediction loses when heads are taken away: evidence, which attention weights alone are not (Jain and Wallace, arXiv
 * 1902.10186). A head is taken away by putting zero, or the mean of its outputs over the text's positions, in their place (Michel et
 * al., arXiv 1905.10650).
 */
public final class Ablation {

    private record Place(int layer, int head) {}

    private final LanguageModel model;
    private final long[] ids;
    private final int position;
    private final int token;

    /**
     * Prepares to try heads of a model on one prediction.
     *
     * @param encoded the text's tokens, at most the model's context
     * @param position where the prediction is made, from 0: the position before the predicted one
     * @param token the id whose log-probability is looked at
     */
    public Ablation(LanguageModel model, Encoded encoded, int position, int token) {
        this.model = model;
        ids = encoded.ids();
        this.position = position;
        this.token = token;
    }

    /** Tries each head by itself. */
    public List<HeadAblation> ofEachHead() {
        List<Place> places = new ArrayList<>();
        for (int layer = 0; layer < model.transformer().config().layers(); layer++) {
            for (int head = 0; head < model.transformer().config().heads(); head++) {
                places.add(new Place(layer, head));
            }
        }
        double whole = logProbabilities(List.of(List.of()), false)[0];
        List<List<Place>> each = places.stream().map(List::of).toList();
        double[] zero = logProbabilities(each, false);
        double[] mean = logProbabilities(each, true);
        List<HeadAblation> ablations = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            ablations.add(new HeadAblation(place.layer, place.head, zero[i] - whole, mean[i] - whole));
        }
        return ablations;
    }

    /**
     * Takes several heads of one layer away together.
     *
     * @param heads the heads, from 0
     * @return the token's log-probability without them, in nats, their outputs being zero
     */
    public double without(int layer, Set<Integer> heads) {
        return logProbabilities(
                List.of(heads.stream().map(head -> new Place(layer, head)).toList()), false)[0];
    }

    /** The token's log-probability without each set of heads. */
    private double[] logProbabilities(List<List<Place>> sets, boolean mean) {
        double[] found = new double[sets.size()];
        int next = 0;
        for (List<List<Place>> rows : Rows.cut(sets, model, ids.length)) {
            try (NDManager reading = model.newReading()) {
                Trace trace = new Trace(
                        Set.of(),
                        (layer, step, value) -> step == Step.HEAD_OUTPUT ? without(value, layer, rows, mean) : value);
                float[] logits = model.read(reading, ids, rows.size(), trace).toFloatArray();
                int vocabulary = model.transformer().config().vocabulary();
                for (int row = 0; row < rows.size(); row++) {
                    int start = (row * ids.length + position) * vocabulary;
                    float[] after = Arrays.copyOfRange(logits, start, start + vocabulary);
                    found[next++] = Probabilities.log(after, token);
                }
            }
        }
        return found;
    }

    /** Puts zero, or the mean over positions, in the place of heads: (B,H,T,D), each row its own heads. */
    private static NDArray without(NDArray value, int layer, List<List<Place>> rows, boolean mean) {
        int heads = (int) value.getShape().get(1);
        float[] kept = new float[rows.size() * heads];
        Arrays.fill(kept, 1);
        boolean any = false;
        for (int row = 0; row < rows.size(); row++) {
            for (Place place : rows.get(row)) {
                if (place.layer == layer) {
                    kept[row * heads + place.head] = 0;
                    any = true;
                }
            }
        }
        if (!any) {
            return value;
        }
        NDManager owner = value.getManager();
        NDArray mask = owner.create(kept, new Shape(rows.size(), heads, 1, 1));
        NDArray rest = value.mul(mask);
        return mean
                ? rest.add(value.mean(new int[] {2}, true).mul(owner.create(1f).sub(mask)))
                : rest;
    }
}
