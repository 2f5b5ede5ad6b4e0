package io.heed.text.corpus;

import io.heed.text.Bytes;
import io.heed.text.Fingerprint;
import io.heed.text.IdList;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
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
record IdFile(Bytes bytes, About about) implements AutoCloseable {

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

    /**
     * The description of an id file.
     *
     * @param key identifies what it was made from
     * @param check the checksum of all bytes before the description
     * @param training the number of ids in the training part
     * @param validation the number of ids in the validation part
     * @param trainingLines the number of sentences in the training part, or -1 in one long text
     * @param validationLines the same for the validation part
     * @param checked the number of validation lines that were compared with training lines
     * @param repeated how many of those are in the training part
     * @param unknown the number of training ids that stand for an unknown word
     * @param tokenizer the tokenizer.json
     */
    record About(
            String key,
            String check,
            long training,
            long validation,
            long trainingLines,
            long validationLines,
            long checked,
            long repeated,
            long unknown,
            String tokenizer) {}

    /** The number of bytes of an id of a vocabulary. */
    static int width(int vocabulary) {
        return vocabulary <= 1 << 16 ? 2 : 4;
    }

    /** The ids of the training part. */
    Ids training() {
        return new Ids(bytes, HEAD, about.training, width());
    }

    /** The ids of the validation part. */
    Ids validation() {
        return new Ids(bytes, HEAD + about.training * width(), about.validation, width());
    }

    /** Where the training lines start among their ids, and where the last one ends. */
    Ids trainingStarts() {
        return new Ids(bytes, starts(), about.trainingLines + 1, 8);
    }

    /** Where the validation lines start among their ids, and where the last one ends. */
    Ids validationStarts() {
        return new Ids(bytes, starts() + 8 * (about.trainingLines + 1), about.validationLines + 1, 8);
    }

    private long starts() {
        return HEAD + (about.training + about.validation) * width();
    }

    private int width() {
        return bytes.read(12, 4).getInt();
    }

    /** The fingerprint of both parts and the tokenizer. */
    String fingerprint() {
        return Fingerprint.of(about.check, about.tokenizer);
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
        About about;
        try {
            about = JSON.readValue(json, About.class);
        } catch (JacksonException e) {
            return null;
        }
        Checksum sum = new Checksum();
        for (long at = 0; at < end; at += READ_AT_ONCE) {
            sum.add(bytes.read(at, (int) Math.min(READ_AT_ONCE, end - at)));
            told.accept(at);
        }
        ByteBuffer head = bytes.read(0, HEAD);
        boolean ours = head.getLong() == MAGIC && head.getInt() == VERSION;
        return ours && about.key.equals(key) && about.check.equals(sum.toString()) ? new IdFile(bytes, about) : null;
    }

    /** Two cyclic redundancy checks, which together miss one error in 2^64. */
    private static final class Checksum {
        private final CRC32 crc = new CRC32();
        private final CRC32C castagnoli = new CRC32C();

        void add(ByteBuffer bytes) {
            crc.update(bytes.duplicate());
            castagnoli.update(bytes.duplicate());
        }

        @Override
        public String toString() {
            return "%08x%08x".formatted(castagnoli.getValue(), crc.getValue());
        }
    }

    /** Writes an id file from start to end. */
    static final class Writer {
        private final OutputStream out;
        private final int width;
        private final int unknown;
        private final Checksum sum = new Checksum();
        private long ids;
        private long unknownIds;

        /**
         * Starts a file.
         *
         * @param width the number of bytes of an id
         * @param unknown the id of unknown words, or -1
         */
        Writer(OutputStream out, int width, int unknown) throws IOException {
            this.out = out;
            this.width = width;
            this.unknown = unknown;
            ByteBuffer head = buffer(HEAD);
            head.putLong(MAGIC).putInt(VERSION).putInt(width);
            write(head);
        }

        /** Writes ids. */
        void ids(IdList some) throws IOException {
            ByteBuffer buffer = buffer(some.size() * width);
            for (int i = 0; i < some.size(); i++) {
                int id = some.get(i);
                if (width == 2) {
                    buffer.putShort((short) id);
                } else {
                    buffer.putInt(id);
                }
                if (id == unknown) {
                    unknownIds++;
                }
            }
            write(buffer);
            ids += some.size();
        }

        /** The number of ids written since the last call. */
        long count() {
            long count = ids;
            ids = 0;
            return count;
        }

        /** The number of ids of unknown words so far. */
        long unknown() {
            return unknownIds;
        }

        /** Writes where lines start, from their numbers of ids. */
        void starts(List<IdList> lengths) throws IOException {
            long start = 0;
            write(buffer(8)); // the first starts at 0
            for (IdList some : lengths) {
                ByteBuffer buffer = buffer(8 * some.size());
                for (int i = 0; i < some.size(); i++) {
                    start += some.get(i);
                    buffer.putLong(start);
                }
                write(buffer);
            }
        }

        /** The checksum of everything written. */
        String check() {
            return sum.toString();
        }

        /** Writes the description. */
        void finish(About about) throws IOException {
            byte[] json = JSON.writeValueAsBytes(about);
            CRC32 crc = new CRC32();
            crc.update(json);
            out.write(json);
            ByteBuffer tail = buffer(TAIL);
            tail.putLong(json.length).putLong(crc.getValue()).putLong(MAGIC);
            out.write(tail.array(), tail.arrayOffset(), TAIL);
        }

        private static ByteBuffer buffer(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void write(ByteBuffer buffer) throws IOException {
            sum.add(buffer.rewind());
            out.write(buffer.array(), buffer.arrayOffset(), buffer.capacity());
        }
    }
}
