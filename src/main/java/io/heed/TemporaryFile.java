package io.heed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A new file under a name that nobody can know beforehand. Its writer keeps it locked until it is closed, and the system lets go of the
 * lock however the writer ends: so a file that can be locked is what a killed program left.
 */
final class TemporaryFile implements AutoCloseable {

    private static final String NAME = ".heed-%016x.tmp";
    private static final Pattern NAMES = Pattern.compile("\\.heed-[0-9a-f]{16}\\.tmp");

    /** The files that this program writes; to open and close one once more would let go of its lock (POSIX). */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    /** The folders that this program has looked through for what others left. */
    private static final Set<Path> CLEARED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private TemporaryFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes a file in a folder, from which it first clears what killed programs left. */
    static TemporaryFile in(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (CLEARED.add(real)) {
            clear(real);
        }
        while (true) {
            Path path = real.resolve(NAME.formatted(UUID.randomUUID().getLeastSignificantBits()));
            OURS.add(path);
            try {
                FileChannel channel = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE); // follows no link
                if (isLocked(channel) && Files.exists(path)) {
                    return new TemporaryFile(path, channel);
                }
                channel.close(); // another program took it for a leftover in the moment before it was locked
            } catch (IOException e) {
                OURS.remove(path);
                throw e;
            }
            OURS.remove(path);
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            return true; // a disk without locks, on which no program clears anything
        }
    }

    private static void clear(Path folder) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                folder, path -> NAMES.matcher(path.getFileName().toString()).matches())) {
            for (Path path : left) {
                if (!OURS.contains(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    clearFile(path);
                }
            }
        } catch (IOException | DirectoryIteratorException ignored) {
            // hidden files stay
        }
    }

    private static void clearFile(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | OverlappingFileLockException ignored) {
            // it is another's, or a disk without locks
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** What it is written through. */
    FileChannel channel() {
        return channel;
    }

    /** Removes it where it was not renamed, and lets go of it. */
    @Override
    public void close() throws IOException {
        try (channel) {
            delete(path);
        } finally {
            OURS.remove(path);
        }
    }

    /** Removes all that this program writes. */
    static void deleteAll() {
        OURS.forEach(TemporaryFile::delete);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException ignored) {
            // it stays until a program that writes there clears it
        }
    }
}
