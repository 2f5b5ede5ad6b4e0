package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.checkpoint.family.Families;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.RotaryScaling;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The keys of a GGUF file that describe a model's shape. */
final class GgufShape {

    private static final String CONTEXT = "context_length";
    private static final String WIDTH = "embedding_length";
    private static final String LAYERS = "block_count";
    private static final String INNER = "feed_forward_length";
    private static final String HEADS = "attention.head_count";
    private static final String KEY_HEADS = "attention.head_count_kv";
    private static final String THETA = "rope.freq_base";
    private static final String SCALING = "rope.scaling.type";
    private static final String FACTOR = "rope.scaling.factor";
    private static final String ORIGINAL = "rope.scaling.original_context_length";
    private static final String VOCABULARY = "vocab_size";

    /** Each is the width of a head. */
    private static final List<String> HEAD_WIDTHS =
            List.of("attention.key_length", "attention.value_length", "rope.dimension_count");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final GgufArchitecture architecture;

    /** The keys that have been read, and those that say what others say. */
    private final Set<String> known = new HashSet<>();

    private GgufShape(GgufFile file) {
        this.file = file;
        metadata = file.metadata();
        architecture = GgufArchitecture.of(metadata);
        List.of(VOCABULARY, "attention.causal", "rope.scaling.finetuned").forEach(this::key);
    }

    /**
     * Reads the shape of a file's model.
     *
     * @throws HeedException naming a key that is missing, wrong or not supported
     */
    static ModelConfig read(GgufFile file) {
        try {
            return new GgufShape(file).read();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new HeedException("%s: %s".formatted(file.file(), e.getMessage()), e);
        }
    }

    private ModelConfig read() {
        int width = positive(WIDTH);
        boolean rotary = architecture.isRotary();
        ModelConfig config = ModelConfig.builder(
                        Math.toIntExact(file.tensor("token_embd.weight").shape()[0]),
                        positive(CONTEXT),
                        width,
                        positive(LAYERS))
                .attention(attention(width))
                .feedForward(new FeedForward(positive(INNER), architecture.activation(), rotary, !rotary))
                .norm(new Norm(rotary ? Norm.Kind.RMS : Norm.Kind.LAYER, above(epsilon(architecture)), !rotary))
                .positions(positions(width))
                .tiedHead(!file.tensors().containsKey("output.weight"))
                .build();
        for (String key : metadata.keys()) {
            if (key.startsWith(architecture.label() + ".") && !known.contains(key)) {
                throw metadata.wrong(key, "which is not supported");
            }
        }
        if (!Families.of(config).type().equals(architecture.label())) { // which YaRN alone can cause
            throw metadata.wrong(
                    key(FACTOR),
                    "not the ratio of %s and %s, without which versions of transformers differ in what they compute"
                            .formatted(key(CONTEXT), key(ORIGINAL)));
        }
        return config;
    }

    private String key(String name) {
        String key = architecture.label() + "." + name;
        known.add(key);
        return key;
    }

    private int positive(String name) {
        return metadata.positive(key(name));
    }

    private double above(String name) {
        String key = key(name);
        double number = metadata.number(key)
                .orElseThrow(() -> new HeedException("%s has no key %s".formatted(file.file(), key)));
        if (number <= 0) {
            throw metadata.wrong(key, "not above 0");
        }
        return number;
    }

    private Attention attention(int width) {
        int heads = positive(HEADS);
        if (!architecture.isRotary()) {
            return new Attention(heads, true);
        }
        int keyHeads = metadata.has(key(KEY_HEADS)) ? positive(KEY_HEADS) : heads;
        int head = headWidth(width);
        for (String name : HEAD_WIDTHS) {
            if (metadata.whole(key(name)).orElse(head) != head) {
                throw metadata.wrong(key(name), "and a head of this kind of model is %d wide".formatted(head));
            }
        }
        boolean normalised = architecture == GgufArchitecture.QWEN3;
        return new Attention(heads, keyHeads, head, architecture.biases(), normalised, null);
    }

    private int headWidth(int width) {
        OptionalInt own = metadata.whole(key(HEAD_WIDTHS.get(0)));
        int heads = positive(HEADS);
        if (own.isEmpty() && width % heads != 0) {
            throw metadata.wrong(key(HEADS), "which does not divide %s, %d".formatted(key(WIDTH), width));
        }
        int head = own.orElse(width / heads);
        if (head < 2 || head % 2 != 0) {
            throw metadata.wrong(key(HEADS), "and heads of %d are not made of pairs".formatted(head));
        }
        return head;
    }

