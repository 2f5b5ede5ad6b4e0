package io.heed.text.corpus;

import io.heed.text.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A corpus as ids, on disk or, if small, in the heap: the ids of both parts, where their lines start, and a description at the end.
 * docs/formats.md describes the format.
 *
 * @param bytes the whole file
 * @param about its description
 */
record IdFile(Bytes bytes, CorpusFacts about) implements IdStore {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final long MAGIC = ByteBuffer.wrap("heed ids".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    private static final int VERSION = 1;
    private static final int HEAD = 16;
    private static final int TAIL = 24;
    private static final int READ_AT_ONCE = 1 << 20;

    /** The ids of the training part, and where its lines start. */
    @Override
    public IdPart training() {
        return part(0, about.training(), 0, about.trainingLines());
    }

    /** The ids of the validation part, and where its lines start. */
    @Override
    public IdPart validation() {
        return part(about.training(), about.validation(), about.trainingLines() + 1, about.validationLines());
    }

    /** @param lines the number of its lines, or -1 */
    private IdPart part(long idsBefore, long ids, long startsBefore, long lines) {
        int width = bytes.read(12, 4).getInt();
        long starts = HEAD + (about.training() + about.validation()) * width;
        return new IdPart(
                new StoredIds(bytes, HEAD + idsBefore * width, ids, width),
                lines < 0 ? null : new StoredIds(bytes, starts + 8 * startsBefore, lines + 1, 8),
                null);
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** Opens a file, or returns null if there is none that is whole and has this key. */
    static @Nullable IdFile open(Path path, String key, LongConsumer told) throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        Bytes.InFile bytes = new Bytes.InFile(path);
        IdFile file = whole(bytes, key, told);
        if (file == null) {
            bytes.close();
        }
        return file;
    }

    /** Reads the whole file, and returns it if it is whole and has this key, or else null. */
    static @Nullable IdFile whole(Bytes bytes, String key, LongConsumer told) {
        if (bytes.size() < HEAD + TAIL) {
            return null;
        }
        ByteBuffer tail = bytes.read(bytes.size() - TAIL, TAIL);
        long length = tail.getLong();
        long check = tail.getLong();
        long end = bytes.size() - TAIL - length;
        if (tail.getLong() != MAGIC || length < 0 || length > Integer.MAX_VALUE - 8 || end < HEAD) {
            return null;
        }
        byte[] json = new byte[(int) length];
        bytes.read(end, json.length).get(json);
        CRC32 crc = new CRC32();
        crc.update(json);
        if (crc.getValue() != check) {
            return null;
        }
        CorpusFacts about;
        try {
            about = JSON.readValue(json, CorpusFacts.class);
        } catch (JacksonException e) {
            return null;
        }
        IdWriter.Checksum sum = new IdWriter.Checksum();
        for (long at = 0; at < end; at += READ_AT_ONCE) {
            sum.add(bytes.read(at, (int) Math.min(READ_AT_ONCE, end - at)));
            told.accept(at);
        }
        ByteBuffer head = bytes.read(0, HEAD);
        boolean ours = head.getLong() == MAGIC && head.getInt() == VERSION;
        return ours && about.key().equals(key) && about.check().equals(sum.toString())
                ? new IdFile(bytes, about)
                : null;
    }

    /** Starts a file, and returns what writes the ids. */
    static IdWriter begin(PieceCutter cutter, OutputStream out) throws IOException {
        IdWriter writer = cutter.writer(out);
        ByteBuffer head = IdWriter.buffer(HEAD);
        head.putLong(MAGIC).putInt(VERSION).putInt(cutter.width());
        writer.write(head);
        return writer;
    }

    /** Writes the description. */
    static void finish(OutputStream out, CorpusFacts about) throws IOException {
        byte[] json = JSON.writeValueAsBytes(about);
        CRC32 crc = new CRC32();
        crc.update(json);
        out.write(json);
        ByteBuffer tail = IdWriter.buffer(TAIL);
        tail.putLong(json.length).putLong(crc.getValue()).putLong(MAGIC);
        out.write(tail.array(), tail.arrayOffset(), TAIL);
    }
}
