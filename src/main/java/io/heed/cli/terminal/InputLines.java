package io.heed.cli.terminal;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The lines a user enters, with editing and history on a terminal; else the lines of standard input. */
public abstract class InputLines implements AutoCloseable {

    private InputLines() {}

    /**
     * Waits for the next line.
     *
     * @return the line, or null at the end
     */
    public abstract @Nullable String next();

    @Override
    public abstract void close();

    /**
     * Opens the lines of the terminal or of standard input.
     *
     * @param leave how to leave the session, shown on Ctrl-C at an empty prompt, which may have been meant for what just ended
     */
    public static InputLines open(String prompt, String leave, PrintWriter out) {
        return Terminal.typesInput() ? new Edited(prompt, leave) : new Plain(prompt, out);
    }

    private static final class Plain extends InputLines {
        private final String prompt;
        private final PrintWriter out;
        private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

        Plain(String prompt, PrintWriter out) {
            this.prompt = prompt;
            this.out = out;
        }

        @Override
        @Nullable
        public String next() {
            try {
                String line = in.readLine();
                if (line != null) {
                    out.println(prompt + Visible.text(line));
                }
                return line;
            } catch (IOException e) {
                throw new HeedException("cannot read standard input: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            // standard input stays open
        }
    }

    private static final class Edited extends InputLines {
        private final String prompt;
        private final String leave;
        private final org.jline.terminal.Terminal terminal;
        private final LineReader reader;

        Edited(String prompt, String leave) {
            this.prompt = prompt;
            this.leave = leave;
            try {
                terminal = TerminalBuilder.builder().system(true).dumb(true).build();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LineReaderBuilder builder = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // an exclamation mark stays one
                    .option(LineReader.Option.HISTORY_IGNORE_SPACE, false);
            Path history = InputHistory.file();
            if (history != null) {
                builder.variable(LineReader.HISTORY_FILE, history);
            }
            reader = builder.build();
        }

        @Override
        @Nullable
        public String next() {
            while (true) {
                try {
                    return reader.readLine(prompt);
                } catch (UserInterruptException e) {
                    if (e.getPartialLine().isEmpty()) {
                        terminal.writer().println(leave);
                    }
                } catch (EndOfFileException e) {
                    return null;
                }
            }
        }

        @Override
        public void close() {
            try {
                terminal.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
