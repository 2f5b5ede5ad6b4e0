package io.heed.spark.training;

import io.heed.cli.TrainingCommand;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.ClusterOptions;
import io.heed.train.RunChecks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed spark train}: text in, model folder out, by many workers. */
@Command(
        name = "train",
        description = "Train a transformer by many workers, following a configuration.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Workers share the rows of each step. In a round, each takes some steps by itself; then they average what they have reached.",
            "The best model goes to models/NAME, the latest and the metrics to models/NAME/training, as with heed train.",
            "Ctrl-C finishes the round, saves and exits with code 130; a second one exits at once.",
            "",
            "  heed spark train configs/toy.yaml --workers 2 --set name=mine",
            "  heed spark train --resume models/mine"
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class TrainOnSpark extends TrainingCommand {

    @Option(
            names = "--workers",
            paramLabel = "K",
            description = "The number of workers: distributed.workers of the configuration.")
    private @Nullable Integer workers;

    @Option(
            names = "--inner-steps",
            paramLabel = "H",
            description = "The number of steps in a round: distributed.inner_steps of the configuration.")
    private @Nullable Integer innerSteps;

    @Option(
            names = "--shards",
            paramLabel = "DIR",
            description = "The folder for the text's token ids, on a file system that all machines share. Default: .heed/shards in"
                    + " the user's folder of the cluster's usual file system; on this machine alone, models/.data.")
    private @Nullable String shards;

    @Option(
            names = "--take-turns",
            description = "Let workers take turns if there are more of them than the cluster can run at a time.")
    private boolean takeTurns;

    @Mixin
    private ClusterOptions cluster;

    @Override
    public Integer call() {
        requireUsage();
        requireRun(SparkSite::requireSettings);
        try (Cluster connected = cluster.open("heed train")) {
            return train(new SparkSite(connected, shards, takeTurns));
        }
    }

    @Override
    protected List<String> words() {
        return List.of("heed", "spark", "train");
    }

    @Override
    protected List<String> overrides() {
        List<String> all = new ArrayList<>(super.overrides());
        if (workers != null) {
            all.add("distributed.workers=" + workers);
        }
        if (innerSteps != null) {
            all.add("distributed.inner_steps=" + innerSteps);
        }
        return all;
    }

    /** {@inheritDoc} Tasks check the texts, which need not be on this machine. */
    @Override
    protected RunChecks checks() {
        return super.checks().withoutTexts();
    }
}
