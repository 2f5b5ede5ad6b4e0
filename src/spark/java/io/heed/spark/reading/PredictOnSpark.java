package io.heed.spark.reading;

import io.heed.predict.NextWordPredictor;
import io.heed.spark.cluster.Cluster;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed spark predict}: the likeliest next words of each text of a dataset. */
@Command(
        name = "predict",
        description = "Predict the next word of each text of a dataset, and write a row for each as Parquet.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  heed spark predict models/toy texts.txt --out next --top 5",
            "  heed spark predict hdfs://host/models/mine hdfs://host/texts --column sentence --out hdfs://host/next"
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class PredictOnSpark implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DatasetChoice choice;

    @Mixin
    private WrittenRows written;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of words to predict for each text. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Override
    public void run() {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top: %d is less than 1".formatted(top));
        }
        try (Cluster cluster = choice.open()) {
            ParquetOutput out = written.open(cluster);
            ShippedModel model = choice.model(cluster);
            TextDataset texts = choice.texts(cluster);
            out.keep(texts);
            TextNotes notes = new TextNotes(cluster.context().sc());
            JavaRDD<Row> rows = texts.blocks(NextWordPredictor.AT_ONCE, choice.partitions(cluster))
                    .flatMap(new PredictedTexts(model, top, notes));
            try (TaskBar bar = choice.bar(cluster, "predicting")) {
                out.write(rows, PredictedTexts.SCHEMA);
            }
            written.print("the next words of %,d texts are in", texts, model, notes);
        }
    }
}
