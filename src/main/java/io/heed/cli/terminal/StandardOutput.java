package io.heed.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A command's output; remembers why a write failed, which the writers around it hide. */
public final class StandardOutput extends OutputStream {

    /** The exit code of a program that wrote to a pipe that nobody reads: 128 plus the number of SIGPIPE. */
    static final int NOBODY_READS = 141;

    private final OutputStream out;
    private @Nullable IOException failure;

    public StandardOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /**
     * Returns the exit code of a command, and reports why its output was not written, unless its reader, such as head, has seen enough.
     *
     * @param code the exit code of the command itself
     */
    public int code(int code, PrintWriter err) {
        IOException reason = failure;
        if (reason == null || code != 0) {
            return code;
        }
        String message = String.valueOf(reason.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("pipe")) {
            return NOBODY_READS;
        }
        err.println("heed: cannot write to standard output: %s; send it where there is room for it".formatted(message));
        return 1;
    }
}
