package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.model.shape.SlidingWindow;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What distinguishes a shape from GPT-2's, under the key {@code heed_switches} of Heed's own config.json. */
final class Switches {

    private static final String KEY = "heed_switches";

    private Switches() {}

    static void write(ModelConfig config, ObjectNode root) {
        Attention attention = config.attention();
        SlidingWindow window = attention.window();
        ObjectNode switches = root.putObject(KEY);
        switches.put("key_heads", attention.keyHeads());
        switches.put("head_width", attention.width());
        switches.put("attention_biases", Json.word(attention.biases()));
        switches.put("query_key_norm", attention.queryKeyNorm());
        if (window != null) {
            switches.put("window", window.size());
            ArrayNode layers = switches.putArray("window_layers");
            window.layers().forEach(layers::add);
        }
        switches.put("gated", config.feedForward().gated());
        switches.put("activation", config.feedForward().activation().toString());
        switches.put("feed_forward_biases", config.feedForward().biases());
        switches.put("norm", config.norm().kind().toString());
        switches.put("residual", config.residual().toString());
        RotaryKeys.write(config.positions(), switches);
    }

    /** Returns a shape with these differences applied; the same shape if there are none. */
    static ModelConfig read(ConfigJson json, ModelConfig plain) {
        if (!json.given(KEY)) {
            return plain;
        }
        ConfigJson switches = json.inside(KEY);
        Norm.Kind norm = switches.word("norm", Norm.Kind.values(), Norm.Kind.LAYER);
        boolean shift = norm == Norm.Kind.LAYER && plain.norm().shift();
        SlidingWindow window =
                switches.given("window") ? new SlidingWindow(switches.positive("window"), layers(switches)) : null;
        ModelConfig.Builder shape = plain.toBuilder()
                .attention(new Attention(
                        plain.heads(),
                        switches.positive("key_heads", plain.heads()),
                        switches.whole("head_width", 0),
                        switches.word("attention_biases", Attention.Biases.values(), Attention.Biases.ALL),
                        switches.truth("query_key_norm", false),
                        window))
                .feedForward(new FeedForward(
                        plain.feedForward().width(),
                        switches.word(
                                "activation",
                                Activation.values(),
                                plain.feedForward().activation()),
                        switches.truth("gated", false),
                        switches.truth("feed_forward_biases", true)))
                .norm(new Norm(norm, plain.norm().epsilon(), shift))
                .residual(switches.word("residual", Residual.values(), Residual.SEQUENTIAL));
        Positions positions = switches.given("rope_theta") ? RotaryKeys.read(switches) : plain.positions();
        return shape.positions(positions).build();
    }

    private static List<Integer> layers(ConfigJson switches) {
        List<Integer> layers = new ArrayList<>();
        for (JsonNode layer : switches.root().path("window_layers")) {
            if (!layer.isInt()) {
                throw new HeedException("%s: window_layers has %s, not a layer".formatted(switches.file(), layer));
            }
            layers.add(layer.intValue());
        }
        return layers;
    }
}
