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
 * A new file under a name that nobody can know beforehand. Its writer keeps it locked until it is closed, and the system lets go of the
 * lock however the writer ends: so a file that can be locked is what a killed program left.
 *
 * <p>A folder may belong to it. That is made after the file and goes before it, so a folder without its file is left over too.
 */
final class TemporaryFile implements AutoCloseable {

    private static final String FILE = ".tmp";
    private static final String FOLDER = ".new";
    private static final String NAME = ".heed-%016x" + FILE;
    private static final Pattern NAMES = Pattern.compile("(\\.heed-[0-9a-f]{16})(\\.tmp|\\.new)");

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
            // it is another's, or a disk without locks
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Where the folder is that belongs to it, once somebody makes one. */
    Path folder() {
        return folder(path);
    }

    private static Path folder(Path path) {
        String name = path.getFileName().toString();
        return path.resolveSibling(name.substring(0, name.length() - FILE.length()) + FOLDER);
    }

    /** What it is written through. */
    FileChannel channel() {
        return channel;
    }

    /** Removes it, and the folder that belongs to it, where they were not renamed, and lets go of it. */
    @Override
    public void close() throws IOException {
        try (channel) {
            delete(path);
        } finally {
            OURS.remove(path);
        }
    }

    /** Gives the folder that belongs to it its name; not once {@link #deleteAll} has begun, which may have left half of it. */
    void moveFolder(Path to) throws IOException {
        synchronized (OURS) {
            if (!OURS.contains(path)) {
                throw new NoSuchFileException(folder().toString());
            }
            Files.move(folder(), to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Removes all that this program writes. */
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
            // it stays until a program that writes there clears it
        }
    }
}
