package io.heed.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The safetensors format, whole and damaged in every way. */
class SafetensorsTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("model.safetensors");
    }

    private static Safetensors.StoredArray floats(long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Safetensors.StoredArray("F32", shape, bytes);
    }

    private static Safetensors.StoredArray longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return new Safetensors.StoredArray("I64", new long[] {values.length}, bytes);
    }

    private static byte[] whole() {
        Map<String, Safetensors.StoredArray> tensors = new LinkedHashMap<>();
        tensors.put("a", floats(new long[] {2, 3}, 1, -2.5f, Float.MIN_VALUE, Float.MAX_VALUE, 0, -0f));
        tensors.put("scalar", floats(new long[0], 7));
        tensors.put("empty", floats(new long[] {0, 5}));
        tensors.put("ids", longs(1, Long.MAX_VALUE, -3));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Safetensors.write(out, tensors, Map.of("format", "pt"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    @Nested
    class Whole {

        @Test
        void a_file_is_read_as_it_was_written() throws IOException {
            Files.write(file, whole());
            Map<String, Safetensors.StoredArray> tensors = Safetensors.read(file);
            assertThat(tensors.keySet()).containsExactly("a", "scalar", "empty", "ids");
            assertThat(tensors.get("a").shape()).containsExactly(2, 3);
            assertThat(tensors.get("a").floats()).containsExactly(1, -2.5f, Float.MIN_VALUE, Float.MAX_VALUE, 0, -0f);
            assertThat(tensors.get("scalar").shape()).isEmpty();
            assertThat(tensors.get("scalar").floats()).containsExactly(7);
            assertThat(tensors.get("empty").floats()).isEmpty();
            assertThat(tensors.get("ids").longs()).containsExactly(1, Long.MAX_VALUE, -3);
        }

        @Test
        void the_data_starts_at_a_multiple_of_eight_bytes() {
            ByteBuffer bytes = ByteBuffer.wrap(whole()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(bytes.getLong(0) % 8).isZero();
        }

        @Test
        void djls_reader_reads_it_too() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Safetensors.write(out, Map.of("a", floats(new long[] {2, 2}, 1, 2, 3, 4)), Map.of("format", "pt"));
            try (NDManager manager = NDManager.newBaseManager()) {
                NDList arrays = NDList.decode(manager, out.toByteArray());
                assertThat(arrays.get("a").toFloatArray()).containsExactly(1, 2, 3, 4);
                assertThat(arrays.get("a").getShape().getShape()).containsExactly(2, 2);
            }
        }

        @Test
        void files_by_djls_writer_are_read() throws IOException {
            try (NDManager manager = NDManager.newBaseManager()) {
                NDList arrays = new NDList(manager.create(new float[][] {{1, 2, 3}, {4, 5, 6}}));
                arrays.get(0).setName("a");
                Files.write(file, arrays.encode(NDList.Encoding.SAFETENSORS));
            }
            assertThat(Safetensors.read(file).get("a").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        }

        @Test
        void a_tensor_is_not_read_as_another_type() throws IOException {
            Files.write(file, whole());
            Safetensors.StoredArray ids = Safetensors.read(file).get("ids");
            assertThatThrownBy(ids::floats).hasMessage("a tensor is I64 where F32 is needed");
        }
    }

    @Nested
    class Damaged {

        @Test
        void cut_short_at_any_byte_a_file_is_refused() throws IOException {
            byte[] whole = whole();
            for (int length = 0; length < whole.length; length++) {
                Files.write(file, Arrays.copyOf(whole, length));
                assertRefused();
            }
        }

        @Test
        void an_extra_byte_is_refused() throws IOException {
            Files.write(file, Arrays.copyOf(whole(), whole().length + 1));
            assertRefused();
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 100_000_001})
        void an_impossible_header_length_is_refused(long length) throws IOException {
            byte[] bytes = whole();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            Files.write(file, bytes);
            assertRefused();
        }

        @Test
        void any_changed_byte_of_the_numbers_is_found_by_the_checksum() throws IOException {
            byte[] whole = whole();
            int headerEnd = 8
                    + (int) ByteBuffer.wrap(whole)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong(0);
            assertThat(whole.length - headerEnd).isEqualTo(7 * Float.BYTES + 3 * Long.BYTES);
            for (int i = headerEnd; i < whole.length; i++) {
                byte[] bytes = whole.clone();
                bytes[i] ^= 1;
                Files.write(file, bytes);
                assertThatThrownBy(() -> Safetensors.read(file))
                        .hasMessage(file + " is damaged: its numbers do not match their checksum");
            }
        }

        @Test
        void any_header_byte_changed_to_a_brace_is_refused_or_read_whole() throws IOException {
            byte[] whole = whole();
            int headerEnd = 8
                    + (int) ByteBuffer.wrap(whole)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong(0);
            for (int i = 8; i < headerEnd; i++) {
                byte[] bytes = whole.clone();
                bytes[i] = '{';
                Files.write(file, bytes);
                try {
                    assertThat(Safetensors.read(file)).hasSize(4); // a letter of a name or of the metadata
                } catch (HeedException refused) {
                    assertThat(refused.getMessage()).contains(file.toString()).doesNotContain("\n");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "not JSON at all",
                    "[]",
                    "42",
                    "null",
                    "{",
                    "{}{}",
                    "{\"a\": 1}",
                    "{\"a\": null}",
                    "{\"a\": []}"
                })
        void a_header_that_is_not_an_object_of_tensors_is_refused(String header) throws IOException {
            write(header, 0);
            assertRefused();
        }

        /** One tensor, correct except for the given part; the data has eight bytes. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        "F32"   | [3]                      | [0, 8]
                        "F32"   | [1]                      | [0, 8]
                        "F32"   | [2]                      | [0, 4]
                        "F32"   | [2]                      | [4, 12]
                        "F32"   | [1]                      | [4, 8]
                        "F32"   | [2]                      | [8, 0]
                        "F32"   | [2]                      | [-8, 0]
                        "F32"   | [2]                      | [0]
                        "F32"   | [2]                      | [0, 8, 8]
                        "F32"   | [2]                      | {"0": 0, "1": 8}
                        "F32"   | [2]                      | ["0", "8"]
                        "F32"   | [2]                      | [0, 8.0]
                        "F32"   | [2]                      | null
                        "F32"   | [2]                      | [0, 99999999999999999999]
                        "F32"   | [-2]                     | [0, 8]
                        "F32"   | [-1, -2]                 | [0, 8]
                        "F32"   | ["2"]                    | [0, 8]
                        "F32"   | [2.0]                    | [0, 8]
                        "F32"   | 2                        | [0, 8]
                        "F32"   | {"0": 2}                 | [0, 8]
                        "F32"   | [null]                   | [0, 8]
                        "F32"   | [4294967298]             | [0, 8]
                        "F32"   | [4294967296, 4294967296] | [0, 8]
                        "F32"   | [65536, 65536, 2]        | [0, 8]
                        "F31"   | [2]                      | [0, 8]
                        ""      | [2]                      | [0, 8]
                        "f32"   | [2]                      | [0, 8]
                        32      | [2]                      | [0, 8]
                        "F16"   | [2]                      | [0, 8]
                        """)
        void a_tensor_that_does_not_fit_is_refused(String type, String shape, String offsets) throws IOException {
            write("{\"a\": {\"dtype\": %s, \"shape\": %s, \"data_offsets\": %s}}".formatted(type, shape, offsets), 8);
            assertRefused();
        }

        @ParameterizedTest
        @CsvSource({"0, 4, 0, 4", "0, 8, 4, 8", "0, 4, 8, 12", "4, 8, 8, 12", "0, 4, 4, 8", "0, 8, 8, 12"})
        void two_tensors_that_overlap_or_leave_a_gap_are_refused(int start, int end, int next, int last)
                throws IOException {
            String tensor = "\"%s\": {\"dtype\": \"F32\", \"shape\": [%d], \"data_offsets\": [%d, %d]}";
            String one = tensor.formatted("a", (end - start) / 4, start, end);
            String other = tensor.formatted("b", (last - next) / 4, next, last);
            boolean fits = start == 0 && end == next && last == 12; // the only one of these that is right
            write("{" + one + ", " + other + "}", 12);
            if (fits) {
                assertThat(Safetensors.read(file)).hasSize(2);
            } else {
                assertRefused();
            }
        }

        @Test
        void a_name_of_two_lines_is_shown_on_one() throws IOException {
            write("{\"a\\nb\": {\"dtype\": \"F31\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 8);
            assertRefused();
        }

        @Test
        void a_missing_file_is_named() {
            assertThatThrownBy(() -> Safetensors.read(file))
                    .isInstanceOf(HeedException.class)
                    .hasMessage(file + " does not exist");
        }

        @Test
        void a_folder_is_refused() throws IOException {
            Files.createDirectory(file);
            assertRefused();
        }

        private void write(String header, int data) throws IOException {
            byte[] json = header.getBytes(UTF_8);
            Files.write(
                    file,
                    ByteBuffer.allocate(8 + json.length + data)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(json.length)
                            .put(json)
                            .array());
        }

        private void assertRefused() {
            assertThatThrownBy(() -> Safetensors.read(file))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining(file.toString())
                    .message()
                    .doesNotContain("\n");
        }
    }
}
