package io.heed.run;

import io.heed.AtomicFile;
import io.heed.HeedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes scalars for TensorBoard: a TensorFlow record file whose records are protocol buffers {@code Event}.
 *
 * <p>A record is its length (uint64), that length's masked CRC-32C (uint32), its bytes, and their masked CRC-32C,
 * little-endian.
 */
final class EventFile {

    /** TensorBoard's prefix for such files, and a name that stays the same when a run is resumed. */
    static final String NAME = "events.out.tfevents.heed";

    // the wire types of protocol buffers, each with the number of the field above it: tag = number << 3 | type
    private static final int DOUBLE = 1;
    private static final int BYTES = 2;
    private static final int FLOAT = 5;

    private EventFile() {}

    /**
     * The scalars of a step.
     *
     * @param wallTime when they were measured, in seconds since 1970
     * @param step the number of steps taken
     * @param values by name, in the order of writing; stored in float32
     */
    record Scalars(double wallTime, long step, Map<String, Double> values) {}

    /**
     * Writes a file that holds these scalars and nothing else.
     *
     * <p>If the file already holds the first of them, the rest is appended, since TensorBoard keeps a watched file open
     * and would not see a replacement. This also completes a file that ends within a record, as after a crash, where
     * TensorBoard waits. If the file holds something else, as after resuming from an earlier step, it is replaced.
     *
     * @throws HeedException if the file cannot be written
     */
    static void write(Path file, List<Scalars> scalars) {
        byte[] bytes = of(scalars);
        try {
            byte[] there =
                    Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readAllBytes(file) : new byte[0];
            if (there.length > 0
                    && there.length <= bytes.length
                    && Arrays.equals(there, 0, there.length, bytes, 0, there.length)) {
                Files.write(
                        file,
                        Arrays.copyOfRange(bytes, there.length, bytes.length),
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS);
                return;
            }
        } catch (IOException e) {
            throw new HeedException(
                    "cannot write %s: %s; choose a folder that can be written".formatted(file, e.getMessage()), e);
        }
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /** Returns the content of the file: an event with the version, then one for each step. */
    static byte[] of(List<Scalars> scalars) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        double start = scalars.isEmpty() ? 0 : scalars.get(0).wallTime();
        Message version = new Message().fixed64(1, start).text(3, "brain.Event:2");
        file.writeBytes(framed(version.bytes()));
        for (Scalars row : scalars) {
            Message summary = new Message();
            row.values()
                    .forEach((tag, value) ->
                            summary.message(1, new Message().text(1, tag).fixed32(2, value.floatValue())));
            Message event = new Message()
                    .fixed64(1, row.wallTime())
                    .varint(2, row.step())
                    .message(5, summary);
            file.writeBytes(framed(event.bytes()));
        }
        return file.toByteArray();
    }

    private static byte[] framed(byte[] record) {
        byte[] length = little(8).putLong(record.length).array();
        return little(16 + record.length)
                .put(length)
                .putInt(masked(length))
                .put(record)
                .putInt(masked(record))
                .array();
    }

    /** The checksum, rotated and offset, so that checksums of data that contain checksums remain useful. */
    private static int masked(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A protocol buffer: a sequence of fields. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] bytes() {
            return out.toByteArray();
        }

        Message fixed64(int field, double value) {
            number((field << 3) | DOUBLE);
            out.writeBytes(little(8).putDouble(value).array());
            return this;
        }

        Message fixed32(int field, float value) {
            number((field << 3) | FLOAT);
            out.writeBytes(little(4).putFloat(value).array());
            return this;
        }

        Message varint(int field, long value) {
            number(field << 3);
            number(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.bytes());
        }

        private Message bytes(int field, byte[] value) {
            number((field << 3) | BYTES);
            number(value.length);
            out.writeBytes(value);
            return this;
        }

        /** Writes seven bits per byte, the lowest first; the highest bit says that more follow. */
        private void number(long value) {
            long rest = value;
            for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
                out.write((int) (0x80 | (rest & 0x7f)));
            }
            out.write((int) rest);
        }
    }
}
