package io.heed.cli;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.print.CircuitPrinter;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Bar;
import io.heed.inspect.circuit.Circuit;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Metric;
import io.heed.inspect.circuit.PairsFile;
import io.heed.inspect.circuit.PromptPair;
import io.heed.inspect.heads.PlantedScores;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToyPairs;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
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
            "An edge is what one part of the model (the words, a head, a feed-forward network) adds to the residual",
            "stream and another reads. A circuit is proven by running it alone: everything else is as for the",
            "corrupted text, and the answer stays.",
            "",
            "FILE has a pair on each line: a clean text, the same text with something else in it, the word that",
            "follows the first, the word that follows the second, with tabs between them. The texts need equally",
            "many tokens. Every second pair finds the circuit, the others prove it. Without --pairs, the toy",
            "corpus' grammar makes pairs.",
            "",
            "  heed circuit models/toy",
            "  heed circuit models/toy --pairs pairs.tsv --out circuit.json",
            "  heed circuit models/toy --pairs others.tsv --check circuit.json"
        })
@SuppressWarnings("NullAway.Init")
final class CircuitCommand implements Runnable, CommandLineProgram.Computing {

    private static final int TOY_PAIRS = 24;
    private static final int FEWEST = 4;

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
            defaultValue = "20",
            description =
                    "How many circuits to find on resampled pairs, to see how much they agree; 0 for none. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int resamples;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description = "Instead of finding a circuit, prove the one that a file of --out has.")
    private @Nullable Path check;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the circuit to a JSON file, too.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (resamples < 0 || resamples > 1000) {
            throw new ParameterException(
                    spec.commandLine(), "--resamples: %d is not from 0 to 1000".formatted(resamples));
        }
        if (out != null && (Files.isDirectory(out) || !Files.isWritable(parent(out)))) {
            throw new HeedException("--out: %s cannot be written".formatted(out));
        }
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel model = choice.load(err)) {
            CircuitReport report = find(model, err);
            PrintWriter printed = spec.commandLine().getOut();
            if (json) {
                printed.println(Json.line(report));
            } else {
                CircuitPrinter.print(report, printed);
            }
            printed.flush();
            if (out != null) {
                new Circuit(report.edges()).write(out);
            }
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private CircuitReport find(LanguageModel model, PrintWriter err) {
        List<PromptPair> finding;
        List<PromptPair> proving;
        if (pairs == null) {
            requireToy(model);
            ToyCorpus corpus = new ToyCorpus(ToyCorpus.SEED);
            finding = read(model, ToyPairs.training(corpus, TOY_PAIRS));
            proving = read(model, ToyPairs.heldOut(corpus, TOY_PAIRS));
        } else {
            List<PromptPair> all = PairsFile.read(model, Home.find(pairs));
            if (all.size() < FEWEST) {
                throw new HeedException("%s has %d pairs; give at least %d".formatted(pairs, all.size(), FEWEST));
            }
            finding = every(all, 0);
            proving = check == null ? every(all, 1) : all;
        }
        CircuitReport.Wanted wanted = new CircuitReport.Wanted(
                choice.name(), check == null ? finding : List.of(), proving, metric, resamples);
        if (check != null) {
            return CircuitReport.of(model, wanted, Circuit.read(Home.find(check)));
        }
        try (Bar bar = new Bar(err, "finding", 1 + resamples)) {
            return CircuitReport.of(model, wanted, bar::stepTo);
        }
    }

    private static void requireToy(LanguageModel model) {
        if (!PlantedScores.possible(model, new ToyCorpus(ToyCorpus.SEED).heldOut(TOY_PAIRS))) {
            throw new HeedException(
                    "the model does not know the toy corpus, whose grammar makes pairs; give pairs with --pairs FILE");
        }
    }

    private static List<PromptPair> read(LanguageModel model, List<ToyPairs.Pair> made) {
        return made.stream()
                .map(pair -> PromptPair.of(
                        model, "the toy corpus", pair.clean(), pair.corrupted(), pair.answer(), pair.wrong()))
                .toList();
    }

    private static List<PromptPair> every(List<PromptPair> all, int first) {
        return IntStream.range(0, all.size())
                .filter(i -> i % 2 == first)
                .mapToObj(all::get)
                .toList();
    }
}
