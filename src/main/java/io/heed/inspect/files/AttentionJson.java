package io.heed.inspect.files;

import io.heed.inspect.Recording;
import io.heed.text.Encoded.Span;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Attention maps as JSON; docs/formats.md explains every key. */
final class AttentionJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AttentionJson() {}

    /** Returns the whole of it. Numbers are the shortest that read back as the same float32; hidden scores are null. */
    static String of(Recording maps) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", "heed-attention").put("version", 1).put("text", maps.text());
        ArrayNode tokens = root.putArray("tokens");
        for (int i = 0; i < maps.length(); i++) {
            Span span = maps.encoded().spans().get(i);
            tokens.addObject()
                    .put("id", maps.encoded().ids()[i])
                    .put("token", maps.encoded().tokens().get(i))
                    .put("start", span.start())
                    .put("end", span.end());
        }
        root.put("layers", maps.layers()).put("heads", maps.heads());
        ArrayNode attention = root.putArray("attention");
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                ObjectNode node = attention.addObject().put("layer", layer).put("head", head);
                matrix(node.putArray("weights"), maps.weights(layer, head));
                matrix(node.putArray("scores"), maps.scores(layer, head));
                matrix(node.putArray("unmasked_scores"), maps.unmaskedScores(layer, head));
            }
        }
        return JSON.writeValueAsString(root);
    }

    private static void matrix(ArrayNode out, float[][] matrix) {
        for (float[] row : matrix) {
            ArrayNode numbers = out.addArray();
            for (float number : row) {
                if (Float.isInfinite(number)) {
                    numbers.addNull();
                } else {
                    numbers.add(number);
                }
            }
        }
    }
}
