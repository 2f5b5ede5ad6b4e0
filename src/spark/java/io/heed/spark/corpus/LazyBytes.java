package io.heed.spark.corpus;

import io.heed.HeedException;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A file that is opened when it is first read, and again if it is read after it was closed. */
final class LazyBytes implements Bytes {

    private final HadoopFiles files;
    private final Path path;
    private final long size;
    private @Nullable Bytes opened;

    LazyBytes(HadoopFiles files, Path path, long size) {
        this.files = files;
        this.path = path;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public ByteBuffer read(long place, int count) {
        return opened().read(place, count);
    }

    private synchronized Bytes opened() {
        Bytes now = opened;
        if (now == null) {
            try {
                now = files.open(path, size);
            } catch (IOException e) {
                throw new HeedException(
                        "cannot read %s, a part of the text's ids: %s; they must be on a file system that all machines share"
                                .formatted(HadoopFiles.shown(path), e.getMessage()),
                        e);
            }
            opened = now;
        }
        return now;
    }

    @Override
    public synchronized void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
