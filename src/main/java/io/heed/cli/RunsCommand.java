package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.Shell;
import io.heed.cli.options.FileEnd;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.print.CurvePlot;
import io.heed.cli.print.RunsTable;
import io.heed.cli.print.WrittenFiles;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.Terminal;
import io.heed.run.LossCurve;
import io.heed.run.PastRun;
import io.heed.text.EditDistance;
import io.heed.text.Plural;
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
            "  heed runs mine ours --curves --svg curves.svg"
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
        if (svg != null) {
            FileEnd.require(spec.commandLine(), "--svg", svg, "the picture", List.of("svg"));
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
        if (!json && names.isEmpty() && exists()) {
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
            WrittenFiles.tell(List.of(svg), out, err);
        }
    }

    private void tell(Path sweep) {
        int runs = PastRun.in(sweep).size();
        String name = Visible.text(String.valueOf(sweep.getFileName()));
        spec.commandLine().getOut().println("%s has %s: heed runs %s".formatted(name, Plural.of(runs, "run"), name));
    }

    private List<Path> folders() {
        if (!names.isEmpty()) {
            return names.stream().distinct().flatMap(this::named).toList();
        }
        List<Path> found = exists() ? PastRun.in(models.folder()) : List.of();
        if (found.isEmpty() && (!exists() || PastRun.sweepsIn(models.folder()).isEmpty())) {
            String folder = models.folder().toString();
            List<String> train = new ArrayList<>(List.of("heed", "train", "configs/toy.yaml", "--set", "name=mine"));
            if (isNamed()) {
                train.addAll(List.of("--models", folder));
            }
            spec.commandLine()
                    .getErr()
                    .println("heed: there are no runs in %s yet; to make one, run %s"
                            .formatted(Visible.text(folder), Visible.text(Shell.line(train))));
        }
        return found;
    }

    /** Whether there is a folder of models; the usual one need not exist before the first training. */
    private boolean exists() {
        return isNamed() || Files.isDirectory(models.folder());
    }

    private boolean isNamed() {
        return spec.commandLine().getParseResult().hasMatchedOption("--models");
    }

    /** A run, or those of a sweep. */
    private Stream<Path> named(String name) {
        Path folder = Stream.of(models.folder().resolve(name), Home.find(Path.of(name)))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> noRun(name));
        if (PastRun.isSweep(folder)) {
            return PastRun.in(folder).stream();
        }
        if (!PastRun.isRun(folder)) {
            throw new HeedException("%s is not a run: it has no training/config.yaml; heed runs lists those in %s"
                    .formatted(Visible.text(name), models.folder()));
        }
        return Stream.of(folder);
    }

    private HeedException noRun(String name) {
        List<String> all = exists()
                ? Stream.concat(PastRun.in(models.folder()).stream(), PastRun.sweepsIn(models.folder()).stream())
                        .map(run -> String.valueOf(run.getFileName()))
                        .toList()
                : List.of();
        String wayOut = EditDistance.closest(name, all)
                .map("did you mean %s?"::formatted)
                .orElse("heed runs lists those in " + models.folder());
        return new HeedException("there is no run %s; %s".formatted(Visible.text(name), wayOut));
    }
}
