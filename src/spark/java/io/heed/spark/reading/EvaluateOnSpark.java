package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.checkpoint.StoredModel;
import io.heed.cli.options.ScoringChoice;
import io.heed.cli.print.EvaluationPrinter;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.EvaluationTotals;
import io.heed.predict.evaluation.Evaluator;
import io.heed.predict.evaluation.LineEvaluator;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.TaskFailure;
import io.heed.spark.reading.EvaluatedTexts.Evaluated;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heed spark evaluate}: how well a model predicts the texts of a dataset. */
@Command(
        name = "evaluate",
        description = "Measure how well a model predicts the texts of a dataset, as heed evaluate does, and each of them.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each text is read by itself. What is printed is what heed evaluate prints for the same texts.",
            "",
            "  heed spark evaluate models/toy texts.txt",
            "  heed spark evaluate models/toy texts.parquet --column sentence --out scores --json"
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class EvaluateOnSpark implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DatasetChoice choice;

    @Mixin
    private ScoringChoice scoring;

    @Option(names = "--out", paramLabel = "PATH", description = "A folder of Parquet files to write: a row for each text.")
    private @Nullable String out;

    @Option(names = "--overwrite", description = "Replace what is at --out.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        EvaluationReport report;
        try (Cluster cluster = choice.open()) {
            ParquetOutput rows = out == null ? null : new ParquetOutput(cluster.session(), out, overwrite);
            ShippedModel model = choice.model(cluster);
            int context = model.open().config().context();
            int stride = scoring.stride(context);
            requireLines(model);
            TextDataset texts = choice.texts(cluster);
            if (rows != null) {
                rows.keep(texts);
            }
            EvaluationTotals total = evaluate(cluster, texts, new EvaluatedTexts(model, stride), rows);
            report = new EvaluationReport(
                    model.name(),
                    DataFormat.LINES,
                    context,
                    stride,
                    total,
                    List.of(new EvaluationReport.OfFile(texts.name(), total)));
        }
        PrintWriter answer = spec.commandLine().getOut();
        if (json) {
            answer.println(Json.line(report));
        } else {
            EvaluationPrinter.print(report, answer);
        }
        answer.flush();
        EvaluationPrinter.warn(report.total(), spec.commandLine().getErr());
    }

    /** Refuses to read one long text, each part of which is read with what comes before it. */
    private void requireLines(ShippedModel model) {
        StoredModel stored = model.open();
        try (Tokenizer tokenizer = stored.tokenizer()) {
            if (scoring.format(model.folder(), tokenizer) == DataFormat.STREAM) {
                throw new HeedException(
                        "%s reads one long text (format stream), which heed evaluate does on one machine; --format lines reads each text by itself"
                                .formatted(model.name()));
            }
        }
    }

    /** Evaluates the texts, and then writes what was found of each, if that is wanted. */
    private EvaluationTotals evaluate(
            Cluster cluster, TextDataset texts, EvaluatedTexts evaluated, @Nullable ParquetOutput rows) {
        JavaRDD<Evaluated> found = texts.blocks(LineEvaluator.BLOCK, choice.partitions(cluster))
                .map(evaluated)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            count(cluster, found);
            EvaluationTotals total = total(found);
            Evaluator.requireScored(total, DataFormat.LINES, texts.name());
            if (rows != null) {
                rows.write(found.flatMap(Evaluated::rows), EvaluatedTexts.SCHEMA);
            }
            return total;
        } finally {
            found.unpersist();
        }
    }

    /** Computes what the other jobs then find. */
    private void count(Cluster cluster, JavaRDD<Evaluated> found) {
        try (TaskBar bar = choice.bar(cluster, "evaluating")) {
            found.count();
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw TaskFailure.of(e);
        }
    }

    /** Adds the totals of the blocks, in the order of the texts and a partition at a time. */
    private static EvaluationTotals total(JavaRDD<Evaluated> found) {
        Iterator<EvaluationTotals> blocks =
                found.map(block -> block.scores().totals()).toLocalIterator();
        EvaluationTotals total = blocks.next();
        while (blocks.hasNext()) {
            total = total.plus(blocks.next());
        }
        return total;
    }
}
