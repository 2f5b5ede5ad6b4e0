package io.heed.checkpoint.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.AtomicFile;
import io.heed.checkpoint.JsonFile;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.UnreadableFolder;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Folders of every family compute what transformers computes, read and written; what is not supported is named. */
class FamiliesTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/families"); // of make_families.py

    @TempDir
    private Path folder;

    private static Map<String, Safetensors.StoredArray> expected(String kind) {
        return Safetensors.read(FIXTURES.resolve(kind).resolve("expected.safetensors"));
    }

    private static void assertSame(Path folder, Map<String, Safetensors.StoredArray> expected) {
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu());
                NDManager reading = model.newReading()) {
            long[] all = expected.get("input_ids").longs();
            long[][] ids = {Arrays.copyOf(all, 9), Arrays.copyOfRange(all, 9, 18)};
            float[] logits = expected.get("logits").floats();
            assertThat(model.read(reading, ids, null).toFloatArray()).containsExactly(logits, within(1e-4f)); // fused
            Trace trace = new Trace();
            assertThat(model.read(reading, ids, trace).toFloatArray()).containsExactly(logits, within(1e-4f));
            for (int layer = 0; layer < 2; layer++) {
                assertThat(trace.get(layer, Step.WEIGHTS).toFloatArray())
                        .containsExactly(expected.get("attention." + layer).floats(), within(1e-4f));
                assertThat(trace.get(layer, Step.RESIDUAL_BEFORE).toFloatArray())
                        .containsExactly(expected.get("hidden." + layer).floats(), within(1e-4f));
            }
            assertThat(trace.get(Step.FINAL_NORM).toFloatArray())
                    .containsExactly(expected.get("hidden.2").floats(), within(1e-4f));
            assertThat(greedy(model, Arrays.copyOf(ids[0], 5)))
                    .isEqualTo(expected.get("greedy").longs());
        }
    }

    private static long[] greedy(LanguageModel model, long[] start) {
        long[] written = new long[12];
        try (KeyValueCache cache = model.newCache(0)) {
            long[] next = start;
            for (int i = 0; i < written.length; i++) {
                float[] logits = model.readOn(new long[][] {next}, cache)[0];
                for (int id = 0; id < logits.length; id++) {
                    written[i] = logits[id] > logits[(int) written[i]] ? id : written[i];
                }
                next = new long[] {written[i]};
            }
        }
        return written;
    }

    private static JsonNode config(Path folder) {
        return JsonFile.small(folder.resolve("config.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama/grouped",
                "llama/biases",
                "llama/wide",
                "mistral/window",
                "mistral/whole",
                "qwen2/yarn",
                "qwen2/window",
                "qwen2/alternating",
                "qwen3/grouped",
                "qwen3/window",
                "gpt_neox/parallel",
                "gpt_neox/sequential",
                "gpt_neox/half"
            })
    void a_folder_computes_what_transformers_computes_read_and_written(String kind) {
        Path given = FIXTURES.resolve(kind);
        assertSame(given, expected(kind));
        try (LanguageModel model = ModelFolder.read(given, Device.cpu())) {
            ModelFolder.write(folder, model, "");
        }
        assertSame(folder, expected(kind));
        String type = kind.equals("mistral/whole") ? "llama" : kind.split("/", -1)[0]; // without a window it is a Llama
        assertThat(config(folder).path("model_type").asString()).isEqualTo(type);
        assertSameKeys(config(given), config(folder));
    }

    /** Keys that do not change what is computed from a float32 folder, or are renamed since transformers 4. */
    private static final Set<String> OTHERS = Set.of(
            "architectures",
            "model_type",
            "attention_dropout",
            "classifier_dropout",
            "dtype",
            "hidden_dropout",
            "initializer_range",
            "layer_types",
            "max_window_layers",
            "partial_rotary_factor",
            "pretraining_tp",
            "rope_parameters",
            "torch_dtype",
            "transformers_version");

    private static void assertSameKeys(JsonNode given, JsonNode written) {
        given.properties().forEach(entry -> {
            boolean windowless = entry.getKey().equals("sliding_window")
                    && !written.path("use_sliding_window").asBoolean(true);
            if (!OTHERS.contains(entry.getKey())
                    && !windowless
                    && !entry.getValue().isNull()) {
                assertSameValue(entry.getKey(), entry.getValue(), written.path(entry.getKey()));
            }
        });
        given.path("rope_parameters").properties().forEach(entry -> {
            JsonNode found = written.path("rope_scaling").path(entry.getKey());
            boolean plain = entry.getKey().equals("rope_type")
                    && entry.getValue().asString().equals("default");
            if (!plain) {
                assertSameValue(
                        entry.getKey(), entry.getValue(), found.isMissingNode() ? written.path(entry.getKey()) : found);
            }
        });
    }

    private static void assertSameValue(String key, JsonNode given, JsonNode written) {
        if (given.isObject()) {
            given.properties()
                    .forEach(entry -> assertSameValue(entry.getKey(), entry.getValue(), written.path(entry.getKey())));
        } else if (given.isNumber()) {
            assertThat(written.asDouble(Double.NaN)).as(key).isEqualTo(given.doubleValue());
        } else {
            assertThat(written).as(key).isEqualTo(given);
        }
    }

    private Path changed(String kind, String changes) throws IOException {
        Path given = FIXTURES.resolve(kind);
        Files.copy(given.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        ObjectNode config = (ObjectNode) config(given);
        config.setAll((ObjectNode) JsonMapper.shared().readTree(changes));
        return Files.writeString(folder.resolve("config.json"), config.toString());
    }

    /** With each of these transformers computes the same as without. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            llama/grouped    | {"head_dim": null, "pretraining_tp": 2, "mlp_bias": null, "hidden_act": "swish"}
            llama/grouped    | {"rope_parameters": null, "num_key_value_heads": 2, "quantization_config": null}
            gpt_neox/parallel | {"rope_theta": 7, "partial_rotary_factor": 1}
            llama/biases     | {"num_key_value_heads": null, "rope_scaling": {"type": "linear", "factor": 4}}
            qwen2/yarn       | {"use_sliding_window": false, "sliding_window": 2, "layer_types": ["full_attention", "full_attention"]}
            qwen2/yarn       | {"use_sliding_window": true, "sliding_window": 2}
            qwen2/window     | {"layer_types": ["sliding_attention", "sliding_attention"], "max_window_layers": 28}
            qwen3/grouped    | {"rope_scaling": {"rope_type": "default"}, "sliding_window": null}
            gpt_neox/half    | {"rope_parameters": null, "rotary_pct": 0.5, "rotary_emb_base": 10000}
            """)
    void a_configuration_with_equivalent_keys_is_read(String kind, String changes) throws IOException {
        changed(kind, changes);
        assertSame(folder, expected(kind));
    }

    @Nested
    class Refused {

        private void assertRefused(String message) {
            UnreadableFolder.assertRefused(folder, message);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                llama/grouped   | {"rope_scaling": {"rope_type": "dynamic", "factor": 2}} | rope_type is "dynamic", which is not supported; Heed knows
                llama/grouped   | {"rope_scaling": {"rope_type": "longrope"}}             | rope_type is "longrope", which is not supported
                llama/grouped   | {"rope_scaling": {"type": "su"}}                        | type is "su", which is not supported
                llama/grouped   | {"rope_scaling": {"rope_type": "linear"}}               | factor is missing
                llama/grouped   | {"rope_scaling": {"rope_type": "linear", "factor": 0}}  | factor is 0, not a number above 0
                llama/grouped   | {"rope_scaling": 8}                                     | rope_scaling is 8, not an object of keys
                llama/grouped   | {"rope_theta": "a"}                                     | rope_theta is "a", not a finite number
                llama/grouped   | {"rope_theta": -1}                                      | rotary_theta: -1.0 is not a number above 0
                llama/grouped   | {"partial_rotary_factor": 0.5}                          | partial_rotary_factor is 0.5, which
                llama/grouped   | {"rope_parameters": {"rope_theta": 100, "partial_rotary_factor": 0.5}} | partial_rotary_factor is 0.5, which
                llama/grouped   | {"hidden_act": "quick_gelu"}                            | hidden_act is "quick_gelu", not one of silu
                llama/grouped   | {"quantization_config": {"bits": 4}}                    | quantization_config is {"bits":4}, which is not supported
                llama/grouped   | {"head_dim": 8}                                         | layers.0.self_attn.q_proj.weight has shape [16, 16] where config.json makes it [32, 16]
                llama/grouped   | {"num_key_value_heads": 3}                              | key_heads: 3 does not divide heads 4
                llama/grouped   | {"num_key_value_heads": 4}                              | layers.0.self_attn.k_proj.weight has shape [8, 16] where config.json makes it [16, 16]
                llama/grouped   | {"tie_word_embeddings": false}                          | has no tensor lm_head.weight
                llama/grouped   | {"attention_bias": true}                                | has no tensor model.layers.0.self_attn.q_proj.bias
                llama/biases    | {"attention_bias": false}                               | the tensor layers.0.self_attn.k_proj.bias is not supported
                llama/biases    | {"mlp_bias": false}                                     | the tensor layers.0.mlp.down_proj.bias is not supported
                mistral/window  | {"sliding_window": 0}                                   | sliding_window is 0, not a positive number
                qwen2/yarn      | {"rope_scaling": {"rope_type": "yarn", "factor": 2, "mscale": 0.7}} | mscale is 0.7, which is not supported
                qwen2/yarn      | {"rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 16}} | factor is 4, but max_position_embeddings / original_max_position_embeddings is 2.0, and versions
                qwen2/window    | {"layer_types": ["sliding_attention", "chunked_attention"]} | layer_types has "chunked_attention", which is not supported
                qwen2/window    | {"layer_types": ["sliding_attention"]}                  | layer_types is ["sliding_attention"], which is not a type for each of 2 layers
                qwen3/grouped   | {"head_dim": null}                                      | layers.0.self_attn.q_proj.weight has shape [32, 16] where config.json makes it [512, 16]
                qwen3/grouped   | {"model_type": "llama"}                                 | the tensor layers.0.self_attn.k_norm.weight is not supported
                gpt_neox/half   | {"num_attention_heads": 3}                              | num_attention_heads is 3, which does not divide hidden_size, 16
                gpt_neox/half   | {"hidden_act": "mish"}                                  | hidden_act is "mish", not one of
                gpt_neox/half   | {"rope_parameters": {"rope_theta": 100, "partial_rotary_factor": 0.2}} | rotary_fraction: 0.2 of a head is 0 numbers
                """)
        void a_configuration_is_refused_by_key_and_value(String kind, String changes, String message)
                throws IOException {
            changed(kind, changes);
            assertRefused(message);
        }

        @Test
        void a_tensor_that_is_missing_or_that_no_such_model_has_is_named() throws IOException {
            changed("qwen3/grouped", "{}");
            Path file = folder.resolve("model.safetensors");
            Map<String, Safetensors.StoredArray> tensors = new LinkedHashMap<>(Safetensors.read(file));
            Safetensors.StoredArray norm = tensors.remove("model.layers.1.self_attn.k_norm.weight");
            AtomicFile.write(file, out -> Safetensors.write(out, tensors, Map.of()));
            assertRefused("has no tensor model.layers.1.self_attn.k_norm.weight");
            tensors.put("model.layers.1.self_attn.k_norm.weight", norm);
            tensors.put("model.layers.1.self_attn.v_norm.weight", norm);
            AtomicFile.write(file, out -> Safetensors.write(out, tensors, Map.of()));
            assertRefused("the tensor layers.1.self_attn.v_norm.weight is not supported");
        }
    }
}
