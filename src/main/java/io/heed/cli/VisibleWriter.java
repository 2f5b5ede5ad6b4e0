package io.heed.cli;

import io.heed.text.Visible;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** What messages are written through: whatever name or text stands in them, none of it commands the terminal. */
final class VisibleWriter extends FilterWriter {

    private VisibleWriter(Writer out) {
        super(out);
    }

    /** Returns a writer of messages to another. */
    static PrintWriter of(PrintWriter out) {
        return new PrintWriter(new VisibleWriter(out), true);
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
