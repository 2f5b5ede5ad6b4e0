package io.heed.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.run.EventFile.Scalars;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, checked against bytes written by TensorBoard and by the test's own reader. */
class EventFileTest {

    /**
     * The output of tensorboard 2.19.0 for {@link #ROWS}: {@code RecordWriter.write(Event(…).SerializeToString())} for the version and
     * for each row, with {@code Summary.Value(tag, simple_value)}.
     */
    private static final String BY_TENSORBOARD =
            "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a32"
                    + "2b353110300000000000000095f5d05f0900002040fc54d94110642a230a140a0d747261696e696e675f6c6f7373150000204"
                    + "00a0b0a047261746515a69bc43b7421af8931000000000000009d8383e9090000d05efc54d94110ac022a230a140a0d74726169"
                    + "6e696e675f6c6f737315cdcccc3d0a0b0a0472617465155f708930f46a939d";

    private static final List<Scalars> ROWS =
            List.of(row(1700000000.5, 100, 2.5, 0.006), row(1700000123.25, 300, 0.1, 1e-9));

    @TempDir
    private Path folder;

    private static Scalars row(double time, long step, double loss, double rate) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("training_loss", loss);
        values.put("rate", rate);
        return new Scalars(time, step, values);
    }

    /** The records of a file, each with both checksums good, up to a torn one. */
    private static List<byte[]> records(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (bytes.remaining() >= 12) {
            int start = bytes.position();
            int length = Math.toIntExact(bytes.getLong());
            assertThat(bytes.getInt()).isEqualTo(masked(Arrays.copyOfRange(file, start, start + 8)));
            if (bytes.remaining() < length + 4) {
                break;
            }
            byte[] record = new byte[length];
            bytes.get(record);
            assertThat(bytes.getInt()).isEqualTo(masked(record));
            records.add(record);
        }
        return records;
    }

    /** By TensorFlow's record format: ((crc >> 15) | (crc << 17)) + 0xa282ead8, modulo 2³². */
    private static int masked(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        long crc = checksum.getValue();
        return (int) ((((crc >> 15) | (crc << 17)) & 0xffffffffL) + 0xa282ead8L);
    }

    /** Distinguishes a file from another with its name; null on Windows. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Test
    void match_tensorboards() {
        assertThat(HexFormat.of().formatHex(EventFile.of(ROWS))).isEqualTo(BY_TENSORBOARD);
    }

    @Test
    void have_a_record_for_the_version_and_each_step() {
        List<Scalars> rows = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rows.add(row(i, 1L << i, i, -i));
        }
        assertThat(records(EventFile.of(rows))).hasSize(51);
        assertThat(records(EventFile.of(List.of()))).hasSize(1);
    }

    @Test
    void are_appended_to_and_stay_the_same_file() throws IOException {
        Path file = folder.resolve("training").resolve(EventFile.NAME);
        EventFile.write(file, ROWS.subList(0, 1));
        Object before = key(file);
        EventFile.write(file, ROWS);
        assertThat(Files.readAllBytes(file)).isEqualTo(EventFile.of(ROWS));
        assertThat(key(file)).isEqualTo(before);
    }

    @Test
    void are_repaired_after_a_crash_at_any_byte() throws IOException {
        Path file = folder.resolve(EventFile.NAME);
        byte[] whole = EventFile.of(ROWS);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(records(Files.readAllBytes(file)).size()).isBetween(0, 3);
            EventFile.write(file, ROWS);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    @Test
    void have_no_step_twice_after_resuming_from_an_earlier_one() throws IOException {
        Path file = folder.resolve(EventFile.NAME);
        EventFile.write(file, ROWS);
        List<Scalars> resumed = List.of(ROWS.get(0), row(1700009999, 300, 0.1, 1e-9), row(1700010000, 400, 0.2, 0));
        EventFile.write(file, resumed);
        assertThat(Files.readAllBytes(file)).isEqualTo(EventFile.of(resumed));
        EventFile.write(file, ROWS.subList(0, 1)); // a new run, shorter than what is there
        assertThat(Files.readAllBytes(file)).isEqualTo(EventFile.of(ROWS.subList(0, 1)));
    }

    @Test
    void are_not_written_through_a_link_at_their_path() throws IOException {
        Path victim = folder.resolve("victim");
        EventFile.write(victim, ROWS.subList(0, 1));
        Path file = folder.resolve(EventFile.NAME);
        Files.createSymbolicLink(file, victim);
        EventFile.write(file, ROWS);
        assertThat(Files.readAllBytes(file)).isEqualTo(EventFile.of(ROWS));
        assertThat(Files.readAllBytes(victim)).isEqualTo(EventFile.of(ROWS.subList(0, 1)));
    }
}
