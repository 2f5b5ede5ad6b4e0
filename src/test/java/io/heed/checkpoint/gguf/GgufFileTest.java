package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GGUF files as the gguf package for Python writes them; make_gguf.py made the fixtures. */
class GgufFileTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf");

    @TempDir
    private Path folder;

    private static ByteBuffer numbers(Path file, GgufTensor tensor, long from, int count) {
        ByteBuffer numbers = ByteBuffer.allocate(count * Float.BYTES);
        try (TensorReader reader = new TensorReader(file)) {
            reader.read(tensor, from, numbers);
        }
        return numbers.flip();
    }

    /** Equal to {@code gguf.quants.dequantize}, bit for bit. */
    @ParameterizedTest
    @EnumSource
    void each_type_of_tensor_gives_the_numbers_that_python_gets(TensorType type) throws IOException {
        Path file = FIXTURES.resolve(type + ".gguf");
        GgufTensor tensor = GgufFile.open(file).tensor("numbers");
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).containsExactly(3, 512);
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(FIXTURES.resolve(type + ".f32")));
        assertThat(numbers(file, tensor, 0, 3 * 512)).isEqualTo(expected);
        assertThat(numbers(file, tensor, 512, 256)).isEqualTo(expected.slice(512 * Float.BYTES, 256 * Float.BYTES));
    }

    @Test
    void numbers_are_read_in_whole_blocks_that_are_there() {
        Path file = FIXTURES.resolve("Q4_K.gguf");
        GgufTensor tensor = GgufFile.open(file).tensor("numbers");
        assertThatThrownBy(() -> numbers(file, tensor, 0, 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> numbers(file, tensor, 32, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> numbers(file, tensor, 1280, 512)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_large_tensor_is_read_in_many_parts() {
        Path file = folder.resolve("large.gguf");
        int count = 1 << 20;
        GgufBytes bytes = GgufBytes.header(1, 0).tensor("large", 0, 0, count).data(0);
        ByteBuffer numbers = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            numbers.putFloat(i);
        }
        bytes.raw(numbers.array()).write(file);
        assertThat(numbers(file, GgufFile.open(file).tensor("large"), 0, count)).isEqualTo(numbers.flip());
    }

    @Test
    void keys_have_the_values_that_were_written() {
        GgufMetadata keys = GgufFile.open(FIXTURES.resolve("keys.gguf")).metadata();
        assertThat(keys.text("general.architecture")).isEqualTo("test");
        assertThat(keys.text("a.string")).isEqualTo("a\nb");
        assertThat(keys.positive("a.uint8")).isEqualTo(255);
        assertThat(keys.positive("a.uint16")).isEqualTo(65535);
        assertThat(keys.truth("a.bool")).contains(true);
        assertThat(keys.number("a.float32")).contains(0.1);
        assertThat(keys.number("a.float64")).contains(0.1);
        assertThat(keys.texts("array.string")).containsExactly("x", "", "東京");
        assertThat(keys.number("none")).isEmpty();
        for (String type : List.of("int8", "int16", "uint32", "int32", "uint64", "int64")) {
            assertThatThrownBy(() -> keys.positive("a." + type)).hasMessageContaining("the key a." + type + " is ");
        }
    }

    @Test
    void numbers_in_arrays_are_those_that_were_written() {
        GgufMetadata keys = GgufFile.open(FIXTURES.resolve("keys.gguf")).metadata();
        record Whole(String type, long number) {}
        for (Whole whole : List.of(
                new Whole("uint8", 255),
                new Whole("int8", -128),
                new Whole("uint16", 65535),
                new Whole("int16", -32768),
                new Whole("uint32", 4294967295L),
                new Whole("int32", -7),
                new Whole("bool", 1),
                new Whole("uint64", 1L << 40),
                new Whole("int64", -(1L << 40)))) {
            NumberArray numbers = keys.numbers("array." + whole.type).orElseThrow();
            assertThat(numbers.length()).isEqualTo(2);
            assertThat(numbers.whole(1)).isEqualTo(whole.number);
        }
        assertThat(keys.numbers("array.float32").orElseThrow().real(1)).isEqualTo(0.1f);
        assertThat(keys.numbers("array.float64").orElseThrow().real(1)).isEqualTo(0.1);
    }

    @Test
    void a_value_of_another_type_is_named() {
        GgufMetadata keys = GgufFile.open(FIXTURES.resolve("keys.gguf")).metadata();
        assertThatThrownBy(() -> keys.text("a.uint8")).hasMessageEndingWith("the key a.uint8 is 255, not a text");
        assertThatThrownBy(() -> keys.texts("array.bool"))
                .hasMessageEndingWith("the key array.bool is an array of 2 values of type bool, not an array of texts");
        assertThatThrownBy(() -> keys.positive("a.string"))
                .hasMessageEndingWith("the key a.string is \"a\\nb\", not a whole number");
        assertThatThrownBy(() -> keys.positive("none")).hasMessageEndingWith("keys.gguf has no key none");
    }

    @Test
    void version_2_is_read_as_version_3_and_others_are_named() throws IOException {
        byte[] bytes = Files.readAllBytes(FIXTURES.resolve("written.gguf"));
        Path file = folder.resolve("version.gguf");
        bytes[4] = 2;
        Files.write(file, bytes);
        assertThat(GgufFile.open(file).tensors()).hasSize(4);
        bytes[4] = 4;
        Files.write(file, bytes);
        assertThatThrownBy(() -> GgufFile.open(file))
                .hasMessage("%s is a GGUF file of version 4, and Heed reads versions 2 and 3", file);
        bytes[4] = 0;
        bytes[7] = 3;
        Files.write(file, bytes);
        assertThatThrownBy(() -> GgufFile.open(file))
                .hasMessage("%s is a big-endian GGUF file, and Heed reads little-endian ones", file);
    }

    @Test
    void tensors_begin_where_the_files_own_alignment_says() {
        Path file = folder.resolve("aligned.gguf");
        GgufBytes bytes = GgufBytes.header(1, 1)
                .key("general.alignment", GgufBytes.UINT32)
                .u32(8)
                .tensor("t", 0, 8, 1);
        bytes.raw(new byte[-(24 + 37 + 37) & 7 + 8]); // what the header takes up to a multiple of 8
        bytes.raw(new byte[40]).write(file);
        assertThat(GgufFile.open(file).tensor("t").start() % 8).isZero();
    }

    @Test
    void what_begins_otherwise_is_none() throws IOException {
        Path file = Files.writeString(folder.resolve("other.gguf"), "a text that is longer than any header is");
        assertThat(GgufFile.is(FIXTURES.resolve("keys.gguf"))).isTrue();
        assertThat(GgufFile.is(file)).isFalse();
        assertThat(GgufFile.is(folder)).isFalse();
        assertThatThrownBy(() -> GgufFile.open(file))
                .hasMessage("%s is not a valid GGUF file: it does not start with GGUF", file);
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none")))
                .hasMessageEndingWith("none does not exist; name a GGUF file");
    }
}
