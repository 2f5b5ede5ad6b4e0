package io.heed.cli.print;

import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.Interruption;
import io.heed.text.Plural;
import java.io.PrintWriter;

/** A {@link Bar} of the texts read, which stops on Ctrl-C. */
public final class DumpProgress implements AutoCloseable {

    /** Thrown after Ctrl-C. */
    public static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Interrupted(int done, int texts) {
            super("interrupted after %d of %s; no file was written".formatted(done, Plural.of(texts, "text")));
        }
    }

    private final Interruption interruption = new Interruption();
    private final int texts;
    private final Bar bar;
    private int done;

    public DumpProgress(PrintWriter err, int texts) {
        this.texts = texts;
        bar = new Bar(err, "reading", texts);
    }

    /**
     * Counts a text.
     *
     * @throws Interrupted after Ctrl-C
     */
    public void step() {
        done++;
        bar.stepTo(done);
        if (interruption.requested()) {
            throw new Interrupted(done, texts);
        }
    }

    @Override
    public void close() {
        interruption.close();
        bar.close();
    }
}
