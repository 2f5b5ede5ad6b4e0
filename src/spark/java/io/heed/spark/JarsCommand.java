package io.heed.spark;

import io.heed.spark.cluster.ExecutorJars;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heed spark jars}: what {@code spark-submit --jars} needs where the driver runs inside the cluster. */
@Command(
        name = "jars",
        description = "List the jars that executors need, separated by commas, for spark-submit --jars.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class JarsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(String.join(",", ExecutorJars.needed()));
        return 0;
    }
}
