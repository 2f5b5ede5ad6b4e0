package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.AtomicFile;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.kernels.Kernels;
import io.heed.kernels.NumberFormat;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.WeightFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model whose weights are kept in bfloat16 computes what one in float32 computes whose weights were rounded: in both renderings, with a
 * cache, from folders in either format.
 */
class WeightFormatTest {

    private static final Path FAMILIES = Path.of("src/test/resources/fixtures/families");
    private static final long[][] IDS = {{3, 1, 4, 1, 5, 9, 2, 6}, {2, 7, 1, 8, 2, 8, 1, 8}};

    @TempDir
    private Path temporary;

    /** Copies a folder with matrices and tables rounded to bfloat16, but for positions, and written in 2 or 4 bytes. */
    private Path copy(Path folder, boolean narrow) throws IOException {
        Path copy = Files.createTempDirectory(temporary, "rounded");
        for (String file : List.of("config.json", "tokenizer.json")) {
            if (Files.exists(folder.resolve(file))) {
                Files.copy(folder.resolve(file), copy.resolve(file));
            }
        }
        Map<String, StoredArray> tensors = new LinkedHashMap<>();
        Safetensors.read(folder.resolve("model.safetensors")).forEach((name, tensor) -> {
            boolean round = tensor.shape().length == 2 && !name.contains("wpe");
            tensors.put(name, round ? rounded(tensor, narrow) : tensor);
        });
        AtomicFile.write(copy.resolve("model.safetensors"), out -> Safetensors.write(out, tensors, Map.of()));
        return copy;
    }

    private static StoredArray rounded(StoredArray tensor, boolean narrow) {
        float[] numbers = RoundedNumbers.of(tensor);
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * (narrow ? Short.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            if (narrow) {
                bytes.putShort(RoundedNumbers.bfloat16(number));
            } else {
                bytes.putFloat(RoundedNumbers.toBfloat16(number));
            }
        }
        return new StoredArray(narrow ? "BF16" : "F32", tensor.shape(), bytes.flip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama/grouped",
                "llama/biases",
                "qwen2/yarn",
                "qwen3/grouped",
                "gpt_neox/parallel",
                "gpt_neox/sequential",
                "../../../../../models/toy"
            })
    void weights_in_bfloat16_give_what_rounded_ones_in_float32_give(String kind) throws IOException {
        Path folder = FAMILIES.resolve(kind);
        try (LanguageModel reference = ModelFolder.read(copy(folder, false), Device.cpu());
                LanguageModel narrow = ModelFolder.read(folder, Device.cpu(), WeightFormat.BFLOAT16);
                LanguageModel exact = ModelFolder.read(copy(folder, true), Device.cpu(), WeightFormat.BFLOAT16);
                NDManager reading = reference.newReading()) {
            Trace known = new Trace();
            float[] logits = reference.read(reading, IDS, known).toFloatArray();
            float[] fused = narrow.read(reading, IDS, null).toFloatArray();
            assertThat(fused).containsExactly(logits, within(2e-5f));
            assertThat(exact.read(reading, IDS, null).toFloatArray()).isEqualTo(fused);
            Trace trace = new Trace();
            assertThat(narrow.read(reading, IDS, trace).toFloatArray()).containsExactly(logits, within(2e-5f));
            int last = narrow.transformer().config().layers() - 1;
            for (Step step : List.of(Step.WEIGHTS, Step.HEAD_CONTRIBUTION, Step.RESIDUAL_AFTER)) {
                assertThat(trace.get(last, step).toFloatArray())
                        .containsExactly(known.get(last, step).toFloatArray(), within(2e-5f));
            }
            assertThat(cached(narrow)).containsExactly(cached(reference), within(2e-5f));
            try (NDArray stream = trace.get(last, Step.RESIDUAL_BEFORE).duplicate()) {
                assertThat(narrow.resume(stream, last, Step.RESIDUAL_BEFORE)[0])
                        .containsExactly(reference.resume(stream, last, Step.RESIDUAL_BEFORE)[0], within(2e-5f));
            }
            for (Weight weight : narrow.transformer().plan().weights()) {
                assertThat(narrow.numbers().of(weight))
                        .isEqualTo(reference.numbers().of(weight));
            }
            Weight table = narrow.transformer().plan().head();
            assertThat(narrow.numbers().row(table, 5))
                    .isEqualTo(reference.numbers().row(table, 5));
        }
    }

    private static float[] cached(LanguageModel model) {
        try (KeyValueCache cache = model.newCache(0)) {
            float[] logits = new float[0];
            for (long id : IDS[0]) {
                logits = model.readOn(new long[][] {{id}}, cache)[0];
            }
            return logits;
        }
    }

    @Test
    void a_translator_keeps_bfloat16_too() throws IOException {
        Path folder = Path.of("models/fr-en");
        try (LanguageModel reference = ModelFolder.readTranslator(copy(folder, false), Device.cpu());
                LanguageModel narrow = ModelFolder.readTranslator(folder, Device.cpu(), WeightFormat.BFLOAT16);
                NDManager reading = reference.newReading()) {
            List<long[]> sources = List.of(IDS[0], IDS[1]);
            float[] logits = reference.read(reading, sources, sources, null).toFloatArray();
            assertThat(narrow.read(reading, sources, sources, null).toFloatArray())
                    .containsExactly(logits, within(1e-4f));
            assertThat(narrow.read(reading, sources, sources, new Trace()).toFloatArray())
                    .containsExactly(logits, within(1e-4f));
        }
    }

    @Test
    void matrices_take_two_bytes_a_weight_and_norms_four() {
        try (LanguageModel model =
                ModelFolder.read(FAMILIES.resolve("llama/grouped"), Device.cpu(), WeightFormat.BFLOAT16)) {
            for (Weight weight : model.transformer().plan().weights()) {
                NDArray kept =
                        model.transformer().namedParameters().get(weight.name()).getArray();
                int bytes = weight.shape().dimension() == 2 && weight.role() != Weight.Role.POSITIONS ? 2 : 4;
                assertThat((long) Kernels.memory(kept).capacity())
                        .as(weight.name())
                        .isEqualTo(weight.shape().size() * bytes);
            }
        }
    }

    @Test
    void only_a_large_folder_in_bfloat16_is_kept_so_by_itself() {
        assertThat(WeightFormat.AUTO.resolve(1000, true)).isEqualTo(NumberFormat.FLOAT32);
        assertThat(WeightFormat.AUTO.resolve(1L << 50, true)).isEqualTo(NumberFormat.BFLOAT16);
        assertThat(WeightFormat.AUTO.resolve(1L << 50, false)).isEqualTo(NumberFormat.FLOAT32);
        assertThat(WeightFormat.FLOAT32.resolve(1L << 50, true)).isEqualTo(NumberFormat.FLOAT32);
        assertThat(WeightFormat.BFLOAT16.resolve(1000, false)).isEqualTo(NumberFormat.BFLOAT16);
    }

    @Test
    void a_model_in_bfloat16_is_not_written() {
        Path out = temporary.resolve("out");
        try (LanguageModel model =
                ModelFolder.read(FAMILIES.resolve("llama/grouped"), Device.cpu(), WeightFormat.BFLOAT16)) {
            assertThatThrownBy(() -> ModelFolder.create(out, model, ""))
                    .hasMessage("the model's weights are not in float32; open it with --weights float32 to write it");
        }
        assertThat(out).doesNotExist();
    }
}
