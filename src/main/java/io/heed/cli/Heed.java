package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.cli.print.EngineUnpacking;
import io.heed.cli.terminal.StandardOutput;
import io.heed.cli.terminal.VisibleWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: runs the command named on its command line. */
@Command(
        name = "heed",
        description =
                "Trains a small transformer on your text, predicts the next word, and shows what its attention does.",
        versionProvider = Heed.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with: heed demo"})
public final class Heed implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            TrainCommand.class,
            SweepCommand.class,
            RunsCommand.class,
            PredictCommand.class,
            TranslateCommand.class,
            EvaluateCommand.class,
            AttentionCommand.class,
            ExplainCommand.class,
            ServeCommand.class,
            ConfigCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            TokenizerCommand.class,
            CorpusCommand.class,
            CommandLine.HelpCommand.class);

    /** A command that computes with the engine, which is therefore unpacked before it runs. */
    interface Computing {}

    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the full stack trace of a failure.")
    private boolean debug;

    /** Created by the command line alone. */
    @SuppressWarnings("NullAway.Init")
    private Heed() {}

    /**
     * Runs the program and exits with 0 on success, 1 after a failure reported in one sentence, 2 for a wrong command line, 141 when nobody
     * reads its output any more.
     */
    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::discardUnfinished)); // on Ctrl-C or SIGTERM
        System.exit(run(
                new FileOutputStream(FileDescriptor.out),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs a command line and returns its exit code, which also reflects whether all output was written. */
    public static int run(OutputStream stdout, PrintWriter err, String... arguments) {
        StandardOutput written = new StandardOutput(stdout);
        PrintWriter out = new PrintWriter(written, true, StandardCharsets.UTF_8);
        int code = run(out, err, arguments);
        out.flush();
        return written.code(code, err);
    }

    /** Runs a command line and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter messages, String... arguments) {
        PrintWriter err = new VisibleWriter(messages);
        Locale.setDefault(
                Locale.Category.FORMAT, Locale.ROOT); // numbers as in configurations and files, in every locale
        Heed heed = new Heed();
        try {
            return line(heed, out, err, arguments).execute(arguments);
        } catch (Error failure) { // picocli passes on exceptions only
            return heed.report(failure, err);
        }
    }

    /** Returns the command that the first argument names, since picocli takes long to read all of them; else all. */
    private static List<Class<?>> commands(String... arguments) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> command != CommandLine.HelpCommand.class) // which looks for the others
                .filter(command -> arguments.length > 0
                        && arguments[0].equals(
                                command.getAnnotation(Command.class).name()))
                .toList();
        return named.isEmpty() ? COMMANDS : named;
    }

    private static CommandLine line(Heed heed, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(heed);
        commands(arguments).forEach(line::addSubcommand);
        line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setUsageHelpLongOptionsMaxWidth(36);
        line.setParameterExceptionHandler((failure, given) -> {
            err.println("heed: " + Failures.misuse(failure));
            String name = failure.getCommandLine().getCommandSpec().qualifiedName();
            err.println("Try '" + name + " --help'.");
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionStrategy(parsed -> {
            if (computes(parsed)) {
                try {
                    EngineUnpacking.ensure(err);
                } catch (RuntimeException failure) {
                    throw new CommandLine.ExecutionException(line, "the engine is not there", failure);
                }
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failure, command, result) -> heed.report(failure, err));
        return line;
    }

    private static boolean computes(CommandLine.ParseResult parsed) {
        CommandLine.ParseResult command = parsed.subcommand();
        return command != null
                && !command.isUsageHelpRequested()
                && !command.isVersionHelpRequested()
                && command.commandSpec().userObject() instanceof Computing;
    }

    private int report(Throwable failure, PrintWriter err) {
        err.println(debug ? Failures.trace(failure) : "heed: " + Failures.sentence(failure));
        return 1;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
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
