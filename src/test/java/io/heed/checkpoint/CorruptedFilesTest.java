package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.sun.management.ThreadMXBean;
import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.checkpoint.family.Gpt2;
import io.heed.kernels.NumberFormat;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the files of a model folder contain, they are read, or refused in one sentence, with no more memory than they need. */
class CorruptedFilesTest {

    /**
     * Bytes allowed per byte of a file: a JSON tree takes some 40 for each of {@code [[[} or {@code 1,1,}, and a message may quote the
     * file.
     */
    private static final int BYTES_EACH = 100;

    private static final String DEEP = "[".repeat(5000);

    @TempDir
    private Path folder;

    /**
     * Off-heap bytes that reading takes whatever the size of the files: checksums and the widening of float16 work on 1 MiB at a time, and
     * channels keep a buffer per thread.
     */
    private static final long MOST_BESIDE = 3 << 20;

    /**
     * Heap bytes that reading the undamaged folder takes, which hardly depend on the size of the files: the engine's loader takes 4 MiB to
     * pass on the kernels. A refusal may take half as much again, since it needs classes that no earlier read loaded.
     */
    private long undamaged;

    @BeforeEach
    void write() {
        try (LanguageModel model = TinyModels.words()) {
            ModelFolder.write(folder, model, "");
        }
        ModelFolder.read(folder, Device.cpu()).close(); // the first time loads classes
        long before = heap();
        ModelFolder.read(folder, Device.cpu()).close();
        undamaged = heap() - before;
    }

