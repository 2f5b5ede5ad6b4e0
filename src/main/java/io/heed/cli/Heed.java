package io.heed.cli;

import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.shell.CompletionCommand;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: runs the command named on its command line. */
@Command(
        name = "heed",
        description =
                "Trains a small transformer on your text, predicts the next word, and shows what its attention does.",
        versionProvider = Heed.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with: heed demo"})
public final class Heed extends CommandLineProgram.Root {

    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            TrainCommand.class,
            WatchCommand.class,
            SweepCommand.class,
            RunsCommand.class,
            PredictCommand.class,
            TranslateCommand.class,
            EvaluateCommand.class,
            CircuitCommand.class,
            AttentionCommand.class,
            ExplainCommand.class,
            ServeCommand.class,
            ConfigCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            TokenizerCommand.class,
            CorpusCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class);

    /** Created by the command line alone. */
    private Heed() {}

    /**
     * Runs the program and exits with 0 on success, 1 after a failure reported in one sentence, 2 for a wrong command line, 141 when nobody
     * reads its output any more.
     */
    public static void main(String[] arguments) {
        new CommandLineProgram(new Heed(), COMMANDS).runAndExit(arguments);
    }

    /** Runs a command line and returns its exit code, which also reflects whether all output was written. */
    public static int run(OutputStream stdout, PrintWriter err, String... arguments) {
        return new CommandLineProgram(new Heed(), COMMANDS).run(stdout, err, arguments);
    }

    /** Runs a command line and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLineProgram(new Heed(), COMMANDS).run(out, err, arguments);
    }

    /** Reads the version from the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Heed.class.getPackage().getImplementationVersion();
            return new String[] {"heed " + (version == null ? "(built from classes)" : version)};
        }
    }
}
