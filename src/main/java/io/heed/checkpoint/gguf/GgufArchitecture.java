package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of models that Heed reads and writes as GGUF files: the names of their keys and tensors, there and in a Hugging Face folder. */
enum GgufArchitecture {
    GPT2,
    LLAMA,
    QWEN2,
    QWEN3;

    /**
     * A key of both formats.
     *
     * @param gguf what follows the architecture's name in a GGUF file
     * @param huggingFace its name in a config.json
     * @param otherwise the default if a GGUF file does not have it: another GGUF key, or a number; empty if it is required
     */
    record Key(String gguf, String huggingFace, boolean whole, String otherwise) {}

    private static List<Key> keysOfGpt2() {
        return List.of(
                new Key("context_length", "n_positions", true, ""),
                new Key("embedding_length", "n_embd", true, ""),
                new Key("block_count", "n_layer", true, ""),
                new Key("feed_forward_length", "n_inner", true, ""),
                new Key("attention.head_count", "n_head", true, ""),
                new Key("attention.layer_norm_epsilon", "layer_norm_epsilon", false, ""));
    }

    private static List<Key> keysOfLlama() {
        return List.of(
                new Key("context_length", "max_position_embeddings", true, ""),
                new Key("embedding_length", "hidden_size", true, ""),
                new Key("block_count", "num_hidden_layers", true, ""),
                new Key("feed_forward_length", "intermediate_size", true, ""),
                new Key("attention.head_count", "num_attention_heads", true, ""),
                new Key("attention.head_count_kv", "num_key_value_heads", true, "attention.head_count"),
                new Key("attention.layer_norm_rms_epsilon", "rms_norm_eps", false, ""),
                new Key("rope.freq_base", "rope_theta", false, "10000"));
    }

    /** Its name in both formats. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of its class in transformers. */
    String className() {
        return switch (this) {
            case GPT2 -> "GPT2LMHeadModel";
            case LLAMA -> "LlamaForCausalLM";
            case QWEN2 -> "Qwen2ForCausalLM";
            case QWEN3 -> "Qwen3ForCausalLM";
        };
    }

    List<Key> keys() {
        return this == GPT2 ? keysOfGpt2() : keysOfLlama();
    }

    /** Keys of a config.json that have no counterpart in a GGUF file, with the value they always have. */
    Map<String, String> words() {
        return this == GPT2 ? Map.of("activation_function", "gelu_new") : Map.of("hidden_act", "silu");
    }

    /** Whether queries and keys are rotated by position. */
    boolean isRotary() {
        return this != GPT2;
    }

    /** The name of a GGUF key in a config.json. */
    String huggingFace(String gguf) {
        return keys().stream()
                .filter(key -> key.gguf.equals(gguf))
                .map(Key::huggingFace)
                .findFirst()
                .orElseThrow();
    }

    /** The tensors of a model, layer by layer. */
    List<TensorName> tensors(int layers) {
        List<TensorName> names = switch (this) {
            case GPT2 -> TensorName.GPT2;
            case LLAMA -> TensorName.LLAMA;
            case QWEN2 -> TensorName.QWEN2;
            case QWEN3 -> TensorName.QWEN3;
        };
        List<TensorName> all = new ArrayList<>();
        names.stream().filter(name -> !name.inLayer()).forEach(all::add);
        for (int layer = 0; layer < layers; layer++) {
            for (TensorName name : names) {
                if (name.inLayer()) {
                    all.add(name.of(layer));
                }
            }
        }
        return all;
    }

    /**
     * Finds a file's architecture.
     *
     * @throws HeedException if it is not known
     */
    static GgufArchitecture of(GgufMetadata metadata) {
        String key = "general.architecture";
        String name = metadata.text(key);
        return Stream.of(values())
                .filter(known -> known.label().equals(name))
                .findFirst()
                .orElseThrow(() -> metadata.wrong(key, "and Heed reads " + all()));
    }

    /** The names of all, for messages. */
    static String all() {
        return Stream.of(values()).map(GgufArchitecture::label).collect(Collectors.joining(", "));
    }
}
