package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.Json;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.print.CurvePlot;
import io.heed.cli.print.RunsTable;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.Terminal;
import io.heed.run.LossCurve;
import io.heed.run.PastRun;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed runs}: past runs, side by side. */
@Command(
        name = "runs",
        description = "List training runs: their progress, their losses, and the settings in which they differ.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Losses are in nats per token; perplexity is e to the best validation loss. Runs whose tokens differ (words, characters)"
                    + " are not comparable.",
            "",
            "  heed runs --sort validation",
            "  heed runs toy mine --curves --svg curves.svg"
        })
@SuppressWarnings("NullAway.Init")
final class RunsCommand implements Runnable {

    /** The orders of a list. */
    enum Order {
        NAME(Comparator.comparing(PastRun::name)),
        VALIDATION(Comparator.comparingDouble(run -> run.bestLoss().orElse(Double.POSITIVE_INFINITY))),
        WHEN(Comparator.comparing(PastRun::when));

        @SuppressWarnings("ImmutableEnumChecker") // comparators keep nothing
        private final Comparator<PastRun> comparator;

        Order(Comparator<PastRun> comparator) {
            this.comparator = comparator;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Runs to show, by name or folder; a sweep's folder stands for its runs. Default: all.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private ModelsOption models;

    @Option(
            names = "--sort",
            paramLabel = "BY",
            defaultValue = "name",
            description = "Sort by ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Order order;

    @Option(names = "--curves", description = "Plot the validation losses in the terminal.")
    private boolean curves;

    @Option(names = "--svg", paramLabel = "FILE", description = "Write the loss curves as one SVG picture.")
    private Path svg;

    @Option(names = "--json", description = "Print the runs as one JSON array.")
    private boolean json;

    @Override
    public void run() {
        if (json && curves) {
            throw new ParameterException(
                    spec.commandLine(), "--curves is for people and --json for programs: choose one");
        }
        List<PastRun> runs = new ArrayList<>();
        PrintWriter err = spec.commandLine().getErr();
        for (Path folder : folders()) {
            try {
                runs.add(PastRun.read(folder));
            } catch (HeedException e) {
                err.println("heed: skipped: " + Failures.sentence(e));
            }
        }
        runs.sort(order.comparator);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(runs.stream().map(PastRun::summary).toList()));
        } else if (!runs.isEmpty()) {
            RunsTable.print(runs, out);
        }
        if (!json && names.isEmpty()) {
            PastRun.sweepsIn(models.folder()).forEach(this::tell);
        }
        if (curves) {
            String plot = CurvePlot.of(runs.stream().map(PastRun::curve).toList(), Terminal.room());
            out.print(plot.isEmpty() ? "" : System.lineSeparator() + plot);
            out.flush();
        }
        if (svg != null) {
            AtomicFile.writeText(
                    svg, new LossCurve(runs.stream().map(PastRun::curve).toList()).svg(1));
            err.println("heed: wrote " + Visible.text(svg.toString()));
        }
    }

    private void tell(Path sweep) {
        int runs = PastRun.in(sweep).size();
        String name = Visible.text(String.valueOf(sweep.getFileName()));
        spec.commandLine()
                .getOut()
                .println("%s has %s: heed runs %s".formatted(name, runs == 1 ? "1 run" : runs + " runs", name));
    }

    private List<Path> folders() {
        if (!names.isEmpty()) {
            return names.stream().distinct().flatMap(this::named).toList();
        }
        List<Path> found = PastRun.in(models.folder());
        if (found.isEmpty() && PastRun.sweepsIn(models.folder()).isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("heed: no runs in %s; heed train creates them there"
                            .formatted(Visible.text(models.folder().toString())));
        }
        return found;
    }

    /** A run, or those of a sweep. */
    private Stream<Path> named(String name) {
        Path folder = models.folder().resolve(name);
        Path other = Path.of(name);
        if (!Files.isDirectory(folder) && Files.isDirectory(other)) {
            folder = other;
        }
        if (PastRun.isSweep(folder)) {
            return PastRun.in(folder).stream();
        }
        if (!PastRun.isRun(folder)) {
            throw new HeedException("%s is not a run: it has no training/config.yaml; heed runs lists those in %s"
                    .formatted(Visible.text(folder.toString()), models.folder()));
        }
        return Stream.of(folder);
    }
}
