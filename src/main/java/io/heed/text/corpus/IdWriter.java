package io.heed.text.corpus;

import io.heed.text.IdList;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Writes ids, and where lines start among them, and keeps account of them. Numbers are little-endian. */
public final class IdWriter {

    private final OutputStream out;
    private final int width;
    private final int unknown;
    private final Checksum sum = new Checksum();
    private long ids;
    private long unknownIds;

    /**
     * Creates a writer.
     *
     * @param width the number of bytes of an id
     * @param unknown the id of unknown words, or -1
     */
    IdWriter(OutputStream out, int width, int unknown) {
        this.out = out;
        this.width = width;
        this.unknown = unknown;
    }

    /** The number of bytes of an id of a vocabulary. */
    public static int width(int vocabulary) {
        return vocabulary <= 1 << 16 ? 2 : 4;
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
    public long count() {
        long count = ids;
        ids = 0;
        return count;
    }

    /** The number of ids of unknown words so far. */
    public long unknown() {
        return unknownIds;
    }

    /** Writes where lines start, from their numbers of ids, and where the last one ends, in 8 bytes each. */
    public void starts(List<IdList> lengths) throws IOException {
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
    public String check() {
        return sum.toString();
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    void write(ByteBuffer buffer) throws IOException {
        sum.add(buffer.rewind());
        out.write(buffer.array(), buffer.arrayOffset(), buffer.capacity());
    }

    /** Two cyclic redundancy checks, which together miss one error in 2^64. */
    static final class Checksum {
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
}
