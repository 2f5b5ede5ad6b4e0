package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.print.CircuitPrinter;
import io.heed.cli.print.WrittenFiles;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Bar;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.inspect.circuit.pairs.PairsFile;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.inspect.files.CircuitFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed circuit}: the parts of a model that an answer depends on. */
@Command(
        name = "circuit",
        description = "Find a small set of edges of a model that carries an answer, and prove it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "An edge is what one part of the model (the words, a head, a feed-forward network) adds to the",
            "residual stream and another reads. A circuit is proven by running it alone: everything else is",
            "as for the corrupted text, and the answer stays.",
            "",
            "FILE has a pair on each line: a clean text, the same text with something else in it, the word that",
            "follows the first, the word that follows the second, with tabs between them. The texts need equally",
            "many tokens. For a model that translates, the texts are sentences, and between them and the words",
            "stands the translation so far. Of a word that is several tokens, the first counts. Every second pair",
            "finds the circuit, the others prove it. Without --pairs, the grammar of the toy corpus or of the",
            "French and English corpus makes pairs.",
            "",
            "  heed circuit models/toy",
            "  heed circuit models/toy --pairs pairs.tsv --out circuit.json --out circuit.html",
            "  heed circuit models/toy --pairs others.tsv --check circuit.json"
        })
@SuppressWarnings("NullAway.Init")
final class CircuitCommand implements Runnable, CommandLineProgram.Computing {

    private static final int RESAMPLES = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Option(names = "--pairs", paramLabel = "FILE", description = "Pairs of texts, as a TSV.")
    private @Nullable Path pairs;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            defaultValue = "logit-difference",
            description = "How answers are measured: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Metric metric;

    @Option(
            names = "--resamples",
            paramLabel = "N",
            description =
                    "How many circuits to find on resampled pairs, to see how much they agree; 0 for none. Default: "
                            + RESAMPLES + ".")
    private @Nullable Integer resamples;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            defaultValue = "" + CircuitReport.TOLERANCE,
            description =
                    "How far from 1 the faithfulness of the circuit that is found may be. The larger, the fewer edges."
                            + " Default: ${DEFAULT-VALUE}.")
    private double tolerance;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description = "Instead of finding a circuit, prove the one that a file of --out has.")
    private @Nullable Path check;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Write the circuit to a file, too; give it again for another. A .json file can be read again, a .csv"
                            + " file is a table, .svg, .png and .pdf show the circuit on one of the texts, and .html lets"
                            + " you switch its edges off.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (resamples != null && (resamples < 0 || resamples == 1 || resamples > 1000)) {
            throw new ParameterException(
                    spec.commandLine(), "--resamples: %d is neither 0 nor from 2 to 1000".formatted(resamples));
        }
        if (resamples != null && check != null) {
            throw new ParameterException(spec.commandLine(), "--resamples is for finding a circuit, not for --check");
        }
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--tolerance: %s is not between 0 and 1".formatted(tolerance));
        }
        files.forEach(this::requireWritable);
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel model =
                ModelFolder.translates(choice.folder()) ? choice.loadTranslator(err) : choice.load(err)) {
            CircuitReport report = find(model, err);
            PrintWriter printed = spec.commandLine().getOut();
            if (json) {
                printed.println(Json.line(report));
            } else {
                CircuitPrinter.print(report, printed);
            }
            printed.flush();
            files.forEach(file -> CircuitFile.of(file).write(model, report, file));
            WrittenFiles.tell(files, printed, err);
        }
    }

    private void requireWritable(Path file) {
        Path parent = Objects.requireNonNull(file.toAbsolutePath().getParent());
        String why = Files.isDirectory(file)
                ? "it is a folder"
                : !Files.isDirectory(parent)
                        ? "there is no folder " + parent
                        : !Files.isWritable(parent) ? "its folder is not writable" : "";
        if (!why.isEmpty()) {
            throw new HeedException("--out: %s cannot be written: %s".formatted(file, why));
        }
        if (Collections.frequency(files, file) > 1) {
            throw new ParameterException(spec.commandLine(), "--out: %s is given twice".formatted(file));
        }
        CircuitFile.of(file);
    }

    private CircuitReport find(LanguageModel model, PrintWriter err) {
        if (check != null) {
            List<PromptPair> proving =
                    pairs == null ? PairSplit.made(model).proving() : PairsFile.read(model, Home.find(pairs));
            Circuit known =
                    Circuit.read(Home.find(check), new Graph(model.transformer().config()));
            try (Bar bar = new Bar(err, "measuring", CircuitReport.PARTS)) {
                return CircuitReport.of(model, wanted(List.of(), proving), known, bar::stepTo);
            }
        }
        PairSplit split = pairs == null ? PairSplit.made(model) : PairSplit.read(model, Home.find(pairs));
        try (Bar bar = new Bar(err, "finding", CircuitReport.PARTS)) {
            return CircuitReport.of(model, wanted(split.finding(), split.proving()), bar::stepTo);
        }
    }

    private CircuitReport.Wanted wanted(List<PromptPair> finding, List<PromptPair> proving) {
        return new CircuitReport.Wanted(
                choice.name(), finding, proving, metric, resamples == null ? RESAMPLES : resamples, tolerance);
    }
}
