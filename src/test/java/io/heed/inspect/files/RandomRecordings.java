package io.heed.inspect.files;

import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Recordings of random queries and keys, whose scores and weights follow from them as attention's do. */
public final class RandomRecordings {

    private static final int VOCABULARY = 50;

    private final Random random;
    private final int layers;
    private final int heads;
    private final int size;

    public RandomRecordings(long seed, int layers, int heads, int size) {
        random = new Random(seed);
        this.layers = layers;
        this.heads = heads;
        this.size = size;
    }

    /** Reads a text of these tokens, with a space before each that begins with Ġ. */
    public Recording read(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        for (String token : tokens) {
            boolean spaced = token.startsWith("Ġ");
            text.append(spaced ? " " : "");
            int start = text.length();
            text.append(spaced ? token.substring(1) : token);
            spans.add(new Span(start, text.length()));
        }
        List<String> shown = tokens.stream()
                .map(token -> Visible.token(token.replace('Ġ', ' ')))
                .toList();
        List<Map<Step, Tensor>> perLayer = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            perLayer.add(layer(tokens.size()));
        }
        float[] logits = normal(tokens.size() * VOCABULARY, 1);
        Tensor next = new Tensor(new long[] {tokens.size(), VOCABULARY}, logits);
        Encoded encoded = new Encoded(new long[tokens.size()], tokens, shown, spans, List.of());
        return Maps.recording(text.toString(), encoded, perLayer, Map.of(Step.LOGITS, next));
    }

    private Map<Step, Tensor> layer(int length) {
        float[] queries = normal(heads * length * size, 1.5);
        float[] keys = normal(heads * length * size, 1.5);
        float[] scores = new float[heads * length * length];
        float[] weights = new float[heads * length * length];
        for (int head = 0; head < heads; head++) {
            for (int query = 0; query < length; query++) {
                int row = (head * length + query) * length;
                double sum = 0;
                for (int key = 0; key < length; key++) {
                    double product = 0;
                    for (int d = 0; d < size; d++) {
                        product += queries[(head * length + query) * size + d] * keys[(head * length + key) * size + d];
                    }
                    scores[row + key] = (float) (product / Math.sqrt(size));
                    sum += key <= query ? Math.exp(scores[row + key]) : 0;
                }
                for (int key = 0; key <= query; key++) {
                    weights[row + key] = (float) (Math.exp(scores[row + key]) / sum);
                }
            }
        }
        Map<Step, Tensor> steps = new EnumMap<>(Step.class);
        steps.put(Step.QUERY, new Tensor(new long[] {heads, length, size}, queries));
        steps.put(Step.KEY, new Tensor(new long[] {heads, length, size}, keys));
        steps.put(Step.UNMASKED_SCORES, new Tensor(new long[] {heads, length, length}, scores));
        steps.put(Step.WEIGHTS, new Tensor(new long[] {heads, length, length}, weights));
        return steps;
    }

    private float[] normal(int count, double deviation) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian());
        }
        return numbers;
    }
}
