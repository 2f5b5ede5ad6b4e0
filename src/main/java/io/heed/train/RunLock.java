package io.heed.train;

import io.heed.AtomicFile;
import io.heed.HeedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second run out of a folder. The system lets go of it when the program ends, however it ends. */
final class RunLock implements AutoCloseable {

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The file that is locked. */
    static Path file(Path run) {
        return run.resolve("training").resolve("lock");
    }

    /**
     * Takes the lock of a run.
     *
     * @throws HeedException if another program trains there, or the folder cannot be written
     */
    static RunLock take(Path run) {
        Path file = file(run);
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                ByteBuffer holder = ByteBuffer.allocate(32);
                channel.read(holder, 0);
                channel.close();
                throw new HeedException(
                        "%s is being trained by another program (process %s); wait for it, or give this run another name"
                                .formatted(run, StandardCharsets.US_ASCII.decode(holder.flip())));
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(
                            String.valueOf(ProcessHandle.current().pid())),
                    0);
            return new RunLock(channel);
        } catch (IOException e) {
            throw AtomicFile.unwritable(file, e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another run of this program
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // nobody holds it any more
        }
    }
}
