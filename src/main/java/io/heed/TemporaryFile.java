package io.heed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A new file under an unpredictable name. Its writer keeps it locked until it is closed, and the system releases the
 * lock however the writer ends, so a file that can be locked was left by a killed program.
 *
 * <p>It may have a folder, which is created after the file and deleted before it, so a folder without its file is a
 * leftover too.
 */
final class TemporaryFile implements AutoCloseable {

    private static final String FILE = ".tmp";
    private static final String FOLDER = ".new";
    private static final String NAME = ".heed-%016x" + FILE;
    private static final Pattern NAMES = Pattern.compile("(\\.heed-[0-9a-f]{16})(\\.tmp|\\.new)");

    /** The files that this program writes; opening and closing one again would release its lock (POSIX). */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    /** The folders that this program has cleared of leftovers. */
    private static final Set<Path> CLEARED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private TemporaryFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates a file in a folder, after deleting what killed programs left there. */
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
                channel.close(); // another program took it for a leftover before it was locked
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
            return true; // a disk without locks, where no program deletes leftovers
        }
    }

    private static void clear(Path folder) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, TemporaryFile::isNamedSo)) {
            for (Path path : left) {
                Path file = path.resolveSibling(path.getFileName().toString().replaceFirst("\\.new$", FILE));
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    clearFile(file);
                } else if (!path.equals(file) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Folders.delete(path);
                }
            }
        } catch (IOException | DirectoryIteratorException | HeedException ignored) {
            // hidden files stay
        }
    }

    /** Whether a file or folder has the name of a temporary one. */
    static boolean isNamedSo(Path path) {
        return NAMES.matcher(String.valueOf(path.getFileName())).matches();
    }

    private static void clearFile(Path path) {
        if (OURS.contains(path)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                delete(path);
            }
        } catch (IOException | OverlappingFileLockException ignored) {
            // it is another program's, or on a disk without locks
        }
    }

    /** The path of the file. */
    Path path() {
        return path;
    }

    /** The path of its folder, which the caller may create. */
    Path folder() {
        return folder(path);
    }

    private static Path folder(Path path) {
        String name = path.getFileName().toString();
        return path.resolveSibling(name.substring(0, name.length() - FILE.length()) + FOLDER);
    }

    /** The channel to write it through. */
    FileChannel channel() {
        return channel;
    }

    /** Deletes the file and its folder unless they were renamed, and releases the lock. */
    @Override
    public void close() throws IOException {
        try (channel) {
            delete(path);
        } finally {
            OURS.remove(path);
        }
    }

    /** Renames its folder, unless {@link #deleteAll} has started, which may have deleted part of it. */
    void moveFolder(Path to) throws IOException {
        synchronized (OURS) {
            if (!OURS.contains(path)) {
                throw new NoSuchFileException(folder().toString());
            }
            Files.move(folder(), to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Deletes all temporary files of this program. */
    static void deleteAll() {
        synchronized (OURS) {
            OURS.forEach(TemporaryFile::delete);
            OURS.clear();
        }
    }

    private static void delete(Path path) {
        try {
            Folders.delete(folder(path));
            Files.deleteIfExists(path);
        } catch (IOException | HeedException ignored) {
            // it stays until a program that writes there deletes it
        }
    }
}
