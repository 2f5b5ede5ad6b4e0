package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.SlidingWindow;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How Qwen's folders describe a window: for all layers from one on, or for those that a list names. */
final class QwenWindow {

    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";

    private QwenWindow() {}

    static @Nullable SlidingWindow read(ConfigJson json) {
        if (!json.truth("use_sliding_window", false) || !json.given("sliding_window")) {
            return null;
        }
        int layers = json.positive("num_hidden_layers");
        List<Integer> near = json.given("layer_types")
                ? listed(json, layers)
                : IntStream.range(Math.min(layers, json.whole("max_window_layers", 28)), layers)
                        .boxed()
                        .toList();
        return near.isEmpty() ? null : new SlidingWindow(json.positive("sliding_window"), near);
    }

    private static List<Integer> listed(ConfigJson json, int layers) {
        List<Integer> near = new ArrayList<>();
        JsonNode types = json.root().path("layer_types");
        if (types.size() != layers) {
            throw json.wrong("layer_types", "which is not a type for each of %d layers".formatted(layers));
        }
        for (int i = 0; i < layers; i++) {
            String type = types.get(i).asString("");
            if (type.equals(SLIDING)) {
                near.add(i);
            } else if (!type.equals(FULL)) {
                throw new HeedException("%s: layer_types has %s, which is not supported; Heed knows %s and %s"
                        .formatted(json.file(), Visible.text(types.get(i).toString()), FULL, SLIDING));
            }
        }
        return near;
    }

    /** Whether these folders can describe a shape's window: one for all layers from one on. */
    static boolean has(ModelConfig config) {
        SlidingWindow window = config.attention().window();
        return window == null
                || window.layers()
                        .equals(IntStream.range(first(config, window), config.layers())
                                .boxed()
                                .toList());
    }

    static void write(ModelConfig config, ObjectNode root) {
        SlidingWindow window = config.attention().window();
        root.put("use_sliding_window", window != null);
        root.put("sliding_window", window == null ? null : window.size()); // left out, it would be 4,096
        if (window != null) {
            root.put("max_window_layers", first(config, window));
            ArrayNode types = root.putArray("layer_types");
            for (int i = 0; i < config.layers(); i++) {
                types.add(window.isIn(i) ? SLIDING : FULL);
            }
        }
    }

    private static int first(ModelConfig config, SlidingWindow window) {
        return config.layers() - window.layers().size();
    }
}
