package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.StoredModel;
import io.heed.model.DeviceChoice;
import io.heed.model.WeightFormat;
import io.heed.spark.cluster.Cluster;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A model folder of the driver or of any file system that Hadoop knows, which each executor gets once and reads once.
 *
 * @param name what the user called it
 * @param place its path for tasks in this process; on a cluster the name among Spark's files
 * @param shipped whether it is among Spark's files
 * @param device where to compute
 * @param weights how to keep its weights
 */
record ShippedModel(String name, String place, boolean shipped, DeviceChoice device, WeightFormat weights)
        implements Serializable {

    private static final String LOCAL = "file";

    /**
     * Checks a model and lets executors have it.
     *
     * @param name a path, or a URI such as {@code hdfs://host/models/mine}
     * @throws HeedException if it is no model that continues texts, or cannot be read
     */
    static ShippedModel ship(Cluster cluster, String name, DeviceChoice device, WeightFormat weights) {
        ShippedModel model = place(cluster, name, device, weights);
        StoredModel stored = model.open();
        if (stored.config().translates()) {
            throw new HeedException("%s translates and does not continue texts; run heed translate on one machine".formatted(name));
        }
        return model;
    }

    private static ShippedModel place(Cluster cluster, String name, DeviceChoice device, WeightFormat weights) {
        URI uri = new org.apache.hadoop.fs.Path(name.isEmpty() ? "." : name).toUri();
        if (uri.getScheme() != null && !uri.getScheme().equals(LOCAL)) {
            return new ShippedModel(name, fetched(cluster.context(), name), true, device, weights);
        }
        Path folder = Home.find(Path.of(uri.getScheme() == null ? name : uri.getPath()));
        StoredModel.open(folder);
        return cluster.local()
                ? new ShippedModel(name, folder.toString(), false, device, weights)
                : new ShippedModel(name, packed(cluster.context(), folder), true, device, weights);
    }

    /** Lets Spark copy a folder of a shared file system to each executor. */
    private static String fetched(JavaSparkContext context, String uri) {
        try {
            context.addFile(uri, true);
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw new HeedException("cannot read the model %s: %s".formatted(uri, e.getMessage()), e);
        }
        return new org.apache.hadoop.fs.Path(uri).getName();
    }

    /** Lets Spark copy a folder of this machine to each executor: as one file, since it copies no folders of the driver. */
    private static String packed(JavaSparkContext context, Path folder) {
        try {
            Path archive = Files.createTempFile("heed-model", ".zip");
            archive.toFile().deleteOnExit();
            try (Stream<Path> files = Files.list(folder);
                    OutputStream out = Files.newOutputStream(archive)) {
                pack(files.filter(Files::isRegularFile).sorted().toList(), out);
            }
            context.sc().addArchive(archive.toUri().toString());
            return archive.getFileName().toString();
        } catch (IOException e) {
            throw new HeedException("cannot pack the model %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static void pack(List<Path> files, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION); // weights do not shrink
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    /** Its folder on this machine. */
    Path folder() {
        return Path.of(shipped ? SparkFiles.get(place) : place);
    }

    /** Opens it on this machine. */
    StoredModel open() {
        return StoredModel.open(folder());
    }

    /** The model, which stays open as long as the process. */
    LanguageModel read() {
        return ExecutorModels.of(folder(), device, weights);
    }
}
