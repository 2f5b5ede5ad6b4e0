package io.heed.spark;

import io.heed.cli.program.CommandLineProgram;
import io.heed.spark.reading.AttentionOnSpark;
import io.heed.spark.reading.EvaluateOnSpark;
import io.heed.spark.reading.PredictOnSpark;
import io.heed.spark.training.TrainOnSpark;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program on Spark: runs the command named on its command line, on a cluster or on this machine alone. */
@Command(
        name = "heed spark",
        description = "Trains, predicts, evaluates and shows attention on a Spark cluster, or on this machine alone.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "docs/spark.md says how to run it on a cluster."})
public final class HeedOnSpark extends CommandLineProgram.Root {

    private static final List<Class<?>> COMMANDS = List.of(
            TrainOnSpark.class,
            PredictOnSpark.class,
            EvaluateOnSpark.class,
            AttentionOnSpark.class,
            JarsCommand.class,
            CommandLine.HelpCommand.class);

    private HeedOnSpark() {}

    /** Runs the program and exits with its code, as {@link io.heed.cli.Heed} does. */
    public static void main(String[] arguments) {
        new CommandLineProgram(new HeedOnSpark(), COMMANDS).runAndExit(arguments);
    }

    /** Runs a command line and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLineProgram(new HeedOnSpark(), COMMANDS).run(out, err, arguments);
    }
}
