package io.heed.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a command prints to, which remembers why it could not be written: the writers before it keep that to themselves. */
public final class StandardOutput extends OutputStream {

    /** What the shell says of a program that wrote to a pipe which nobody reads: 128 and the number of SIGPIPE. */
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
     * Returns the exit code of a command whose output may not have been written, and says why it was not, unless whoever read it, such as
     * head, has seen enough.
     *
     * @param code the exit code of what the command did
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
