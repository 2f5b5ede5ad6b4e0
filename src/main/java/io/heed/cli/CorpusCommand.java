package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.text.ToyCorpus;
import io.heed.text.ToySentence;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed corpus}: the toy corpus, written by its grammar. */
@Command(
        name = "corpus",
        description = "Write the toy corpus, sentences whose dependencies are known, from its grammar.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CorpusCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "data/toy.txt",
            description = "The sentences to train on. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--held-out",
            paramLabel = "FILE",
            defaultValue = "data/toy-held-out.txt",
            description = "The sentences kept from training. Default: ${DEFAULT-VALUE}.")
    private Path heldOut;

    @Option(
            names = "--sentences",
            paramLabel = "N",
            defaultValue = "" + ToyCorpus.SENTENCES,
            description = "How many to train on; a tenth as many are held out. Default: ${DEFAULT-VALUE}.")
    private int sentences;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + ToyCorpus.SEED,
            description = "What the sentences are drawn from. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public void run() {
        if (sentences < 10) {
            throw new ParameterException(spec.commandLine(), "--sentences: %d is less than 10".formatted(sentences));
        }
        ToyCorpus corpus = new ToyCorpus(seed);
        write(out, corpus.training(sentences));
        write(heldOut, corpus.heldOut(sentences / 10));
    }

    private void write(Path file, List<ToySentence> lines) {
        String text = lines.stream().map(ToySentence::text).collect(Collectors.joining("\n", "", "\n"));
        AtomicFile.writeText(file, text);
        PrintWriter printer = spec.commandLine().getOut();
        printer.printf("%s: %,d sentences%n", file, lines.size());
    }
}