    private Positions positions(int width) {
        if (!architecture.isRotary()) {
            return new Positions.Learned();
        }
        double theta = metadata.has(key(THETA)) ? above(THETA) : 10_000;
        return new Positions.Rotary(theta, 1, scaling(theta, headWidth(width)));
    }

    private RotaryScaling scaling(double theta, int head) {
        String type = metadata.textIn(key(SCALING)).orElse("none");
        boolean factors =
                architecture == GgufArchitecture.LLAMA && file.tensors().containsKey(RotaryFactors.TENSOR);
        if (factors && !type.equals("none")) {
            throw metadata.wrong(key(SCALING), "which is not supported together with " + RotaryFactors.TENSOR);
        }
        return switch (type) {
            case "none" -> factors ? RotaryFactors.read(file, theta, head) : new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(above(FACTOR));
            case "yarn" -> RotaryScaling.Yarn.usual(above(FACTOR), positive(ORIGINAL));
            default -> throw metadata.wrong(key(SCALING), "and Heed reads none, linear and yarn");
        };
    }

    private static String epsilon(GgufArchitecture architecture) {
        return architecture.isRotary() ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon";
    }

    /** Puts the keys of a shape that {@link #requireKnown} has checked. */
    static void put(Map<String, GgufMetadata.Value> keys, GgufArchitecture architecture, ModelConfig config) {
        String prefix = architecture.label() + ".";
        keys.put(prefix + CONTEXT, GgufMetadata.Value.of(config.context()));
        keys.put(prefix + WIDTH, GgufMetadata.Value.of(config.width()));
        keys.put(prefix + LAYERS, GgufMetadata.Value.of(config.layers()));
        keys.put(prefix + INNER, GgufMetadata.Value.of(config.feedForward().width()));
        keys.put(prefix + HEADS, GgufMetadata.Value.of(config.heads()));
        keys.put(prefix + epsilon(architecture), GgufMetadata.Value.of((float)
                config.norm().epsilon()));
        keys.put(prefix + VOCABULARY, GgufMetadata.Value.of(config.vocabulary()));
        if (config.positions() instanceof Positions.Rotary rotary) {
            keys.put(
                    prefix + KEY_HEADS, GgufMetadata.Value.of(config.attention().keyHeads()));
            HEAD_WIDTHS.forEach(name -> keys.put(prefix + name, GgufMetadata.Value.of(config.headWidth())));
            keys.put(prefix + THETA, GgufMetadata.Value.of((float) rotary.theta()));
            if (rotary.scaling() instanceof RotaryScaling.Linear linear) {
                keys.put(prefix + SCALING, GgufMetadata.Value.of("linear"));
                keys.put(prefix + FACTOR, GgufMetadata.Value.of((float) linear.factor()));
            } else if (rotary.scaling() instanceof RotaryScaling.Yarn yarn) {
                keys.put(prefix + SCALING, GgufMetadata.Value.of("yarn"));
                keys.put(prefix + FACTOR, GgufMetadata.Value.of((float) yarn.factor()));
                keys.put(prefix + ORIGINAL, GgufMetadata.Value.of((int) yarn.context()));
            }
        }
    }

    /**
     * Requires a shape that a file's keys can describe; what they do not say has to be what llama.cpp takes for granted.
     *
     * @param where names the model in messages
     * @throws HeedException naming the value that they cannot describe
     */
    static void requireKnown(GgufArchitecture architecture, ModelConfig config, Object where) {
        Attention attention = config.attention();
        FeedForward feedForward = config.feedForward();
        Map<String, Object> strange = new LinkedHashMap<>();
        if (feedForward.activation() != architecture.activation()) {
            strange.put("activation", feedForward.activation());
        }
        if (attention.biases() != architecture.biases()) {
            strange.put("attention_biases", Json.word(attention.biases()));
        }
        if (feedForward.biases() == architecture.isRotary()) {
            strange.put("feed_forward_biases", feedForward.biases());
        }
        if (attention.window() != null) {
            strange.put("window", attention.window().size());
        }
        if (config.positions() instanceof Positions.Rotary rotary && !isKnown(rotary.scaling(), architecture)) {
            strange.put("rope_scaling", rotary.scaling());
        }
        strange.forEach((name, value) -> {
            throw new HeedException("%s: %s is %s, which a GGUF file of %s cannot express"
                    .formatted(where, name, value, architecture.label()));
        });
    }

    private static boolean isKnown(RotaryScaling scaling, GgufArchitecture architecture) {
        if (scaling instanceof RotaryScaling.Yarn yarn) {
            return yarn.equals(RotaryScaling.Yarn.usual(yarn.factor(), yarn.context()));
        }
        return architecture == GgufArchitecture.LLAMA || !(scaling instanceof RotaryScaling.Llama3);
    }
}
