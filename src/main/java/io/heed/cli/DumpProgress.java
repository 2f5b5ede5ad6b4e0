package io.heed.cli;

import java.io.PrintWriter;

/** A {@link Bar} of how many texts are read; and an ear for Ctrl-C. */
final class DumpProgress implements AutoCloseable {

    /** Says that Ctrl-C was heard. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Interrupted(int done, int texts) {
            super("interrupted after %d of %d texts; no file was written".formatted(done, texts));
        }
    }

    private final Interruption interruption = new Interruption();
    private final int texts;
    private final Bar bar;
    private int done;

    DumpProgress(PrintWriter err, int texts) {
        this.texts = texts;
        bar = new Bar(err, "reading", texts);
    }

    /**
     * Counts a text.
     *
     * @throws Interrupted if Ctrl-C was heard
     */
    void step() {
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
