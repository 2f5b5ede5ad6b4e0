package io.heed.inspect;

import io.heed.text.Encoded;
import io.heed.text.Encoded.Span;
import java.util.ArrayList;
import java.util.List;

/** Attention maps that are made up. */
final class Maps {

    private Maps() {}

    /** One layer of heads with these weights over a text of these tokens, [BOS] among them a mark that stands nowhere. */
    static AttentionMaps of(List<String> tokens, float[][]... heads) {
        List<Span> spans = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String token : tokens) {
            int start = text.length();
            text.append(token.equals("[BOS]") ? "" : token);
            spans.add(new Span(start, text.length()));
        }
        List<AttentionMaps.Head> all = new ArrayList<>();
        for (float[][] weights : heads) {
            all.add(new AttentionMaps.Head(weights, weights, weights));
        }
        Encoded encoded = new Encoded(new long[tokens.size()], tokens, spans, List.of());
        return new AttentionMaps(
                text.toString(), encoded, List.of(new AttentionMaps.Layer(all)), new float[tokens.size()][1]);
    }

    /** Weights with which each of {@code length} tokens reads itself alone. */
    static float[][] diagonal(int length) {
        float[][] weights = new float[length][length];
        for (int i = 0; i < length; i++) {
            weights[i][i] = 1;
        }
        return weights;
    }
}
