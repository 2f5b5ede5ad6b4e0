package io.heed.spark.hadoop;

import io.heed.text.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** The bytes of a file in a Hadoop file system. A stream that fails, as after an interrupt, is opened again once. */
final class HadoopBytes implements Bytes {

    /** Opens the file. */
    @FunctionalInterface
    interface Opening {
        FSDataInputStream open() throws IOException;
    }

    private final Path path;
    private final long size;
    private final Opening opening;
    private FSDataInputStream in;

    HadoopBytes(Path path, long size, Opening opening) throws IOException {
        this.path = path;
        this.size = size;
        this.opening = opening;
        in = opening.open();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public ByteBuffer read(long place, int count) {
        byte[] bytes = new byte[count];
        FSDataInputStream now = stream();
        try {
            try {
                now.readFully(place, bytes, 0, count); // at a position, by several threads at once
            } catch (IOException e) {
                reopened(now).readFully(place, bytes, 0, count);
            }
        } catch (IOException e) {
            throw HadoopFiles.failure("read", path, e);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private synchronized FSDataInputStream stream() {
        return in;
    }

    /** Opens the file again, unless another thread has. */
    private synchronized FSDataInputStream reopened(FSDataInputStream failed) throws IOException {
        if (in == failed) {
            failed.close();
            in = opening.open();
        }
        return in;
    }

    @Override
    public synchronized void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw HadoopFiles.failure("close", path, e);
        }
    }
}
