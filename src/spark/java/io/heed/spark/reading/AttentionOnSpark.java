package io.heed.spark.reading;

import io.heed.spark.cluster.Cluster;
import io.heed.spark.reading.AttentionRows.MapColumn;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed spark attention}: what each head reads in each text of a dataset. */
@Command(
        name = "attention",
        description = "Record what each head reads in each text of a dataset, and write the maps as Parquet.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Layers and heads count from 0. In a map rows are queries (who reads), columns are keys (who is read).",
            "",
            "  heed spark attention models/toy texts.txt --out maps",
            "  heed spark attention models/toy texts.parquet --column sentence --out maps --include weights,scores"
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class AttentionOnSpark implements Runnable {

    /** The number of texts of a block; each is read alone. */
    private static final int BLOCK = 16;

    @Mixin
    private DatasetChoice choice;

    @Mixin
    private WrittenRows written;

    @Option(
            names = "--include",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "weights",
            description = "The maps to write, a column each: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<MapColumn> maps;

    @Override
    public void run() {
        try (Cluster cluster = choice.open()) {
            ParquetOutput out = written.open(cluster);
            ShippedModel model = choice.model(cluster);
            TextDataset texts = choice.texts(cluster);
            out.keep(texts);
            TextNotes notes = new TextNotes(cluster.context().sc());
            AttentionRows recorded =
                    new AttentionRows(model, maps.stream().distinct().toList(), notes);
            JavaRDD<Row> rows = texts.blocks(BLOCK, choice.partitions(cluster)).flatMap(recorded);
            try (TaskBar bar = choice.bar(cluster, "reading")) {
                out.write(rows, recorded.schema());
            }
            written.print("the maps of %,d texts are in", texts, model, notes);
        }
    }
}
