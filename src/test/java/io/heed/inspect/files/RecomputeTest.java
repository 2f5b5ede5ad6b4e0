package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.model.DeviceChoice;
import io.heed.model.Fixtures;
import io.heed.model.shape.Norm;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump holds all that is needed to compute it again, in plain loops and double precision, from its own numbers. */
class RecomputeTest {

    private static final double CLOSE = 1e-5;

    @TempDir
    private Path folder;

    private Map<String, Safetensors.StoredArray> arrays = Map.of();

    private double at(String name, int... index) {
        Safetensors.StoredArray tensor = arrays.get(name);
        int offset = 0;
        for (int i = 0; i < index.length; i++) {
            offset = (int) (offset * tensor.shape()[i] + index[i]);
        }
        return tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).getFloat(offset * Float.BYTES);
    }

    private int size(String name, int dimension) {
        return (int) arrays.get(name).shape()[dimension];
    }

    private void recompute(LanguageModel model, Encoded encoded) {
        new Dump(model, List.of(new Passage("", encoded)), EnumSet.allOf(Quantity.class), count -> {})
                .write(folder, EnumSet.of(DumpFormat.SAFETENSORS));
        arrays = Safetensors.read(folder.resolve("attention.safetensors"));
        boolean centred = model.transformer().config().norm().kind() == Norm.Kind.LAYER;
        for (int layer = 0; layer < size("weights", 0); layer++) {
            for (int head = 0; head < size("weights", 1); head++) {
                for (int query = 0; query < size("weights", 2); query++) {
                    assertRow(layer, head, query);
                    assertValueWeighted(layer, head, query);
                }
            }
        }
        for (int position = 0; position < size("logits", 0); position++) {
            assertLogits(position, centred);
            for (int layer = 0; arrays.containsKey("feed_forward_gate") && layer < size("weights", 0); layer++) {
                assertGate(layer, position);
            }
        }
        assertRollout();
    }

    private void assertRow(int layer, int head, int query) {
        int width = size("query", 3);
        double sum = 0;
        for (int key = 0; key <= query; key++) {
            if (at("scores", layer, head, query, key) == Double.NEGATIVE_INFINITY) {
                continue; // outside the window
            }
            double product = 0;
            for (int d = 0; d < width; d++) {
                product += at("query", layer, head, query, d) * at("key", layer, head, key, d);
            }
            assertThat(at("scores", layer, head, query, key)).isEqualTo(product / Math.sqrt(width), within(CLOSE));
            sum += Math.exp(at("scores", layer, head, query, key));
        }
        double[] blend = new double[width];
        for (int key = 0; key < size("weights", 3); key++) {
            double weight = Math.exp(at("scores", layer, head, query, key)) / sum;
            assertThat(at("weights", layer, head, query, key)).isEqualTo(weight, within(CLOSE));
            for (int d = 0; d < width; d++) {
                blend[d] += weight * at("value", layer, head, key, d);
            }
        }
        for (int d = 0; d < width; d++) {
            assertThat(at("head_output", layer, head, query, d)).isEqualTo(blend[d], within(CLOSE));
        }
    }

    /** Position by position, from the definition: what is left is half one's own and half the mean of what the heads read. */
    private void assertRollout() {
        int length = size("weights", 2);
        for (int beginning = 0; beginning < length; beginning++) {
            double[] left = new double[length];
            left[beginning] = 1;
            for (int layer = 0; layer < size("weights", 0); layer++) {
                double[] after = new double[length];
                for (int query = 0; query < length; query++) {
                    double read = 0;
                    for (int head = 0; head < size("weights", 1); head++) {
                        for (int key = 0; key < length; key++) {
                            read += at("weights", layer, head, query, key) * left[key] / size("weights", 1);
                        }
                    }
                    after[query] = (left[query] + read) / 2;
                    assertThat(at("rollout", layer, query, beginning)).isEqualTo(after[query], within(CLOSE));
                }
                left = after;
            }
        }
    }

    /** A weight times the length of what the value becomes through the head's rows of the output projection. */
    private void assertValueWeighted(int layer, int head, int query) {
        int inner = size("value", 3);
        for (int key = 0; key < size("weights", 3); key++) {
            double squares = 0;
            for (int c = 0; c < size("output_projection", 2); c++) {
                double written = 0;
                for (int d = 0; d < inner; d++) {
                    written += at("value", layer, head, key, d) * at("output_projection", layer, head * inner + d, c);
                }
                squares += written * written;
            }
            double expected = at("weights", layer, head, query, key) * Math.sqrt(squares);
            assertThat(at("value_weighted", layer, head, query, key)).isEqualTo(expected, within(CLOSE));
        }
    }

    private void assertGate(int layer, int position) {
        for (int f = 0; f < size("feed_forward_gate", 2); f++) {
            double gate = at("feed_forward_gate", layer, position, f);
            double active = at("feed_forward_inner", layer, position, f) * gate / (1 + Math.exp(-gate)); // SiLU
            assertThat(at("feed_forward_active", layer, position, f)).isEqualTo(active, within(CLOSE));
        }
    }

    private void assertLogits(int position, boolean centred) {
        int width = size("unembedding", 1);
        double[] stream = new double[width];
        double mean = 0;
        for (int c = 0; c < width; c++) {
            stream[c] = at("token_embedding", position, c);
            if (arrays.containsKey("position_embedding")) {
                stream[c] += at("position_embedding", position, c);
            }
            for (int layer = 0; layer < size("weights", 0); layer++) {
                for (int head = 0; head < size("weights", 1); head++) {
                    stream[c] += at("head_contribution", layer, head, position, c);
                }
                stream[c] += at("attention_bias", layer, c) + at("feed_forward_output", layer, position, c);
            }
            mean += centred ? stream[c] / width : 0;
        }
        double variance = 0;
        for (double value : stream) {
            variance += (value - mean) * (value - mean) / width;
        }
        double deviation = Math.sqrt(variance + at("final_norm_epsilon", 0));
        for (int token = 0; token < size("unembedding", 0); token++) {
            double logit = 0;
            for (int c = 0; c < width; c++) {
                double normed = (stream[c] - mean) / deviation * at("final_norm_weight", c) + at("final_norm_bias", c);
                logit += normed * at("unembedding", token, c);
            }
            assertThat(at("logits", position, token)).isEqualTo(logit, within(CLOSE));
        }
    }

    @Test
    void of_the_toy_model() {
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve())) {
            recompute(model, model.encode("The cat , which broke the vase , sat on the mat"));
        }
    }

    @Test
    void of_grouped_rotary_gated_and_parallel_models() {
        for (LanguageModel each : List.of(TinyModels.modern(), TinyModels.parallel())) {
            try (LanguageModel model = each) {
                recompute(model, model.encode("the dog , which saw a bird , slept"));
                assertThat(arrays).containsKey("projected_query").doesNotContainKey("position_embedding");
            }
        }
    }

    @Test
    void of_gpt2s_architecture_with_the_weights_of_another_program() {
        NDManager manager = NDManager.newBaseManager();
        Tokenizer any = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, "a", 10), "test");
        try (LanguageModel model =
                new LanguageModel(manager, Fixtures.gpt2(manager), any, List.of(), KeptSettings.NONE)) {
            long[] ids = {5, 17, 42, 3, 3, 95, 0, 64};
            List<String> tokens = Collections.nCopies(ids.length, "t");
            List<Encoded.Span> spans = Collections.nCopies(ids.length, new Encoded.Span(0, 0));
            recompute(model, new Encoded(ids, tokens, spans, List.of()));
        }
    }
}
