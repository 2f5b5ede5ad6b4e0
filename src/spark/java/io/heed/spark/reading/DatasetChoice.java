package io.heed.spark.reading;

import io.heed.checkpoint.StoredModel;
import io.heed.model.DeviceChoice;
import io.heed.model.WeightFormat;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.ClusterOptions;
import io.heed.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that read a dataset share: the cluster, the model, the texts and how many tasks read them. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DatasetChoice {

    /** The number of tasks for each that can run at a time, so that a slow one delays the end little. */
    private static final int TASKS_PER_SLOT = 4;

    /** The least number of tasks, since more executors may register while the first ones work. */
    private static final int LEAST_TASKS = 16;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A model folder, here or of any file system that Hadoop knows.")
    private String model;

    @Parameters(
            index = "1",
            paramLabel = "TEXTS",
            description = "Text files with a text on each line, or Parquet files: a file, folder or pattern of any file"
                    + " system that Hadoop knows.")
    private String texts;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "The column of Parquet files that has the texts. Default: text.")
    private @Nullable String column;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "Where executors compute: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private DeviceChoice device;

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = "How executors keep the weights in memory: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private WeightFormat weights;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "The number of tasks, and of files written. Results do not depend on it. Default: four for each"
                    + " core of the cluster, at least 16.")
    private @Nullable Integer partitions;

    /** Connects to the cluster; the caller closes the connection. */
    Cluster open() {
        if (partitions != null && partitions < 1) {
            throw new ParameterException(spec.commandLine(), "--partitions: %d is less than 1".formatted(partitions));
        }
        return cluster.open(spec.qualifiedName());
    }

    /** Ships the model to the executors and prints its notes. */
    ShippedModel model(Cluster connected) {
        ShippedModel shipped = ShippedModel.ship(connected, model, device, weights);
        StoredModel stored = shipped.open();
        try (Tokenizer tokenizer = stored.tokenizer()) {
            PrintWriter err = spec.commandLine().getErr();
            stored.notes(tokenizer).forEach(note -> err.println("heed: " + note));
        }
        return shipped;
    }

    /** Finds the texts. */
    TextDataset texts(Cluster connected) {
        return TextDataset.open(connected.session(), texts, column);
    }

    /** The most partitions to read the texts in. */
    int partitions(Cluster connected) {
        return partitions == null ? Math.max(LEAST_TASKS, TASKS_PER_SLOT * connected.slots()) : partitions;
    }

    /** Shows the progress of a job until the result is closed. */
    TaskBar bar(Cluster connected, String work) {
        PrintWriter err = spec.commandLine().getErr();
        return new TaskBar(connected.context().sc(), err, work);
    }
}
