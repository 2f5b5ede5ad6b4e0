package io.heed.spark.reading;

import io.heed.Json;
import io.heed.spark.cluster.Cluster;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command that only writes rows writes them, and how it says so. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class WrittenRows {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "PATH", description = "The folder of Parquet files to write.")
    private String out;

    @Option(names = "--overwrite", description = "Replace what is at --out.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** Checks that rows may be written there. */
    ParquetOutput open(Cluster cluster) {
        return new ParquetOutput(cluster.session(), out, overwrite);
    }

    /**
     * Says what was written.
     *
     * @param what the rows of {@code %d} texts
     */
    void print(String what, TextDataset texts, ShippedModel model, TextNotes notes) {
        WrittenDataset written = new WrittenDataset(
                out, texts.size(), notes.cut().sum(), notes.unknown().sum());
        PrintWriter answer = spec.commandLine().getOut();
        answer.println(
                json
                        ? Json.line(written)
                        : what.formatted(written.texts()) + " " + Visible.text(out));
        answer.flush();
        notes.print(spec.commandLine().getErr(), model.open().config().context());
    }
}
