package io.heed.cli.program;

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

/** A program of several commands: reads its command line, runs the command named there, and reports a failure in one sentence. */
public final class CommandLineProgram {

    /** The program's own options; without a command it shows its usage. */
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    public abstract static class Root implements Runnable {

        @Spec
        private CommandSpec spec;

        @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the full stack trace of a failure.")
        private boolean debug;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    /** A command that computes with the engine, which is therefore unpacked before it runs. */
    public interface Computing {}

    /** A command about all the others, with which it is therefore read. */
    public interface Overview {}

    private final Root root;
    private final List<Class<?>> commands;

    /**
     * Creates a program.
     *
     * @param root its own options, annotated for picocli
     * @param commands the classes of its commands
     */
    public CommandLineProgram(Root root, List<Class<?>> commands) {
        this.root = root;
        this.commands = commands;
    }

    /**
     * Runs a command line and ends the process with its exit code: 0 on success, 1 after a failure reported in one sentence, 2 for a wrong
     * command line, 141 when nobody reads its output any more.
     */
    public void runAndExit(String... arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::discardUnfinished)); // on Ctrl-C or SIGTERM
        System.exit(run(
                new FileOutputStream(FileDescriptor.out),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs a command line and returns its exit code, which also reflects whether all output was written. */
    public int run(OutputStream stdout, PrintWriter err, String... arguments) {
        StandardOutput written = new StandardOutput(stdout);
        PrintWriter out = new PrintWriter(written, true, StandardCharsets.UTF_8);
        int code = run(out, err, arguments);
        out.flush();
        return written.code(code, err);
    }

    /**
     * Runs a command line and returns its exit code: 0 on success, 1 after a failure reported in one sentence, 2 for a wrong command
     * line.
     */
    public int run(PrintWriter out, PrintWriter messages, String... arguments) {
        PrintWriter err = new VisibleWriter(messages);
        Locale.setDefault(
                Locale.Category.FORMAT, Locale.ROOT); // numbers as in configurations and files, in every locale
        try {
            return line(out, err, arguments).execute(arguments);
        } catch (Error failure) { // picocli passes on exceptions only
            return report(failure, err);
        }
    }

    /** Returns the command that the first argument names, since picocli takes long to read all of them; else all. */
    private List<Class<?>> named(String... arguments) {
        List<Class<?>> named = commands.stream()
                .filter(command -> command != CommandLine.HelpCommand.class
                        && !Overview.class.isAssignableFrom(command)) // which look for the others
                .filter(command -> arguments.length > 0
                        && arguments[0].equals(
                                command.getAnnotation(Command.class).name()))
                .toList();
        return named.isEmpty() ? commands : named;
    }

    private CommandLine line(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(root);
        named(arguments).forEach(line::addSubcommand);
        line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setUsageHelpLongOptionsMaxWidth(36);
        line.setParameterExceptionHandler((failure, given) -> {
            err.println("heed: " + Misuse.sentence(failure));
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
        line.setExecutionExceptionHandler((failure, command, result) -> report(failure, err));
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
        err.println(root.debug ? Failures.trace(failure) : "heed: " + Failures.sentence(failure));
        return 1;
    }
}
