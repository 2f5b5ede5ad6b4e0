package io.heed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Writes files so that a reader sees the old one or the new one, whole, whatever happens in between. */
public final class AtomicFile {

    /** What fills a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything the file is to hold. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Files that are being written. */
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    private AtomicFile() {}

    /**
     * Writes a file under a temporary name in the same folder, flushes it to the disk, renames it and flushes the folder. Missing folders
     * are made.
     *
     * @throws HeedException if the folder cannot be written or the disk is full; the old file is then as it was
     */
    public static void write(Path file, Content content) {
        fill(file, content);
        flush(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** Writes a file as {@link #write} does, but leaves it to the caller to {@link #flush} the folder, after several files of one. */
    public static void fill(Path file, Content content) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new HeedException("%s is not a file name".formatted(file));
        }
        if (Files.isDirectory(absolute)) {
            throw new HeedException("cannot write %s: it is a folder; name a file".formatted(file));
        }
        Path temporary = folder.resolve("." + absolute.getFileName() + ".tmp");
        UNFINISHED.add(temporary);
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                OutputStream out = Channels.newOutputStream(channel);
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(temporary);
            throw unwritable(file, e);
        } catch (RuntimeException | Error e) {
            discard(temporary);
            throw e;
        } finally {
            UNFINISHED.remove(temporary);
        }
    }

    /** Flushes what was made and renamed in a folder to the disk, where the system can. */
    public static void flush(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException ignored) {
            // there are systems that open no folders
        }
    }

    /** Writes a file of UTF-8 text, as {@link #write} does. */
    public static void writeText(Path file, String text) {
        write(file, text(text));
    }

    /** What fills a file with UTF-8 text. */
    public static Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes what there is of files that are being written, for a program that was told to end and will not finish them. */
    public static void discardUnfinished() {
        UNFINISHED.forEach(AtomicFile::discard);
    }

    /** Says that a file cannot be written, and why. */
    public static HeedException unwritable(Path file, IOException e) {
        return new HeedException(
                "cannot write %s: %s; choose a folder that can be written".formatted(file, reason(e)), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException file) {
            return file.getFile() + " is a file, not a folder";
        }
        if (e instanceof NoSuchFileException file) {
            return file.getFile() + " cannot be made";
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException ignored) {
            // what is left is a hidden file that the next write replaces
        }
    }
}
