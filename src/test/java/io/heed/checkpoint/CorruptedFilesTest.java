package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in the files of a model folder, they are read or refused in one sentence, without taking more memory than they need. */
class CorruptedFilesTest {

    /** The largest claim a corrupted file makes is far above, the whole model far below. */
    private static final long MOST_MEMORY = 64 << 20;

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final String DEEP = "[".repeat(5000);

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        try (LanguageModel model = TinyModels.words()) {
            ModelFolder.write(folder, model.transformer(), model.tokenizer(), "");
        }
    }

    private interface Corruption {
        byte[] of(byte[] whole, RandomGenerator random);
    }

    /** Reads the folder with a file corrupted in many ways; says how many were refused. */
    private int refused(String name, int times, Corruption corruption) throws IOException {
        Path file = folder.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < times; i++) {
            byte[] bytes = corruption.of(whole, Seeds.random(7, name, i));
            Files.write(file, bytes);
            refused += assertTimeoutPreemptively(LONGEST, () -> isRefused(name)) ? 1 : 0;
        }
        return refused;
    }

    private boolean isRefused(String name) {
        long before = allocated();
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu())) {
            return false; // what was changed makes no difference to the format
        } catch (HeedException e) {
            assertThat(e.getMessage()).contains(name.replaceFirst("\\..*", "")).doesNotContain("\n");
            return true;
        } finally {
            assertThat(allocated() - before).isLessThan(MOST_MEMORY);
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
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

    /** The same in a header, whose length is put right. */
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
}
