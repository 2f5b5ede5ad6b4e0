package io.heed.spark.corpus;

import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.OrderedTasks;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.spark.hadoop.HadoopText;
import io.heed.text.DataProgress;
import io.heed.text.DataProgress.Stage;
import io.heed.text.TextChunks;
import io.heed.text.TextSection;
import io.heed.text.TextSplit;
import io.heed.text.corpus.Corpus;
import io.heed.text.corpus.DataSplit;
import io.heed.text.corpus.Preparation;
import io.heed.text.corpus.Repeats;
import io.heed.text.tokenizer.Counts;
import io.heed.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A text of any size, in files of any Hadoop file system, that tasks read, count and cut into shards of ids. Tokenizer, ids and parts are
 * those that {@link Corpus#read} finds on one machine.
 */
public final class ShardedCorpus {

    private final Cluster cluster;
    private final JavaSparkContext spark;
    private final Preparation how;
    private final int piece;
    private final DataProgress progress;
    private final Broadcast<SerializableConfiguration> configuration;
    private final HadoopFiles files;

    private ShardedCorpus(Cluster cluster, Preparation how, int piece, DataProgress progress) {
        this.cluster = cluster;
        spark = cluster.context();
        this.how = how;
        this.piece = piece;
        this.progress = progress;
        configuration = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        files = new HadoopFiles(spark.hadoopConfiguration());
    }

    /**
     * A text that has been prepared.
     *
     * @param index where its ids are, for every machine
     * @param corpus the same for the driver, which closes it
     */
    public record Read(CorpusIndex index, Corpus corpus) {}

    /**
     * Reads a text, or finds the shards of an earlier run.
     *
     * @param config names the text and says how to read it
     * @param given a tokenizer to use instead of one built from the text, or null
     * @param directory the folder for shards, on a file system that all machines share
     * @param progress told how reading progresses, as tasks end
     * @throws HeedException naming the file and the place of an error in the text
     */
    public static Read read(
            Cluster cluster,
            RunConfig config,
            Corpus.@Nullable GivenTokenizer given,
            String directory,
            DataProgress progress) {
        return read(cluster, config, given, directory, progress, TextChunks.SIZE);
    }

    /** @param piece the bytes of text that are processed at once */
    static Read read(
            Cluster cluster,
            RunConfig config,
            Corpus.@Nullable GivenTokenizer given,
            String directory,
            DataProgress progress,
            int piece) {
        RunConfig.Data data = config.data();
        Preparation how = new Preparation(
                data.validationFraction(),
                data.format(),
                config.tokenizer().type(),
                config.tokenizer().vocabulary(),
                given);
        ShardedCorpus reading = new ShardedCorpus(cluster, how, piece, progress);
        List<HadoopText> training = HadoopText.find(data.train(), reading.configuration);
        List<HadoopText> validation = HadoopText.find(data.validation(), reading.configuration);
        CorpusIndex index = reading.index(reading.split(training, validation), directory);
        Corpus corpus = Corpus.of(
                new Shards(index, cluster.context().hadoopConfiguration()),
                how,
                config.model().context(),
                training.get(0).toString(),
                (validation.isEmpty() ? training : validation).get(0).toString());
        return new Read(index, corpus);
    }

    /** Reads and checks the texts. */
    private DataSplit split(List<HadoopText> training, List<HadoopText> validation) {
        List<TextSplit> splits = new ArrayList<>(TextSplit.of(training, piece));
        int trained = splits.size();
        if (!validation.isEmpty()) {
            splits.addAll(TextSplit.of(validation, piece));
        }
        List<TextSection> sections = new ArrayList<>();
        Told told = new Told(
                Stage.READING, splits.stream().mapToLong(TextSplit::bytes).sum());
        new OrderedTasks(cluster, "reading the text")
                .run(splits, ShardTasks.read(how.format(), piece), (split, section) -> {
                    sections.add(section);
                    told.more(split.bytes());
                });
        List<TextSection> first = sections.subList(0, trained);
        List<TextSection> second = sections.subList(trained, sections.size());
        TextSection.requireText(training, first);
        TextSection.requireText(validation, second);
        return DataSplit.of(how, first, second);
    }

    /** Finds the shards of an earlier run, or writes them. */
    private CorpusIndex index(DataSplit split, String directory) {
        String key = split.key();
        ShardFolders folders = new ShardFolders(files, directory, key);
        CorpusIndex kept = folders.first();
        if (kept != null) {
            progress.told(Stage.CHECKING, split.bytes(), split.bytes());
            return kept;
        }
        try {
            probe(folders.own());
            CorpusIndex made = make(split, key, folders.own());
            requireVisible(made.missing(files), folders.own());
            return folders.complete(made);
        } catch (RuntimeException e) {
            folders.discard();
            throw e;
        }
    }

    /** Lets a task write a file into the folder, before the text is cut. */
    private void probe(Path folder) {
        new OrderedTasks(cluster, "trying the folder for ids")
                .run(List.of(folder.toString()), ShardTasks.probe(configuration), (name, file) -> {
                    requireVisible(files.sizes(folder).containsKey(file) ? List.of() : List.of(file), folder);
                    files.delete(new Path(folder, file));
                });
    }

    private static void requireVisible(List<String> missing, Path folder) {
        if (!missing.isEmpty()) {
            throw new HeedException(
                    "%s, which executors have written, is not in %s on the driver; the folder must be on a file system that all machines share, such as hdfs:"
                            .formatted(missing.get(0), HadoopFiles.shown(folder)));
        }
    }

    private CorpusIndex make(DataSplit split, String key, Path folder) {
        String tokenizer = how.tokenizer(() -> counts(split));
        Repeats repeats = Repeats.none(how.format());
        new OrderedTasks(cluster, "validation lines")
                .run(split.validation(), ShardTasks.lines(how.format()), (section, some) -> repeats.add(some));
        Broadcast<ShardTasks.Cutting> cutting = spark.broadcast(new ShardTasks.Cutting(how, tokenizer, repeats));
        IndexBuilder index = new IndexBuilder(tokenizer, split.training().size());
        Told told = new Told(Stage.CUTTING, split.bytes());
        new OrderedTasks(cluster, "cutting the text into ids")
                .run(
                        ShardTasks.Uncut.of(split),
                        ShardTasks.cut(cutting, folder.toString(), configuration),
                        (uncut, written) -> {
                            index.add(written);
                            repeats.found(written.found());
                            told.more(uncut.section().bytes());
                        });
        cutting.destroy();
        try (Tokenizer made = how.tokenizer(tokenizer)) {
            return index.build(folder, key, how.format(), made, repeats);
        }
    }

    private Counts counts(DataSplit split) {
        Broadcast<Preparation> sent = spark.broadcast(how);
        Counts counts = Counts.none(how.type(), how.vocabulary());
        Told told = new Told(Stage.COUNTING, TextSection.bytes(split.training()));
        new OrderedTasks(cluster, "counting words").run(split.training(), ShardTasks.count(sent), (section, some) -> {
            counts.add(some);
            told.more(section.bytes());
        });
        sent.destroy();
        return counts;
    }

    /** Tells how a stage progresses. */
    private final class Told {
        private final Stage stage;
        private final long all;
        private long done;

        Told(Stage stage, long all) {
            this.stage = stage;
            this.all = all;
        }

        void more(long bytes) {
            done += bytes;
            progress.told(stage, done, all);
        }
    }
}
