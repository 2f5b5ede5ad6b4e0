package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.text.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;

/** Texts in order, as they arrive: from a file or standard input, one per line. */
public final class Texts implements AutoCloseable {

    private static final String INPUT = "standard input";

    private final String where;
    private final BufferedReader lines;
    private long line;

    private Texts(String where, BufferedReader lines) {
        this.where = where;
        this.lines = lines;
    }

    /** Opens the lines of a UTF-8 file. */
    public static Texts ofFile(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("it is a folder");
            }
            return new Texts(file.toString(), reader(Files.newInputStream(file)));
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
    }

    /** Opens the lines of a UTF-8 input, which stays open. */
    public static Texts ofInput(InputStream in) {
        return new Texts(INPUT, reader(in));
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    }

    /**
     * Uses all texts, some at once, as long as somebody reads the command's output.
     *
     * @param most the largest number at once
     * @throws CommandLine.ParameterException if standard input has none
     * @throws HeedException if a file has none, or the input is not UTF-8
     */
    public void each(CommandLine command, int most, Consumer<List<String>> use) {
        List<String> some = next(most);
        if (some.isEmpty()) {
            if (where.equals(INPUT)) {
                String file = command.getCommandSpec().findOption("--file") == null ? "" : ", --file FILE";
                throw new CommandLine.ParameterException(
                        command, "standard input has no text; give TEXT%s or one text per line there".formatted(file));
            }
            throw new HeedException("%s has no text; write one per line".formatted(where));
        }
        for (; !some.isEmpty() && !command.getOut().checkError(); some = next(most)) {
            use.accept(some);
        }
    }

    /**
     * Returns the next texts: waits for one, and adds those already available. Blank lines are skipped.
     *
     * @param most the largest number to return
     * @return the texts; none at the end
     * @throws HeedException if the input is not UTF-8
     */
    List<String> next(int most) {
        List<String> texts = new ArrayList<>();
        try {
            while (texts.isEmpty() || (texts.size() < most && lines.ready())) {
                String text = lines.readLine();
                if (text == null) {
                    break;
                }
                text = line++ == 0 && text.startsWith("\ufeff") ? text.substring(1) : text;
                if (!text.isBlank()) {
                    texts.add(text);
                }
            }
            return texts;
        } catch (CharacterCodingException e) {
            throw new HeedException(
                    "%s is not UTF-8 text: bad bytes in or soon after line %d".formatted(where, line + 1), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(where, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
