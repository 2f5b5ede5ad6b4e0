package io.heed.run;

import io.heed.AtomicFile;
import io.heed.HeedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second run out of a folder. The system releases the lock when the program ends, however it ends. Releasing it
 * deletes a folder that is otherwise empty, so that a run that failed to start leaves no trace.
 */
public final class RunLock implements AutoCloseable {

    /** Checking whether a run is locked holds its lock for less time than all tries take. */
    private static final int TRIES = 10;

    private static final long BETWEEN_TRIES = 20_000_000; // ns

    /** The folders that this program has locked; opening and closing the file again would release the lock (POSIX). */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path run;
    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path run, Path folder, FileChannel channel) {
        this.run = run;
        this.folder = folder;
        this.channel = channel;
    }

    private static Path training(Path run) {
        return run.resolve("training");
    }

    /**
     * Takes the lock of a run.
     *
     * @throws HeedException if another program trains there, or the folder cannot be written
     */
    public static RunLock take(Path run) {
        Path file = training(run).resolve("lock");
        try {
            Files.createDirectories(training(run));
            Path folder = training(run).toRealPath();
            if (!OURS.add(folder)) {
                throw taken(run, pid());
            }
            boolean done = false;
            try {
                FileChannel channel = open(run, file);
                while (channel == null) {
                    Files.createDirectories(training(run));
                    channel = open(run, file);
                }
                done = true;
                return new RunLock(run, folder, channel);
            } finally {
                if (!done) {
                    OURS.remove(folder);
                }
            }
        } catch (IOException e) {
            throw AtomicFile.unwritable(file, e);
        }
    }

    /** Opens and locks the file; null if its previous holder has deleted it. */
    private static @Nullable FileChannel open(Path run, Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            for (int tried = 1; lock(channel, false) == null; tried++) {
                if (tried == TRIES) {
                    ByteBuffer holder = ByteBuffer.allocate(32);
                    channel.read(holder, 0);
                    throw taken(
                            run, StandardCharsets.US_ASCII.decode(holder.flip()).toString());
                }
                LockSupport.parkNanos(BETWEEN_TRIES);
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(pid()), 0);
            if (Files.exists(file) && Files.size(file) == channel.size()) {
                return channel;
            }
            channel.close();
            return null;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String pid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private static HeedException taken(Path run, String holder) {
        return new HeedException(
                "%s is being trained by another program (process %s); wait for it, or give this run another name"
                        .formatted(run, holder));
    }

    /** Refuses a run that a program is training. */
    static void requireFree(Path run) {
        if (isTaken(run)) {
            throw new HeedException(
                    "%s is being trained by a program; wait for it, or give this run another name".formatted(run));
        }
    }

    /** Whether a program is training a run, tested by locking it for a moment. */
    static boolean isTaken(Path run) {
        Path file = training(run).resolve("lock");
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            if (OURS.contains(training(run).toRealPath())) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                    FileLock mine = lock(channel, true)) {
                return mine == null;
            }
        } catch (IOException e) {
            return false; // a disk without locks
        }
    }

    private static @Nullable FileLock lock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null; // this program holds it
        }
    }

    private static boolean isAlone(Path folder, String name) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.allMatch(path -> path.endsWith(name));
        }
    }

    @Override
    public void close() {
        try {
            if (isAlone(folder, "lock") && isAlone(run, "training")) {
                Files.delete(folder.resolve("lock")); // while it is held
                Files.delete(folder);
                Files.delete(run);
            }
        } catch (IOException ignored) {
            // it stays
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // it is no longer held
        }
        OURS.remove(folder);
    }
}
