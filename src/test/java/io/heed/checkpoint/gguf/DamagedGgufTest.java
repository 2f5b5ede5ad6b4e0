package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.heed.HeedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are damaged or lie: each is refused in one sentence, and none takes memory for what it only claims to have. */
class DamagedGgufTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What reading a file of a few KiB may take, in bytes, with the trace of an exception; a claim that is believed takes more. */
    private static final long MOST = 128 << 10;

    /** Where the tensors begin in the whole file. */
    private static final int HEADER = 608;

    private static final long HUGE = 1L << 60;

    @TempDir
    private Path folder;

    private Path file;
    private byte[] whole;

    @BeforeEach
    void read() throws IOException {
        file = folder.resolve("model.gguf");
        whole = Files.readAllBytes(Path.of("src/test/resources/fixtures/gguf/written.gguf"));
        Files.write(file, whole);
    }

    /** Opens the file, and returns what was thrown: twice, since the first time may load classes. */
    private @Nullable Throwable opened() {
        Throwable first = catchThrowable(() -> GgufFile.open(file));
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        Throwable thrown = catchThrowable(() -> GgufFile.open(file));
        assertThat(THREADS.getThreadAllocatedBytes(thread) - before).isLessThan(MOST);
        assertThat(thrown == null).isEqualTo(first == null);
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(HeedException.class);
            assertThat(thrown.getMessage())
                    .startsWith(file.toString())
                    .doesNotContain("\n")
                    .doesNotContain("null");
        }
        return thrown;
    }

    @Test
    void a_file_that_is_cut_short_anywhere_is_refused() throws IOException {
        int end = whole.length - 12; // what is behind the last tensor is padding
        for (int length = 0; length < end; length += length < HEADER ? 1 : 32) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(opened()).as("%d bytes", length).isNotNull();
        }
    }

    @Test
    void a_bit_that_is_flipped_is_refused_or_does_no_harm() throws IOException {
        Random random = new Random(18);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(HEADER)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            refused += opened() == null ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void any_number_may_be_huge() throws IOException {
        for (int at = 4; at < HEADER; at += 2) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, at, at + 4, (byte) 0xFF);
            Files.write(file, damaged);
            opened();
            Arrays.fill(damaged, at, at + 8, (byte) 0x7F);
            Files.write(file, damaged);
            opened();
        }
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("its header claims 1152921504606846976 tensors and 8 bytes are left", GgufBytes.header(HUGE, 0)),
                lie("its header claims 18446744073709551615 tensors", GgufBytes.header(-1, 0)),
                lie("its header claims 1152921504606846976 keys and 0 bytes are left", GgufBytes.header(0, HUGE)),
                lie(
                        "key 1 of 1 claims 1000000 bytes of text",
                        key().u64(1_000_000).data(32)),
                lie(
                        "the key a claims 18446744073709551615 bytes of text",
                        key("a", GgufBytes.STRING).u64(-1)),
                lie(
                        "the key a has bytes that are not UTF-8",
                        key("a", GgufBytes.STRING).u64(1).u8(0xFF)),
                lie(
                        "the key a has the type 13, and types go from 0 to 12",
                        key("a", 13).u64(0)),
                lie("the key a has the type 4294967295", key("a", -1).u64(0)),
                lie("the key a has 2, not 0 or 1", key("a", 7).u8(2)),
                lie("it ends within the key a", key("a", GgufBytes.UINT32).u8(0)),
                lie(
                        "the key a is an array of arrays, which no model needs",
                        key("a", GgufBytes.ARRAY)
                                .u32(GgufBytes.ARRAY)
                                .u64(1)
                                .u32(4)
                                .u64(0)),
                lie(
                        "the key a has the type 77",
                        key("a", GgufBytes.ARRAY).u32(77).u64(1)),
                lie(
                        "the key a claims 4294967296 values of type uint8 and 4 bytes are left",
                        key("a", GgufBytes.ARRAY).u32(0).u64(1L << 32).u32(0)),
                lie(
                        "the key a claims 1152921504606846976 values of type float64 and 16 bytes are left",
                        key("a", GgufBytes.ARRAY).u32(12).u64(HUGE).u64(0).u64(0)),
                lie(
                        "the key a claims 3 values of type string and 20 bytes are left",
                        key("a", GgufBytes.ARRAY).u32(GgufBytes.STRING).u64(3).raw(new byte[20])),
                lie(
                        "the key a claims 99 bytes of text and 12 bytes are left",
                        key("a", GgufBytes.ARRAY)
                                .u32(GgufBytes.STRING)
                                .u64(2)
                                .u64(99)
                                .raw(new byte[12])),
                lie(
                        "the key a occurs twice",
                        GgufBytes.header(0, 2).key("a", 4).u32(1).key("a", 4).u32(1)),
                lie("the key general.alignment is 24, not a power of two", aligned(24)),
                lie("the key general.alignment is 0, not above 0", aligned(0)),
                lie("the key general.alignment is 4294967295, not from 0 to 2147483647", aligned(-1)));
    }

    static Stream<Arguments> lyingTensors() {
        return Stream.of(
                lie(
                        "the tensor t has 0 dimensions, and tensors have 1 to 4",
                        one().tensor("t", 0, 0).data(64)),
                lie(
                        "the tensor t has 5 dimensions",
                        one().tensor("t", 0, 0, 1, 1, 1, 1, 1).data(64)),
                lie(
                        "the tensor t has 4294967295 dimensions",
                        one().text("t").u32(-1).data(64)),
                lie(
                        "the tensor t has a dimension of 0",
                        one().tensor("t", 0, 0, 4, 0).data(64)),
                lie(
                        "the tensor t has a dimension of 18446744073709551615",
                        one().tensor("t", 0, 0, -1).data(64)),
                lie(
                        "the tensor t has a dimension of 4294967296",
                        one().tensor("t", 0, 0, 1L << 32, 1L << 32).data(64)),
                lie(
                        "the tensor t has a dimension of 2147483648",
                        one().tensor("t", 0, 0, 4, 4, 1L << 31, 1L << 31).data(64)),
                lie(
                        "the tensor t has rows of 31 numbers, and Q8_0 has blocks of 32",
                        one().tensor("t", 8, 0, 31).data(64)),
                lie(
                        "the tensor t has rows of 32 numbers, and Q4_K has blocks of 256",
                        one().tensor("t", 12, 0, 32, 8).data(256)),
                lie(
                        "the tensor t is of type Q2_K, and Heed reads F32, F16,",
                        one().tensor("t", 10, 0, 256).data(256)),
                lie(
                        "the tensor t is of type 4294967295, and Heed reads",
                        one().tensor("t", -1, 0, 4).data(64)),
                lie(
                        "the tensor t starts at 4, not at a multiple of 32",
                        one().tensor("t", 0, 4, 4).data(64)),
                lie(
                        "the tensor t starts at 18446744073709551584, not",
                        one().tensor("t", 0, -32, 4).data(64)),
                lie(
                        "the tensor t has 16 bytes from 1152921504606846976 on",
                        one().tensor("t", 0, HUGE, 4).data(64)),
                lie(
                        "the tensor t has 68 bytes from 0 on, and the file's tensors have 64",
                        one().tensor("t", 0, 0, 17).data(64)),
                lie("the tensor t has 4 bytes from 0 on, and the file's tensors have 0", one().tensor("t", 0, 0, 1)),
                lie(
                        "the tensor t occurs twice",
                        two().tensor("t", 0, 0, 4).tensor("t", 0, 32, 4).data(64)),
                lie(
                        "the tensor u starts within t",
                        two().tensor("t", 0, 0, 9).tensor("u", 0, 32, 4).data(64)),
                lie(
                        "the tensor t starts within u",
                        two().tensor("t", 0, 32, 4).tensor("u", 0, 0, 16).data(64)));
    }

    private static Arguments lie(String message, GgufBytes bytes) {
        return Arguments.of(message, bytes);
    }

    private static GgufBytes key() {
        return GgufBytes.header(0, 1);
    }

    private static GgufBytes key(String name, int type) {
        return key().key(name, type);
    }

    private static GgufBytes aligned(int alignment) {
        return key("general.alignment", GgufBytes.UINT32).u32(alignment);
    }

    private static GgufBytes one() {
        return GgufBytes.header(1, 0);
    }

    private static GgufBytes two() {
        return GgufBytes.header(2, 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lies", "lyingTensors"})
    void what_a_file_says_is_not_believed(String message, GgufBytes bytes) {
        bytes.write(file);
        Throwable thrown = opened();
        assertThat(thrown).isNotNull();
        assertThat(thrown.getMessage()).contains(message);
    }

    @Test
    void names_of_a_file_do_nothing_to_a_terminal() {
        one().text("t\n\u001b[2J").u32(9).data(64).write(file);
        Throwable thrown = opened();
        assertThat(thrown).isNotNull();
        assertThat(thrown.getMessage()).contains("the tensor t\\n\\u001b[2J has 9 dimensions");
    }
}
