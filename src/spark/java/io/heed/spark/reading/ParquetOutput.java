package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.spark.cluster.TaskFailure;
import io.heed.spark.hadoop.HadoopFiles;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A folder of Parquet files to be written: all of them or none. What it replaces is there until they are. */
final class ParquetOutput {

    /** What a job that was killed leaves in an empty folder. */
    private static final String UNFINISHED = "_temporary";

    private final SparkSession session;
    private final String name;
    private final Path path;
    private final Path written; // the same unless something is replaced
    private final FileSystem system;

    /**
     * Prepares to write.
     *
     * @param name a path or URI
     * @param overwrite whether Parquet files that are there may be replaced
     * @throws HeedException if something is there that may not, or there is no file system for it
     */
    ParquetOutput(SparkSession session, String name, boolean overwrite) {
        this.session = session;
        this.name = name;
        try {
            path = new HadoopFiles(session.sparkContext().hadoopConfiguration()).qualified(new Path(name));
            system = path.getFileSystem(session.sparkContext().hadoopConfiguration());
            boolean free = !system.exists(path) || holds(UNFINISHED::equals);
            if (!free && !overwrite) {
                throw new HeedException("%s exists; --overwrite replaces it, or name another --out".formatted(name));
            }
            if (!free && !holds(file -> file.endsWith(".parquet") || file.startsWith("_") || file.startsWith("."))) {
                throw new HeedException("%s is no folder of Parquet files, which is all that --overwrite replaces; name another --out"
                        .formatted(name));
            }
            written = free ? path : beside(path);
        } catch (IOException | IllegalArgumentException e) {
            throw new HeedException("cannot write %s: %s; name another --out".formatted(name, e.getMessage()), e);
        }
    }

    /** Whether it is a folder and all files there have such names. */
    private boolean holds(Predicate<String> names) throws IOException {
        if (!system.getFileStatus(path).isDirectory()) {
            return false;
        }
        for (FileStatus file : system.listStatus(path)) {
            if (!names.test(file.getPath().getName())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks that it would not replace the texts that are read.
     *
     * @throws HeedException if it would
     */
    void keep(TextDataset texts) {
        if (texts.isIn(path)) {
            throw new HeedException("%s has the texts that are read; name another --out".formatted(name));
        }
    }

    /** Writes rows in the order of their partitions, a file for each. */
    void write(JavaRDD<Row> rows, StructType schema) {
        try {
            session.createDataFrame(rows, schema)
                    .write()
                    .mode(SaveMode.Overwrite)
                    .parquet(written.toString());
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            discard(written);
            throw TaskFailure.of(e);
        }
        if (!written.equals(path)) {
            replace();
        }
    }

    /** Puts what was written in the place of what is there, which comes back if that fails. */
    private void replace() {
        Path old = beside(path);
        try {
            rename(path, old);
            try {
                rename(written, path);
            } catch (IOException e) {
                rename(old, path);
                throw e;
            }
        } catch (IOException e) {
            throw new HeedException(
                    "cannot replace %s: %s; what was written is in %s, what was there in %s"
                            .formatted(name, e.getMessage(), written, exists(old) ? old : path),
                    e);
        }
        discard(old);
    }

    private static Path beside(Path path) {
        return new Path(path.getParent(), ".%s-%s".formatted(path.getName(), UUID.randomUUID()));
    }

    private void rename(Path from, Path to) throws IOException {
        if (!system.rename(from, to)) {
            throw new IOException("%s cannot be renamed".formatted(from));
        }
    }

    private boolean exists(Path there) {
        try {
            return system.exists(there);
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes what a failed writing left, or what was replaced. */
    private void discard(Path useless) {
        try {
            system.delete(useless, true);
        } catch (IOException e) {
            // it has no _SUCCESS, by which readers know what is whole, or a name that nobody reads
        }
    }
}