    /** The heap bytes that this thread has allocated, freed or not. */
    private static long heap() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** The bytes of off-heap buffers that are not freed. */
    private static long besideHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }

    private interface Corruption {
        byte[] of(byte[] whole, RandomGenerator random);
    }

    /** Reads the folder with a file corrupted in many ways; returns how many were refused. */
    private int refused(String name, int times, Corruption corruption) throws IOException {
        Path file = folder.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < times; i++) {
            byte[] bytes = corruption.of(whole, Seeds.random(7, name, i));
            Files.write(file, bytes);
            refused += isRefused(name) ? 1 : 0;
        }
        return refused;
    }

    /** How often a read that took too much is repeated: other threads allocate too, but not each time. */
    private static final int READINGS = 3;

    private boolean isRefused(String name) throws IOException {
        long size = Files.size(folder.resolve(name));
        long mostHeap = undamaged * 3 / 2 + BYTES_EACH * size;
        long mostBeside = MOST_BESIDE + 2 * size;
        Reading reading = read(name);
        for (int i = 1; i < READINGS && (reading.heap > mostHeap || reading.beside > mostBeside); i++) {
            reading = read(name);
        }
        assertThat(reading.heap).isLessThanOrEqualTo(mostHeap);
        assertThat(reading.beside).isLessThanOrEqualTo(mostBeside);
        return reading.refused;
    }

    /** Whether the folder was refused, and how many bytes that took. */
    private record Reading(boolean refused, long heap, long beside) {}

    private Reading read(String name) {
        long heapBefore = heap();
        long besideBefore = besideHeap();
        boolean refused = false;
        try {
            ModelFolder.read(folder, Device.cpu()).close(); // the change may make no difference to the format
        } catch (HeedException e) {
            refused = true;
            assertThat(e.getMessage()).contains(name.replaceFirst("\\..*", "")).doesNotContain("\n");
        }
        return new Reading(refused, heap() - heapBefore, besideHeap() - besideBefore);
    }

    @Test
    void five_hundred_files_of_weights() throws IOException {
        int refused = refused("model.safetensors", 500, (whole, random) -> {
            ByteBuffer bytes = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
            int header = (int) bytes.getLong(0);
            return switch (random.nextInt(7)) {
                case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
                case 1 -> {
                    int at = 8 + random.nextInt(header);
                    yield bytes.put(at, (byte) (whole[at] ^ 1 << random.nextInt(8)))
                            .array();
                }
                case 2 ->
                    replaced(
                            whole,
                            header,
                            random,
                            "\"data_offsets\":\\[(\\d+),(\\d+)]",
                            "\"data_offsets\":[" + random.nextLong(-9, 40_000) + "," + random.nextLong(-9, 40_000)
                                    + "]");
                case 3 ->
                    replaced(
                            whole,
                            header,
                            random,
                            "\"F32\"",
                            pick(random, "\"F16\"", "\"I64\"", "\"F8_E4M3\"", "7", "null"));
                case 4 ->
                    bytes.putLong(0, random.nextBoolean() ? random.nextLong() : 1L << random.nextInt(64))
                            .array();
                case 5 -> replaced(whole, header, random, "\"shape\":\\[[\\d,]+]", "\"shape\":" + DEEP);
                default ->
                    replaced(
                            whole,
                            header,
                            random,
                            "\"shape\":\\[[\\d,]+]",
                            "\"shape\":[" + pick(random, "99999999999", "-4", "2147483647,2147483647", "\"a\"", "1e9")
                                    + "]");
            };
        });
        assertThat(refused).isGreaterThan(450); // a flipped bit may fall into metadata
    }

    @Test
    void a_hundred_configurations() throws IOException {
        assertThat(refused("config.json", 100, CorruptedFilesTest::text)).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner"})
    void a_shape_that_the_weights_lack_takes_no_memory(String key) throws IOException {
        Path file = folder.resolve("config.json");
        String whole = Files.readString(file);
        for (int round = 0; round < 2; round++) {
            for (String claimed : List.of("2147483647", "1000000000", "10000000", "65536")) {
                Files.writeString(file, whole.replaceFirst("(\"%s\" : )\\d+".formatted(key), "$1" + claimed));
                assertThat(isRefused("config.json")).isTrue();
            }
            Files.deleteIfExists(folder.resolve("tokenizer.json")); // then ids make the tokenizer
        }
    }

    /** Below ten million it would be a token that the model does not know, which a tokenizer may have. */
    @ParameterizedTest
    @CsvSource({"1000000, false", "9999999, false", "10000001, true", "2147483647, true"})
    void an_id_that_no_vocabulary_has_takes_no_memory(String id, boolean refused) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replaceFirst("(\"the\" : )\\d+", "$1" + id));
        assertThat(Files.readString(file)).contains("\"the\" : " + id);
        assertThat(isRefused("tokenizer.json")).isEqualTo(refused);
    }

    @Test
    void a_hundred_tokenizers() throws IOException {
        assertThat(refused("tokenizer.json", 100, CorruptedFilesTest::text)).isGreaterThan(50);
    }

    private static byte[] text(byte[] whole, RandomGenerator random) {
        String text = new String(whole, StandardCharsets.UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length - 2)); // the last are } and a line end
            case 1 -> {
                byte[] bytes = whole.clone();
                for (int i = 0; i < 4; i++) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield bytes;
            }
            case 2 -> bytes(nth(text, "[\\[{,]\\s*", random, DEEP));
            case 3 ->
                bytes(nth(
                        text, "\\d+", random, pick(random, "-1", "999999999", "1e400", "9".repeat(400), "null", "[]")));
            default ->
                bytes(nth(
                        text,
                        "\"[a-zA-Z_]+\"",
                        random,
                        pick(random, "\"\"", "\"\\u0000\"", "{}", "true", "\"x\\ny\"")));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String pick(RandomGenerator random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Some occurrence of a pattern replaced. */
    private static String nth(String text, String pattern, RandomGenerator random, String by) {
        var found = Pattern.compile(pattern).matcher(text).results().toList();
        var one = found.get(random.nextInt(found.size()));
        return text.substring(0, one.start()) + by + text.substring(one.end());
    }

    /** The same in a header, whose length is corrected. */
    private static byte[] replaced(byte[] whole, int header, RandomGenerator random, String pattern, String by) {
        String json = new String(whole, 8, header, StandardCharsets.UTF_8);
        byte[] changed = bytes(nth(json, pattern, random, by));
        return ByteBuffer.allocate(whole.length - header + changed.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(changed.length)
                .put(changed)
                .put(whole, 8 + header, whole.length - 8 - header)
                .array();
    }

    @Test
    void a_tensor_too_large_for_a_buffer_is_refused() throws IOException {
        String header = "{\"wte.weight\":{\"dtype\":\"F16\",\"shape\":[1048576,512],\"data_offsets\":[0,1073741824]}}";
        Path file = folder.resolve("model.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(0);
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length())
                    .array());
            out.writeBytes(header);
            out.setLength(Long.BYTES + header.length() + (1L << 30)); // a hole, which takes no space
        }
        ModelConfig shape = ModelConfig.builder(1 << 20, 1, 512, 1).build();
        Weight wide = WeightPlan.of(shape).get(Weight.Role.TOKENS);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                TensorLoader loader = new TensorLoader(manager, new Transformer(shape, manager).kernels())) {
            assertThatThrownBy(() -> StoredTensors.in(folder, new Gpt2(), shape)
                            .read(manager, wide, wide.shape(), NumberFormat.FLOAT32, loader))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("wte.weight has 536870912 numbers and Heed reads tensors of up to 536870911");
        }
    }
}
