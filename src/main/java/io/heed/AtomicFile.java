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

/** Writes files so that a reader sees the old one or the new one, whole, whatever happens in between. */
public final class AtomicFile {

    /** What fills a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything the file is to hold. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** The folders of the system's own files. */
    private static final Set<String> DEVICES = Set.of("/dev", "/dev/fd", "/proc/self/fd");

    private AtomicFile() {}

    /**
     * Writes a file under a new, temporary name in the same folder, flushes it to the disk, renames it and flushes the folder. Missing
     * folders are made. A link in the file's place is replaced and not followed; a device or a pipe is written to as it is.
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
     * Whether a path names a device or a pipe, such as /dev/null, in whose place no file is to come. A link to one is followed only where
     * the system keeps its own, such as /dev/stdout.
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
        TemporaryFile.deleteAll();
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
            String place = known(file);
            return place.equals(file.getFile()) ? place + " cannot be made" : "no file can be made in " + place;
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return known(file) + ": " + file.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The file that could not be used, or the folder in which it was to be made under a name that nobody knows. */
    private static String known(FileSystemException e) {
        for (Path path = Path.of(e.getFile()); path != null; path = path.getParent()) {
            if (TemporaryFile.isNamedSo(path)) {
                return String.valueOf(path.getParent());
            }
        }
        return e.getFile();
    }
}
