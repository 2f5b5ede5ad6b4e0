package io.heed.cli;

import io.heed.Home;
import io.heed.Json;
import io.heed.checkpoint.TokenizerFiles;
import io.heed.cli.options.Texts;
import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.text.Plural;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed tokenizer show}: the tokens of a text. */
@Command(
        name = "show",
        description = "Show the tokens of a text: their ids, their places and their lengths in bytes.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class TokenizerShowCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TOKENIZER", description = "A tokenizer.json, or a model folder.")
    private Path given;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TEXT",
            description = "The text to cut. Default: texts from standard input, one per line.")
    private @Nullable String text;

    @Option(names = "--json", description = "Print one JSON object per text.")
    private boolean json;

    /**
     * A text and its tokens.
     *
     * @param text the text
     * @param tokens its tokens
     * @param bytes its length in UTF-8
     * @param bytesPerToken the mean number of bytes per token
     * @param decoded the text decoded from the tokens
     */
    record Cut(String text, List<Token> tokens, int bytes, double bytesPerToken, String decoded) {}

    /**
     * A token of a text.
     *
     * @param token as the vocabulary spells it
     * @param shown as people see it
     * @param id its id
     * @param start the index of its first char in the text; 0 for an added token
     * @param end the index after its last char; 0 for an added token
     * @param text the part of the text it stands for
     * @param bytes the number of bytes it stands for
     */
    record Token(String token, String shown, long id, int start, int end, String text, int bytes) {}

    @Override
    public void run() {
        if (text == null && Terminal.typesInput()) {
            throw new ParameterException(spec.commandLine(), "give a TEXT, or texts on standard input");
        }
        Path found = Home.find(given);
        try (Tokenizer tokenizer = Files.isDirectory(found) ? TokenizerFiles.read(found) : Tokenizer.load(found)) {
            if (text != null) {
                show(tokenizer, text);
                return;
            }
            try (Texts texts = Texts.ofInput(System.in)) {
                texts.each(spec.commandLine(), 1, some -> show(tokenizer, some.get(0)));
            }
        }
    }

    private void show(Tokenizer tokenizer, String text) {
        Encoded encoded = tokenizer.encode(text);
        List<Token> tokens = tokens(tokenizer, encoded, text);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        double each = tokens.isEmpty() ? 0 : (double) bytes / tokens.size();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(new Cut(text, tokens, bytes, each, tokenizer.decode(encoded.ids()))));
        } else {
            print(out, tokens, bytes, each);
        }
    }

    private static List<Token> tokens(Tokenizer tokenizer, Encoded encoded, String text) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < encoded.length(); i++) {
            long id = encoded.ids()[i];
            Encoded.Span span = encoded.spans().get(i);
            tokens.add(new Token(
                    tokenizer.vocabulary().token((int) id),
                    tokenizer.vocabulary().shown((int) id),
                    id,
                    span.start(),
                    span.end(),
                    text.substring(span.start(), span.end()),
                    tokenizer.vocabulary().bytes((int) id)));
        }
        return tokens;
    }

    private static void print(PrintWriter out, List<Token> tokens, int bytes, double each) {
        TerminalTable table = new TerminalTable("  ", "<token", ">id", ">chars", ">bytes", "<text");
        for (Token token : tokens) {
            String span = token.start == token.end ? "" : token.start + " to " + token.end;
            table.row(token.shown, token.id, span, token.bytes, token.text.isEmpty() ? "" : Visible.token(token.text));
        }
        table.print(out);
        out.printf("%s, %s, %.2f bytes per token%n", Plural.of(tokens.size(), "token"), Plural.of(bytes, "byte"), each);
    }
}
