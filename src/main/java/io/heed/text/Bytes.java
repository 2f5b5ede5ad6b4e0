package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Random access to bytes, in the heap or in a file of any file system. Thread-safe.
 *
 * <p>A file is read, not mapped: the pages touched in a mapping count as the program's memory and grow to the size of the file, a
 * mapping ends at 2 GiB, and truncating its file crashes the program. A channel would close when its thread is interrupted.
 */
public interface Bytes extends AutoCloseable {

    /** The number of bytes. */
    long size();

    /** Reads bytes from a position, little-endian. */
    ByteBuffer read(long place, int count);

    @Override
    void close();

    /** Bytes in the heap. */
    record InHeap(byte[] bytes) implements Bytes {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public ByteBuffer read(long place, int count) {
            int from = Math.toIntExact(place);
            return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + count))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {}
    }

    /** Bytes in a file. */
    final class InFile implements Bytes {
        private final Path path;
        private final RandomAccessFile file;
        private final long size;

        public InFile(Path path) throws IOException {
            this.path = path;
            file = new RandomAccessFile(path.toFile(), "r");
            size = file.length();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public synchronized ByteBuffer read(long place, int count) {
            byte[] bytes = new byte[count];
            try {
                file.seek(place);
                file.readFully(bytes);
            } catch (IOException e) {
                throw new HeedException("cannot read %s: %s".formatted(path, e.getMessage()), e);
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public synchronized void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new HeedException("cannot close %s: %s".formatted(path, e.getMessage()), e);
            }
        }
    }
}
