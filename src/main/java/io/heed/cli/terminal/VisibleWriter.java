package io.heed.cli.terminal;

import io.heed.text.Visible;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** Writes messages so that no name or text in them commands the terminal; only bars do. */
public final class VisibleWriter extends PrintWriter {

    private final PrintWriter terminal;

    /** Creates a writer of messages to another. */
    public VisibleWriter(PrintWriter terminal) {
        super(new Escaping(terminal), true);
        this.terminal = terminal;
    }

    /** Draws on the terminal that messages are written to. */
    static void draw(PrintWriter messages, String text) {
        PrintWriter out = messages instanceof VisibleWriter visible ? visible.terminal : messages;
        out.print(text);
        out.flush();
    }

    private static final class Escaping extends FilterWriter {

        Escaping(Writer out) {
            super(out);
        }

        @Override
        public void write(int character) throws IOException {
            write(Character.toString(character), 0, 1);
        }

        @Override
        public void write(char[] characters, int from, int length) throws IOException {
            write(new String(characters, from, length), 0, length);
        }

        @Override
        public void write(String text, int from, int length) throws IOException {
            String part = text.substring(from, from + length);
            out.write(part.equals(System.lineSeparator()) ? part : Visible.lines(part));
        }
    }
}
