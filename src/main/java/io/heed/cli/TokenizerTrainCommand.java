package io.heed.cli;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.cli.options.FileEnd;
import io.heed.cli.terminal.TextBar;
import io.heed.text.TextFiles;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed tokenizer train}: a tokenizer.json from text. */
@Command(
        name = "train",
        description = "Train a tokenizer on text and write it as a tokenizer.json.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class TokenizerTrainCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Text in UTF-8: a file, a folder (its *.txt) or a pattern (texts/*.md).")
    private List<String> files;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "bpe",
            description = "How text is cut: word, character or bpe. Default: ${DEFAULT-VALUE}.")
    private TokenizerType type;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            defaultValue = "8000",
            description = "The largest number of tokens. Default: ${DEFAULT-VALUE}.")
    private int vocabulary;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "tokenizer.json",
            description = "The file to write. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /**
     * A trained tokenizer.
     *
     * @param file where it is
     * @param type how it cuts text
     * @param tokens its number of tokens
     */
    record Written(Path file, TokenizerType type, int tokens) {}

    @Override
    public void run() {
        if (vocabulary < 4 || vocabulary > 1_000_000) {
            throw new ParameterException(
                    spec.commandLine(), "--vocabulary: %d is not from 4 to 1000000".formatted(vocabulary));
        }
        FileEnd.require(spec.commandLine(), "--out", out, "a tokenizer", List.of("json"));
        String built;
        try (TextBar bar = new TextBar(spec.commandLine().getErr())) {
            built = TokenizerBuilder.build(
                    type, TextFiles.find(files.stream().map(TextFiles::found).toList()), vocabulary, bar);
        }
        AtomicFile.writeText(out, built);
        PrintWriter printer = spec.commandLine().getOut();
        try (Tokenizer tokenizer = Tokenizer.of(built, out.toString())) {
            if (json) {
                printer.println(Json.line(new Written(out, type, tokenizer.size())));
            } else {
                printer.printf("%s: %,d tokens (%s)%n", Visible.text(out.toString()), tokenizer.size(), type);
            }
        }
    }
}
