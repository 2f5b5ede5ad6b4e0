package io.heed.spark.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.Bytes;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a Hadoop file system, which here is the one of this machine. */
class HadoopFilesTest {

    private final HadoopFiles files = new HadoopFiles(new Configuration());

    @TempDir
    private java.nio.file.Path folder;

    private Path path(String name) {
        return new Path(folder.resolve(name).toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void a_file_appears_whole_or_not_at_all() throws IOException {
        Path path = path("deep/file");
        assertThatThrownBy(() -> files.write(path, out -> {
                    out.write(bytes("half"));
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(HeedException.class)
                .hasMessage("cannot write %s: the disk is full", folder.resolve("deep/file"));
        assertThat(folder.resolve("deep")).isEmptyDirectory();
        for (String text : new String[] {"first", "again"}) { // as a task that runs twice
            files.write(path, out -> out.write(bytes(text)));
            assertThat(folder.resolve("deep/file")).hasContent(text);
        }
        Files.writeString(folder.resolve("deep/.file-killed.tmp"), "half");
        assertThat(files.sizes(path("deep"))).isEqualTo(Map.of("file", 5L));
        files.discardUnfinished(path("deep"));
        assertThat(folder.resolve("deep").toFile().list()).containsExactly("file");
        assertThat(files.sizes(path("none"))).isEmpty();
        assertThat(files.read(path("deep/file"))).isEqualTo(bytes("again"));
        assertThat(files.read(path("none"))).isNull();
    }

    /** As after an interrupt, which closes a channel for good. */
    @Test
    void a_stream_that_fails_is_opened_again() throws IOException {
        int[] opened = new int[1];
        try (Bytes bytes = new HadoopBytes(path("file"), 10, () -> {
            opened[0]++;
            return new FSDataInputStream(new FailingLater(bytes("0123456789")));
        })) {
            for (int i = 0; i < 5; i++) {
                assertThat(bytes.read(i, 2).array()).isEqualTo(bytes("" + i + (i + 1)));
            }
            assertThat(opened[0]).isEqualTo(3);
            assertThatThrownBy(() -> bytes.read(8, 4))
                    .isInstanceOf(HeedException.class)
                    .hasMessage("cannot read %s: it ends at 10", folder.resolve("file"));
        }
    }

    /** A stream that can be read twice. */
    @SuppressWarnings("InputStreamSlowMultibyteRead") // it is read at positions alone
    private static final class FailingLater extends FSInputStream {
        private final byte[] bytes;
        private int reads;

        FailingLater(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
            if (reads++ == 2) {
                throw new ClosedChannelException();
            }
            if (position + length > bytes.length) {
                throw new IOException("it ends at " + bytes.length);
            }
            System.arraycopy(bytes, (int) position, buffer, offset, length);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void seek(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getPos() {
            return 0;
        }

        @Override
        public boolean seekToNewSource(long target) {
            return false;
        }
    }
}
