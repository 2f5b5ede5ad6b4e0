package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.text.Visible;
import io.heed.text.corpus.SentencePair;
import io.heed.text.toy.PairCorpus;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed corpus}: writes the texts that ship with Heed from their grammars. */
@Command(
        name = "corpus",
        description = "Write the texts that ship with Heed, from grammars whose dependencies are known.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  heed corpus            sentences with known dependencies: data/toy.txt, data/toy-held-out.txt",
            "  heed corpus --pairs    French and English, aligned word by word: data/fr-en.tsv,",
            "                         data/fr-en-held-out.tsv, data/fr-en-longer.tsv"
        })
@SuppressWarnings("NullAway.Init")
final class CorpusCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--pairs", description = "Write French sentences and their English translations.")
    private boolean pairs;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to train on. Default: data/toy.txt; with --pairs, data/fr-en.tsv.")
    private @Nullable Path out;

    @Option(
            names = "--held-out",
            paramLabel = "FILE",
            description =
                    "File held out from training. Default: data/toy-held-out.txt; with --pairs, data/fr-en-held-out.tsv.")
    private @Nullable Path heldOut;

    @Option(
            names = "--longer",
            paramLabel = "FILE",
            defaultValue = "data/fr-en-longer.tsv",
            description = "File of pairs longer than those of training. Default: ${DEFAULT-VALUE}.")
    private Path longer;

    @Option(
            names = "--sentences",
            paramLabel = "N",
            description = "Number of sentences to train on; a tenth as many are held out. Default: "
                    + ToyCorpus.SENTENCES + "; with --pairs, " + PairCorpus.PAIRS + ".")
    private @Nullable Integer sentences;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + ToyCorpus.SEED,
            description = "Seed of the random sentences. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public void run() {
        int count = sentences != null ? sentences : pairs ? PairCorpus.PAIRS : ToyCorpus.SENTENCES;
        if (count < 10) {
            throw new ParameterException(spec.commandLine(), "--sentences: %d is less than 10".formatted(count));
        }
        if (pairs) {
            PairCorpus corpus = new PairCorpus(seed);
            write(out, "data/fr-en.tsv", corpus.training(count), SentencePair::line);
            write(heldOut, "data/fr-en-held-out.tsv", corpus.heldOut(count / 10), SentencePair::line);
            write(longer, "", corpus.longer(count / 10), SentencePair::line);
        } else {
            ToyCorpus corpus = new ToyCorpus(seed);
            write(out, "data/toy.txt", corpus.training(count), ToySentence::text);
            write(heldOut, "data/toy-held-out.txt", corpus.heldOut(count / 10), ToySentence::text);
        }
    }

    private <T> void write(@Nullable Path asked, String usual, List<T> lines, Function<T, String> line) {
        Path file = asked == null ? Path.of(usual) : asked;
        AtomicFile.writeText(file, lines.stream().map(line).collect(Collectors.joining("\n", "", "\n")));
        PrintWriter printer = spec.commandLine().getOut();
        printer.printf("%s: %,d %s%n", Visible.text(file.toString()), lines.size(), pairs ? "pairs" : "sentences");
    }
}
