package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.AtomicFile;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.WeightFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model whose weights are kept in int8 computes what one in float32 computes whose matrices were rounded here, output by output, to
 * 127ths of the largest number, and its table of tokens to bfloat16: at once, from a cache, in a batch.
 */
class Int8WeightsTest {

    private static final Path FAMILIES = Path.of("src/test/resources/fixtures/families");
    private static final Path TOY = Path.of("models/toy");
    private static final long[][] IDS = {{3, 1, 4, 1, 5, 9, 2, 6}, {2, 7, 1, 8, 2, 8, 1, 8}};

    /** What rounding activations to 14 bits may change; without rounding weights the logits differ by 0.04 to 0.22. */
    private static final float CLOSE = 5e-3f;

    @TempDir
    private Path temporary;

    /** Copies a folder with its weights rounded, and its head untied, since rows for look-up are rounded in another way. */
    private Path rounded(Path folder, String tokens, String head, boolean outputsFirst) throws IOException {
        Path copy = Files.createTempDirectory(temporary, "rounded");
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                copy.resolve("config.json"),
                config.replaceAll("\"tie_word_embeddings\" ?: true", "\"tie_word_embeddings\": false"));
        if (Files.exists(folder.resolve("tokenizer.json"))) {
            Files.copy(folder.resolve("tokenizer.json"), copy.resolve("tokenizer.json"));
        }
        Map<String, StoredArray> tensors = new LinkedHashMap<>();
        Safetensors.read(folder.resolve("model.safetensors")).forEach((name, tensor) -> {
            boolean matrix = tensor.shape().length == 2 && !name.contains("wpe");
            boolean table = name.endsWith(tokens);
            float[] numbers = RoundedNumbers.of(tensor);
            if (table) {
                tensors.putIfAbsent(head, whole(tensor, numbers, true));
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = RoundedNumbers.toBfloat16(numbers[i]);
                }
            }
            tensors.put(
                    name,
                    matrix && !table
                            ? whole(tensor, numbers, outputsFirst || name.equals(head))
                            : stored(tensor, numbers));
        });
        AtomicFile.write(copy.resolve("model.safetensors"), out -> Safetensors.write(out, tensors, Map.of()));
        return copy;
    }

    /** Rounds the weights of each output, a row or a column, to whole numbers times a 127th of the largest. */
    private static StoredArray whole(StoredArray tensor, float[] numbers, boolean rows) {
        int columns = Math.toIntExact(tensor.shape()[1]);
        float[] largest = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int output = rows ? i / columns : i % columns;
            largest[output] = Math.max(largest[output], Math.abs(numbers[i]));
        }
        float[] rounded = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            float scale = largest[rows ? i / columns : i % columns] / 127;
            rounded[i] = (float) Math.rint(numbers[i] / scale) * scale;
        }
        return stored(tensor, rounded);
    }

    private static StoredArray stored(StoredArray tensor, float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return new StoredArray("F32", tensor.shape(), bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "llama/grouped, model.embed_tokens.weight, lm_head.weight",
        "llama/biases, model.embed_tokens.weight, lm_head.weight",
        "qwen3/grouped, model.embed_tokens.weight, lm_head.weight",
        "gpt_neox/parallel, gpt_neox.embed_in.weight, embed_out.weight",
        "../../../../../models/toy, wte.weight, lm_head.weight"
    })
    void weights_in_int8_give_what_rounded_ones_in_float32_give(String kind, String tokens, String head)
            throws IOException {
        Path folder = FAMILIES.resolve(kind);
        boolean outputsFirst = !tokens.equals("wte.weight");
        try (LanguageModel reference = ModelFolder.read(rounded(folder, tokens, head, outputsFirst), Device.cpu());
                LanguageModel int8 = ModelFolder.read(folder, Device.cpu(), WeightFormat.INT8);
                NDManager reading = reference.newReading()) {
            float[] expected = reference.read(reading, IDS, null).toFloatArray();
            float[] found = int8.read(reading, IDS, null).toFloatArray();
            assertThat(found).containsExactly(expected, within(CLOSE));
            int vocabulary = int8.transformer().config().vocabulary();
            for (int row = 0; row < 2; row++) {
                float[] alone = int8.read(reading, IDS[row], null).toFloatArray();
                for (int i = 0; i < alone.length; i++) {
                    assertThat(alone[i]).isCloseTo(found[row * alone.length + i], within(1e-3f));
                }
                float[] cached = cached(int8, IDS[row]);
                for (int i = 0; i < vocabulary; i++) {
                    assertThat(cached[i]).isCloseTo(alone[alone.length - vocabulary + i], within(CLOSE));
                }
            }
            long[][] next = {{1, 4, 1, 5, 9, 2, 6, 5}, {7, 1, 8, 2, 8, 1, 8, 2}};
            assertThat(int8.assess(IDS, next, 0)).hasSize(3 * 16);
            for (int i = 0; i < 16; i++) {
                assertThat(int8.assess(IDS, next, 0)[i]).isCloseTo(reference.assess(IDS, next, 0)[i], within(CLOSE));
            }
        }
    }

    private static float[] cached(LanguageModel model, long[] ids) {
        try (KeyValueCache cache = model.newCache(0)) {
            float[] logits = new float[0];
            for (long id : ids) {
                logits = model.readOn(new long[][] {{id}}, cache)[0];
            }
            return logits;
        }
    }

    @Test
    void steps_and_numbers_of_weights_are_refused() {
        try (LanguageModel model = ModelFolder.read(TOY, Device.cpu(), WeightFormat.INT8);
                NDManager reading = model.newReading()) {
            String message = "a model kept in int8 has no maps or steps to show; open it with --weights bfloat16";
            assertThatThrownBy(() -> model.read(reading, IDS, new Trace())).hasMessage(message);
            assertThatThrownBy(
                            () -> model.numbers().of(model.transformer().plan().head()))
                    .hasMessage(message);
            assertThatThrownBy(() -> ModelFolder.create(temporary.resolve("out"), model, ""))
                    .hasMessage("the model's weights are not in float32; open it with --weights float32 to write it");
        }
    }

    @Test
    void a_model_that_translates_is_refused() {
        Path translator = Path.of("models/fr-en");
        assertThatThrownBy(() -> ModelFolder.readTranslator(translator, Device.cpu(), WeightFormat.INT8))
                .hasMessage("int8 weights do not work for translation; choose --weights bfloat16");
    }
}
