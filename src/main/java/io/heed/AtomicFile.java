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
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import tools.jackson.core.exc.JacksonIOException;

/** Writes files atomically: even after a crash, a reader sees the whole old file or the whole new one. */
public final class AtomicFile {

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** The folders of the system's device files. */
    private static final Set<String> DEVICES = Set.of("/dev", "/dev/fd", "/proc/self/fd");

    private AtomicFile() {}

    /**
     * Writes a file under a temporary name in the same folder, flushes it to disk, renames it and flushes the folder.
     * Creates missing folders. A link in the file's place is replaced, not followed; a device or a pipe is written to
     * directly.
     *
     * @throws HeedException if the folder cannot be written or the disk is full; the old file is then unchanged
     */
    public static void write(Path file, Content content) {
        fill(file, content);
        flush(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** Writes a file as {@link #write} does, but without flushing the folder; call {@link #flush} once after several files. */
    public static void fill(Path file, Content content) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new HeedException("%s is not a file name".formatted(file));
        }
        if (Files.isDirectory(absolute)) {
            throw new HeedException("cannot write %s: it is a folder; name a file".formatted(file));
        }
        try {
            Files.createDirectories(folder);
            if (isDevice(absolute, folder)) {
                writeThrough(absolute, content);
            } else {
                replace(absolute, folder, content);
            }
        } catch (JacksonIOException e) {
            throw unwritable(file, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /**
     * Whether a path names a device or a pipe, such as /dev/null, which no file may replace. Links to one are followed
     * only in the system's own folders, as for /dev/stdout.
     */
    private static boolean isDevice(Path file, Path folder) throws IOException {
        if (DEVICES.contains(folder.toString())) {
            return Files.exists(file);
        }
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther();
    }

    private static void writeThrough(Path device, Content content) throws IOException {
        try (OutputStream out = Files.newOutputStream(device, StandardOpenOption.WRITE)) {
            content.writeTo(out);
        }
    }

    private static void replace(Path file, Path folder, Content content) throws IOException {
        try (TemporaryFile temporary = TemporaryFile.in(folder)) {
            OutputStream out = Channels.newOutputStream(temporary.channel());
            content.writeTo(out);
            out.flush();
            temporary.channel().force(true);
            Files.move(temporary.path(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Flushes a folder's created and renamed entries to disk, if the system supports it. */
    public static void flush(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException ignored) {
            // some systems cannot open folders
        }
    }

    /** Writes a file of UTF-8 text, as {@link #write} does. */
    public static void writeText(Path file, String text) {
        write(file, text(text));
    }

    /** Returns UTF-8 text as a file's content. */
    public static Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Deletes unfinished files, for a program that was told to end. */
    public static void discardUnfinished() {
        TemporaryFile.deleteAll();
    }

    /** Returns the exception for a file that cannot be written, with the reason. */
    public static HeedException unwritable(Path file, IOException e) {
        return new HeedException(
                "cannot write %s: %s; choose a folder that can be written".formatted(file, reason(e)), e);
    }

    /** Returns why a file could not be written, in a few words. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException file) {
            return file.getFile() + " is a file, not a folder";
        }
        if (e instanceof NoSuchFileException file) {
            String place = known(file);
            return place.equals(file.getFile()) ? place + " cannot be created" : "no file can be created in " + place;
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return known(file) + ": " + file.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The file that could not be used, or the folder of a temporary file, whose name means nothing to the user. */
    private static String known(FileSystemException e) {
        for (Path path = Path.of(e.getFile()); path != null; path = path.getParent()) {
            if (TemporaryFile.isNamedSo(path)) {
                return String.valueOf(path.getParent());
            }
        }
        return e.getFile();
    }
}
