package io.heed.inspect;

import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Place;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Attention maps that are made up. */
public final class Maps {

    private Maps() {}

    /** One layer of heads with these weights over a text of these tokens, [BOS] among them a mark that stands nowhere. */
    public static Recording of(List<String> tokens, float[][]... heads) {
        List<Span> spans = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String token : tokens) {
            int start = text.length();
            text.append(token.equals("[BOS]") ? "" : token);
            spans.add(new Span(start, text.length()));
        }
        int length = tokens.size();
        float[] all = new float[heads.length * length * length];
        int next = 0;
        for (float[][] weights : heads) {
            for (float[] row : weights) {
                System.arraycopy(row, 0, all, next, length);
                next += length;
            }
        }
        Tensor maps = new Tensor(new long[] {heads.length, length, length}, all);
        Map<Step, Tensor> layer = Map.of(Step.WEIGHTS, maps, Step.SCORES, maps, Step.UNMASKED_SCORES, maps);
        Encoded encoded = new Encoded(new long[length], tokens, spans, List.of());
        Tensor logits = new Tensor(new long[] {length, 1}, new float[length]);
        return recording(text.toString(), encoded, List.of(layer), Map.of(Step.LOGITS, logits));
    }

    /** A recording of these steps of each layer and outside the layers. */
    public static Recording recording(
            String text, Encoded encoded, List<Map<Step, Tensor>> layers, Map<Step, Tensor> outside) {
        Map<Place, Tensor> steps = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            int layer = i;
            layers.get(i).forEach((step, tensor) -> steps.put(new Place(Part.DECODER, layer, step), tensor));
        }
        outside.forEach((step, tensor) -> steps.put(new Place(Part.DECODER, Trace.OUTSIDE, step), tensor));
        return new Recording(new Passage(text, encoded), steps);
    }

    /** Weights with which each of {@code length} tokens reads itself alone. */
    public static float[][] diagonal(int length) {
        float[][] weights = new float[length][length];
        for (int i = 0; i < length; i++) {
            weights[i][i] = 1;
        }
        return weights;
    }
}
