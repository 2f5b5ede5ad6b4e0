package io.heed.spark.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command runs its tasks. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class ClusterOptions {

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "The cluster, such as spark://host:7077; local[2] for two threads of this machine. Default: what"
                    + " spark-submit was given, or else all cores of this machine.")
    private @Nullable String master;

    @Option(
            names = "--conf",
            paramLabel = "KEY=VALUE",
            description = "A setting of Spark, as in --conf spark.executor.memory=4g. May be repeated.")
    private Map<String, String> conf = new LinkedHashMap<>();

    /** Connects to the cluster; the caller closes the connection. */
    public Cluster open(String name) {
        return Cluster.open(master, conf, name);
    }
}
