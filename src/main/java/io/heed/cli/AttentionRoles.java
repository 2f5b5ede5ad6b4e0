package io.heed.cli;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.print.DumpProgress;
import io.heed.cli.print.RolesPrinter;
import io.heed.inspect.evidence.AblationKind;
import io.heed.inspect.evidence.RoleEvidence;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The options of {@code heed attention} that look for heads by role, and what does so. */
@SuppressWarnings("NullAway.Init")
final class AttentionRoles {

    @Option(
            names = "--roles",
            description =
                    "Instead of reading a text, find induction, duplicate-token, previous-token and sink heads on random"
                            + " tokens that repeat, and measure what the model loses without them and without as many"
                            + " other heads.")
    private boolean chosen;

    @Option(
            names = "--ablate",
            paramLabel = "BY",
            description =
                    "With --roles, what replaces a head's output: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private AblationKind kind = AblationKind.MEAN;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "With --roles, the seed of the tokens and of the other heads. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    /** Whether to look for them. */
    boolean chosen() {
        return chosen;
    }

    /** Looks for them, and prints what was found. */
    void print(LanguageModel model, boolean json, PrintWriter out, PrintWriter err) {
        RoleEvidence found;
        try (DumpProgress progress = new DumpProgress(err, RoleEvidence.passes())) {
            found = RoleEvidence.of(model, seed, kind, progress::step);
        }
        if (json) {
            out.println(Json.line(found));
        } else {
            new RolesPrinter(out).print(found);
        }
    }
}
