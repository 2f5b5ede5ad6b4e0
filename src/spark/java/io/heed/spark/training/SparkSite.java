package io.heed.spark.training;

import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.model.DeviceChoice;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.corpus.CorpusIndex;
import io.heed.spark.corpus.ShardedCorpus;
import io.heed.text.DataProgress;
import io.heed.text.corpus.Corpus;
import io.heed.train.InnerLearner;
import io.heed.train.TrainingSite;
import io.heed.train.TrainingSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** A Spark cluster: tasks read the text, workers take the steps in rounds. */
final class SparkSite implements TrainingSite {

    /** So that a state, with AdamW three numbers for each, fits into an array of bytes. */
    private static final long MOST_PARAMETERS = Integer.MAX_VALUE / 12;

    private final Cluster cluster;
    private final @Nullable String shards;
    private final boolean inTurns;
    private @Nullable CorpusIndex index;

    /**
     * Creates a site.
     *
     * @param shards the folder for the text's ids; null for the usual one
     * @param inTurns whether there may be more workers than the cluster can run at a time
     */
    SparkSite(Cluster cluster, @Nullable String shards, boolean inTurns) {
        this.cluster = cluster;
        this.shards = shards;
        this.inTurns = inTurns;
    }

    @Override
    public void require(RunConfig config) {
        requireSettings(config);
        requireSlots(config.distributed().workers());
    }

    /**
     * Refuses settings that workers cannot train with, whatever the cluster.
     *
     * @throws HeedException naming the setting
     */
    static void requireSettings(RunConfig config) {
        int workers = config.distributed().workers();
        int batch = config.training().batch();
        if (workers == 0) {
            throw new HeedException("the number of workers is missing; give it, as in --workers 2");
        }
        if (batch % workers != 0) {
            throw new HeedException("training.batch: %d rows cannot be shared equally by %d workers; take a multiple, such as %d"
                    .formatted(batch, workers, (batch / workers + 1) * workers));
        }
        if (config.training().average() > 0) {
            throw new HeedException(
                    "training.average: %s of weights is not kept across workers, whose outer step averages them; set it to 0"
                            .formatted(config.training().average()));
        }
        if (config.device() == DeviceChoice.CUDA) {
            throw new HeedException("device: cuda is not used by workers on Spark, which compute on CPUs; set it to cpu or auto");
        }
    }

    /** Requires that all workers can compute at a time, unless they may take turns. */
    private void requireSlots(int workers) {
        if (inTurns || cluster.local() || cluster.growsOnDemand()) {
            return;
        }
        int slots = cluster.awaitSlots(workers);
        if (slots < workers) {
            throw new HeedException(
                    ("%d workers need %d cores, but the cluster gives this run %d; take fewer workers or more executors, or let them"
                                    + " take turns with --take-turns")
                            .formatted(workers, workers * cluster.coresOfTask(), slots * cluster.coresOfTask()));
        }
    }

    @Override
    public Corpus corpus(
            RunConfig config, Corpus.@Nullable GivenTokenizer given, Path cache, DataProgress progress) {
        ShardedCorpus.Read read = ShardedCorpus.read(cluster, config, given, folder(cache), progress);
        index = read.index();
        return read.corpus();
    }

    private String folder(Path cache) {
        if (shards != null) {
            return shards;
        }
        if (cluster.local()) {
            return cache.toAbsolutePath().toUri().toString();
        }
        try {
            FileSystem usual = FileSystem.get(cluster.context().hadoopConfiguration());
            return new org.apache.hadoop.fs.Path(usual.getHomeDirectory(), ".heed/shards").toString();
        } catch (IOException e) {
            throw new HeedException("the cluster's usual file system cannot be reached: %s; name a folder with --shards"
                    .formatted(e.getMessage()), e);
        }
    }

    @Override
    public TrainingSteps steps(Start start) {
        long parameters = start.transformer().trainedParameters();
        if (parameters > MOST_PARAMETERS) {
            throw new HeedException("%,d parameters are more than workers exchange (%,d); train a smaller model"
                    .formatted(parameters, MOST_PARAMETERS));
        }
        InnerLearner.Plan plan = InnerLearner.Plan.of(start.config(), start.transformer());
        return new RoundSteps(
                start,
                cluster,
                new RunPlan(
                        UUID.randomUUID().toString(),
                        plan,
                        Objects.requireNonNull(index),
                        new SerializableConfiguration(cluster.context().hadoopConfiguration()),
                        threads(start.config())));
    }

    /** The threads of a worker: the cores of a task, or for a single worker on this machine all of them, as with heed train. */
    private int threads(RunConfig config) {
        boolean alone = cluster.local() && config.distributed().workers() == 1;
        return alone ? Runtime.getRuntime().availableProcessors() : cluster.coresOfTask();
    }
}
