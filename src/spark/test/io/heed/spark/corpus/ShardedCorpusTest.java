package io.heed.spark.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.spark.LocalSpark;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress.Stage;
import io.heed.text.TextFiles;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.Corpus;
import io.heed.text.corpus.TrainingData;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts in many splits, beside what {@link Corpus#read} makes of them on one machine. */
class ShardedCorpusTest {

    /** The bytes of a piece; a split has 64 of them. */
    private static final int PIECE = 64;

    private static final int CONTEXT = 16;

    @TempDir
    private Path folder;

    private final Set<Stage> stages = EnumSet.noneOf(Stage.class);

    /** The text that ships, in three files: one with a byte order mark, one without a final line end. */
    private List<Path> texts(DataFormat format) throws IOException {
        List<String> lines = Files.readAllLines(
                        Path.of(format == DataFormat.PAIRS ? "data/fr-en-held-out.tsv" : "data/toy-held-out.txt"))
                .subList(0, 300);
        int third = lines.size() / 3;
        return List.of(
                Files.writeString(folder.resolve("a.txt"), "\ufeff" + String.join("\r\n", lines.subList(0, third))),
                Files.writeString(folder.resolve("b.txt"), String.join("\n", lines.subList(third, third + 2))),
                Files.writeString(
                        folder.resolve("c.txt"),
                        String.join("\n", lines.subList(third + 2, lines.size())).replace("cat", "Éléphant 中😀")));
    }

    private static RunConfig config(List<Path> texts, List<Path> validation, DataFormat format, TokenizerType type) {
        return ConfigReader.read(
                Path.of("configs", (format == DataFormat.PAIRS ? "translation" : "toy") + ".yaml"),
                List.of(
                        "data.train=" + names(texts),
                        "data.validation=" + names(validation),
                        "data.format=" + format,
                        "tokenizer.type=" + type.toString().toLowerCase(java.util.Locale.ROOT),
                        "tokenizer.vocabulary=300",
                        "model.context=" + CONTEXT));
    }

    private static String names(List<Path> files) {
        return files.stream().map(Path::toString).toList().toString();
    }

    private ShardedCorpus.Read read(RunConfig config, Corpus.@Nullable GivenTokenizer given) {
        return ShardedCorpus.read(
                LocalSpark.cluster(),
                config,
                given,
                folder.resolve("shards").toString(),
                (stage, done, all) -> {
                    assertThat(done).isBetween(0L, all);
                    stages.add(stage);
                },
                PIECE);
    }

    /** The same by one machine, in pieces of the usual size. */
    private Corpus alone(RunConfig config, Corpus.@Nullable GivenTokenizer given) {
        return alone(config, given, new Corpus.Limits(1 << 20, 1 << 24));
    }

    private Corpus alone(RunConfig config, Corpus.@Nullable GivenTokenizer given, Corpus.Limits limits) {
        return Corpus.read(
                new Corpus.Source(
                        TextFiles.find(config.data().train()),
                        TextFiles.find(config.data().validation()),
                        config.data().validationFraction(),
                        config.data().format(),
                        CONTEXT,
                        config.tokenizer().type(),
                        config.tokenizer().vocabulary(),
                        given),
                folder.resolve("kept"),
                (stage, done, all) -> {},
                limits);
    }

    private static List<Batch> batches(TrainingData data) {
        List<Batch> batches = new ArrayList<>(data.all(5));
        for (int step = 0; step < 40; step++) {
            batches.add(data.batch(1, step, 4));
        }
        return batches;
    }

    private void requireSame(ShardedCorpus.Read read, Corpus alone) {
        assertThat(read.corpus().tokenizer().json()).isEqualTo(alone.tokenizer().json());
        try (Shards shards = new Shards(read.index(), new Configuration())) {
            for (TrainingData data : List.of(read.corpus().training(), shards.training(0, 1, CONTEXT))) {
                assertThat(batches(data)).usingRecursiveComparison().isEqualTo(batches(alone.training()));
                assertThat(data.targets()).isEqualTo(alone.training().targets());
                assertThat(data.cutRows()).isEqualTo(alone.training().cutRows());
            }
            for (TrainingData data : List.of(read.corpus().validation(), shards.validation(CONTEXT))) {
                assertThat(batches(data)).usingRecursiveComparison().isEqualTo(batches(alone.validation()));
            }
        }
        assertThat(read.corpus().unknownShare()).isEqualTo(alone.unknownShare());
    }

    private static void requireSameRepeats(Corpus corpus, Corpus alone) {
        assertThat(corpus.comparedLines()).isEqualTo(alone.comparedLines()).isPositive();
        assertThat(corpus.repeatedLines()).isEqualTo(alone.repeatedLines());
    }

    @ParameterizedTest
    @CsvSource({
        "STREAM, WORD", "STREAM, CHARACTER", "STREAM, BPE", "LINES, WORD", "LINES, CHARACTER", "LINES, BPE", "PAIRS, WORD"
    })
    void ids_parts_and_tokenizer_are_those_of_one_machine(DataFormat format, TokenizerType type) throws IOException {
        RunConfig config = config(texts(format), List.of(), format, type);
        ShardedCorpus.Read read = read(config, null);
        assertThat(read.index().training()).hasSizeGreaterThan(2);
        try (Corpus alone = alone(config, null);
                Corpus inPieces = alone(config, null, new Corpus.Limits(PIECE, 1 << 24));
                Corpus sharded = read.corpus()) {
            requireSame(read, alone);
            requireSameRepeats(sharded, inPieces);
        }
    }
}
