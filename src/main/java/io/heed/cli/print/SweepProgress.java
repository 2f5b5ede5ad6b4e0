package io.heed.cli.print;

import io.heed.run.Progress;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reports a sweep on stderr: a bar per run on a terminal, a line as each run ends, and each warning once. */
public final class SweepProgress implements Progress, AutoCloseable {

    private final PrintWriter err;
    private final int runs;
    private final Set<String> warnings = new HashSet<>();
    private String name = "";
    private int run;
    private @Nullable StepBar bar;

    public SweepProgress(PrintWriter err, int runs) {
        this.err = err;
        this.runs = runs;
    }

    /** The next run starts. */
    public void next(String itsName) {
        run++;
        name = itsName;
    }

    /** The run has ended. */
    public void ended(String how) {
        close();
        err.println("%d/%d %s: %s".formatted(run, runs, name, how));
    }

    @Override
    public void warned(String sentence) {
        if (warnings.add(sentence)) {
            String line = "heed: %s: %s".formatted(name, Visible.text(sentence));
            if (bar == null) {
                err.println(line);
            } else {
                bar.print(line);
            }
        }
    }

    @Override
    public void started(Start start) {
        close();
        bar = new StepBar(err, "%d/%d %s".formatted(run, runs, name), start.step(), start.steps());
    }

    @Override
    public void stepped(Step step) {
        if (bar != null) {
            bar.step(step.step(), step.loss());
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
