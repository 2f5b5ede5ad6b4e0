package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
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

/** What is written. */
class GgufWriterTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf");

    @TempDir
    private Path folder;

    private static GgufWriter.NewTensor tensor(String name, TensorType type, ByteBuffer numbers, long... shape) {
        return new GgufWriter.NewTensor(
                name, type, shape, (from, out) -> out.put(numbers.slice((int) from * Float.BYTES, out.remaining())));
    }

    /** The file that gguf.GGUFWriter makes of the same numbers, byte for byte; so the gguf package reads it as it reads its own. */
    @Test
    void a_file_is_that_which_the_gguf_package_writes() throws IOException {
        ByteBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(FIXTURES.resolve("numbers.f32")));
        Map<String, GgufMetadata.Value> keys = new LinkedHashMap<>();
        keys.put("general.architecture", GgufMetadata.Value.of("llama"));
        keys.put("general.name", GgufMetadata.Value.of("naïve 東京"));
        keys.put("llama.block_count", GgufMetadata.Value.of(30));
        keys.put("llama.attention.layer_norm_rms_epsilon", GgufMetadata.Value.of(1e-5f));
        keys.put("tokenizer.ggml.add_bos_token", GgufMetadata.Value.of(false));
        keys.put("tokenizer.ggml.tokens", GgufMetadata.Value.of(List.of("<s>", "", "Ġthe")));
        keys.put("tokenizer.ggml.token_type", GgufMetadata.Value.of(NumberArray.ofInts(3, 1, 1)));
        keys.put("tokenizer.ggml.scores", GgufMetadata.Value.of(NumberArray.ofFloats(0, -1.5f, -2.25f)));
        Path file = folder.resolve("written.gguf");
        GgufWriter.write(
                file,
                keys,
                List.of(
                        tensor("full", TensorType.F32, numbers, 5, 64),
                        tensor("half", TensorType.F16, numbers, 5, 64),
                        tensor("odd", TensorType.F32, numbers.slice(30 * Float.BYTES, 5 * Float.BYTES), 5),
                        tensor("bytes", TensorType.Q8_0, numbers, 5, 64)));
        assertThat(file).hasSameBinaryContentAs(FIXTURES.resolve("written.gguf"));
    }

    @Test
    void a_tensor_of_many_parts_comes_back() {
        int count = 200_000;
        ByteBuffer numbers = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            numbers.putFloat(i / 7f);
        }
        Path file = folder.resolve("large.gguf");
        GgufWriter.write(file, Map.of(), List.of(tensor("t", TensorType.F32, numbers.flip(), 10, 20_000)));
        ByteBuffer read = ByteBuffer.allocate(count * Float.BYTES);
        try (TensorReader reader = new TensorReader(file)) {
            reader.read(GgufFile.open(file).tensor("t"), 0, read);
        }
        assertThat(read.flip()).isEqualTo(numbers);
    }

    @Test
    void numbers_that_a_type_cannot_hold_are_named_and_leave_no_file() {
        Path file = folder.resolve("wrong.gguf");
        ByteBuffer numbers = ByteBuffer.allocate(32 * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0, 65520);
        assertThatThrownBy(() -> GgufWriter.write(file, Map.of(), List.of(tensor("a.b", TensorType.F16, numbers, 32))))
                .isInstanceOf(HeedException.class)
                .hasMessage("a.b: float16 cannot hold 65520.0; write float32");
        numbers.putFloat(4, Float.NaN);
        assertThatThrownBy(() -> GgufWriter.write(file, Map.of(), List.of(tensor("c", TensorType.Q8_0, numbers, 32))))
                .isInstanceOf(HeedException.class)
                .hasMessage("c: float16 cannot hold NaN; write float32");
        assertThat(folder).isEmptyDirectory();
    }
}
