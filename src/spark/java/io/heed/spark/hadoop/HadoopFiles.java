package io.heed.spark.hadoop;

import io.heed.HeedException;
import io.heed.text.Bytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads and writes files of any file system that Hadoop knows. */
public final class HadoopFiles {

    private static final String UNFINISHED = ".tmp";

    private final Configuration configuration;

    public HadoopFiles(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Writing<T> {
        void to(T out) throws IOException;
    }

    /** A file's name as messages show it: on the machine's own disks, as its other programs do. */
    public static String shown(Path path) {
        return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
    }

    /**
     * The file system of a file; on the machine's own disks, one that makes no files of checksums.
     *
     * @throws HeedException if Hadoop has none for its scheme
     */
    FileSystem at(Path path) {
        try {
            FileSystem system = path.getFileSystem(configuration);
            return system instanceof LocalFileSystem local ? local.getRawFileSystem() : system;
        } catch (IOException | RuntimeException e) {
            boolean missing = e instanceof org.apache.hadoop.fs.UnsupportedFileSystemException
                    || e.getCause() instanceof ClassNotFoundException;
            throw new HeedException(
                    missing
                            ? "%s: Spark has no file system for %s:; give spark-submit the jars of it, as in --packages org.apache.hadoop:hadoop-aws:3.4.2 for s3a:"
                                    .formatted(path, path.toUri().getScheme())
                            : "cannot reach the file system of %s: %s".formatted(path, reason(e)),
                    e);
        }
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }


    /** Reports that a file cannot be read or written. */
    static HeedException failure(String doing, Path path, Throwable failure) {
        return new HeedException("cannot %s %s: %s".formatted(doing, shown(path), reason(failure)), failure);
    }

    /** The full name of a file, with its file system. */
    public Path qualified(Path path) {
        return at(path).makeQualified(path);
    }

    /** What a file system says about a file, or null if there is none. */
    public @Nullable FileStatus status(Path path) {
        try {
            return at(path).getFileStatus(path);
        } catch (FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw failure("find", path, e);
        }
    }

    /**
     * Opens a file.
     *
     * @param size the number of its bytes
     */
    public Bytes open(Path path, long size) throws IOException {
        return at(path) instanceof org.apache.hadoop.fs.RawLocalFileSystem local
                ? new Bytes.InFile(local.pathToFile(path).toPath()) // which an interrupted thread does not close
                : new HadoopBytes(path, size, () -> at(path).open(path));
    }

    /** Reads a small file, or returns null if there is none. */
    public byte @Nullable [] read(Path path) {
        FileStatus status = status(path);
        if (status == null) {
            return null;
        }
        try (FSDataInputStream in = at(path).open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw failure("read", path, e);
        }
    }

    /**
     * Writes a file that is whole or not there: under another name, then renamed. Of two programs that write the same, both succeed.
     */
    public void write(Path path, Writing<OutputStream> writing) {
        FileSystem system = at(path);
        Path unfinished = new Path(path.getParent(), "." + path.getName() + "-" + UUID.randomUUID() + UNFINISHED);
        try {
            try (OutputStream out = system.create(unfinished, false)) {
                writing.to(out);
            }
            if (!system.rename(unfinished, path)) {
                system.delete(path, false); // left by an earlier try; not all file systems replace it
                if (!system.rename(unfinished, path)) {
                    throw new IOException("it cannot be renamed from " + unfinished.getName());
                }
            }
        } catch (IOException e) {
            discard(system, unfinished);
            throw failure("write", path, e);
        } catch (RuntimeException e) {
            discard(system, unfinished);
            throw e;
        }
    }

    /** Removes a file, or a folder with all that is in it, if that is possible. */
    public void delete(Path path) {
        discard(at(path), path);
    }

    private static void discard(FileSystem system, Path path) {
        try {
            system.delete(path, true);
        } catch (IOException e) {
            // it stays, under a name that nobody reads
        }
    }

    /** What is in a folder; nothing if there is no such folder. */
    public List<FileStatus> list(Path folder) {
        try {
            return List.of(at(folder).listStatus(folder));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw failure("list", folder, e);
        }
    }

    /** The files of a folder and their sizes in bytes, without unfinished ones; none if there is no such folder. */
    public Map<String, Long> sizes(Path folder) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (FileStatus status : list(folder)) {
            if (!status.getPath().getName().endsWith(UNFINISHED)) {
                sizes.put(status.getPath().getName(), status.getLen());
            }
        }
        return sizes;
    }

    /** Removes what killed programs left unfinished in a folder. */
    public void discardUnfinished(Path folder) {
        for (FileStatus status : list(folder)) {
            if (status.getPath().getName().endsWith(UNFINISHED)) {
                delete(status.getPath());
            }
        }
    }
}
