package io.heed.spark.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.spark.LocalSpark;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress.Stage;
import io.heed.text.TextFiles;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.Corpus;
import io.heed.text.corpus.TrainingData;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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
                .subList(0, 200);
        int third = lines.size() / 3;
        return List.of(
                Files.writeString(folder.resolve("a.txt"), "\ufeff" + String.join("\r\n", lines.subList(0, third))),
                Files.writeString(folder.resolve("b.txt"), String.join("\n", lines.subList(third, third + 2))),
                Files.writeString(
                        folder.resolve("c.txt"),
                        String.join("\n", lines.subList(third + 2, lines.size())).replace("cat", "Éléphant 中😀")));
    }

    private static RunConfig config(
            List<Path> texts, List<Path> validation, DataFormat format, TokenizerType type, String... names) {
        List<String> training = new ArrayList<>(List.of(names));
        texts.forEach(text -> training.add(text.toString()));
        return ConfigReader.read(
                Path.of("configs", (format == DataFormat.PAIRS ? "translation" : "toy") + ".yaml"),
                List.of(
                        "data.train=" + quoted(training),
                        "data.validation="
                                + quoted(validation.stream().map(Path::toString).toList()),
                        "data.format=" + format,
                        "tokenizer.type=" + type.toString().toLowerCase(java.util.Locale.ROOT),
                        "tokenizer.vocabulary=300",
                        "model.context=" + CONTEXT));
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "\"" + name + "\"").toList().toString();
    }

    private ShardedCorpus.Read read(RunConfig config, Corpus.@Nullable GivenTokenizer given) {
        return read(config, given, folder.resolve("shards").toString());
    }

    private ShardedCorpus.Read read(RunConfig config, Corpus.@Nullable GivenTokenizer given, String directory) {
        return ShardedCorpus.read(
                LocalSpark.cluster(),
                config,
                given,
                directory,
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
        assertThat(read.index().training()).hasSizeGreaterThan(1);
        try (Corpus alone = alone(config, null);
                Corpus inPieces = alone(config, null, new Corpus.Limits(PIECE, 1 << 24));
                Corpus sharded = read.corpus()) {
            requireSame(read, alone);
            requireSameRepeats(sharded, inPieces);
        }
    }

    @Test
    void a_given_tokenizer_and_a_given_validation_text_are_used() throws IOException {
        List<Path> texts = texts(DataFormat.LINES);
        String json = TokenizerBuilder.build(TokenizerType.WORD, "the a cat dog sees", 100);
        SpecialIds.InFile ids = new SpecialIds.InFile(OptionalInt.of(1), List.of(2), OptionalInt.empty());
        Corpus.GivenTokenizer given = new Corpus.GivenTokenizer(json, new SpecialIds(ids, SpecialIds.InFile.NONE, 8));
        RunConfig config =
                config(texts.subList(0, 2), texts.subList(2, 3), DataFormat.LINES, TokenizerType.CHARACTER);
        ShardedCorpus.Read read = read(config, given);
        try (Corpus alone = alone(config, given);
                Corpus sharded = read.corpus()) {
            assertThat(sharded.tokenizer().json()).isEqualTo(json);
            requireSame(read, alone);
            requireSameRepeats(sharded, alone);
        }
        assertThat(stages).containsExactlyInAnyOrder(Stage.READING, Stage.CUTTING);
    }

    @Test
    void workers_share_all_sentences() throws IOException {
        RunConfig config = config(texts(DataFormat.LINES), List.of(), DataFormat.LINES, TokenizerType.WORD);
        ShardedCorpus.Read read = read(config, null);
        try (Corpus corpus = read.corpus();
                Shards shards = new Shards(read.index(), new Configuration())) {
            long targets = 0;
            for (int worker = 0; worker < 3; worker++) {
                targets += shards.training(worker, 3, CONTEXT).targets();
            }
            assertThat(targets).isEqualTo(corpus.training().targets());
            int lines = (int) read.index().facts().trainingLines();
            assertThatThrownBy(() -> shards.training(0, lines + 1, CONTEXT))
                    .isInstanceOf(HeedException.class)
                    .hasMessage(
                            "worker 1 of %d: its share of the training text has no line of two tokens or more; use fewer workers or more text",
                            lines + 1);
        }
    }

    @Test
    void a_run_keeps_one_set_of_shards_in_a_jvm() throws IOException {
        RunConfig config = config(texts(DataFormat.STREAM), List.of(), DataFormat.STREAM, TokenizerType.CHARACTER);
        ShardedCorpus.Read read = read(config, null);
        Shards shards = Shards.of(read.index(), new Configuration());
        TrainingData data = shards.training(1, 2, CONTEXT);
        assertThat(Shards.of(read.index(), new Configuration())).isSameAs(shards);
        assertThat(shards.training(1, 2, CONTEXT)).isSameAs(data);
        Batch before = data.batch(1, 0, 2);
        RunConfig other = config(texts(DataFormat.STREAM), List.of(), DataFormat.STREAM, TokenizerType.WORD);
        Shards.of(read(other, null).index(), new Configuration());
        assertThat(data.batch(1, 0, 2))
                .as("data that is still used")
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThatThrownBy(() -> shards.training(0, 100_000, CONTEXT))
                .hasMessageMatching("worker 1 of 100000: its share of the training text has \\d tokens, which must be more"
                        + " than the context of 16; use fewer workers or more text");
    }

    @Test
    void folders_and_patterns_name_texts_and_so_do_uris() throws IOException {
        texts(DataFormat.STREAM);
        Files.createDirectory(folder.resolve("more"));
        Files.writeString(folder.resolve("more/d.md"), "one more text");
        RunConfig plain = config(List.of(folder), List.of(), DataFormat.STREAM, TokenizerType.WORD);
        RunConfig uri = config(List.of(), List.of(), DataFormat.STREAM, TokenizerType.WORD, "file://" + folder + "/?.txt");
        RunConfig deep = config(List.of(), List.of(), DataFormat.STREAM, TokenizerType.WORD, "file:" + folder + "/**");
        String key = read(plain, null).index().facts().key();
        assertThat(read(uri, null).index().facts().key()).isEqualTo(key);
        assertThat(read(deep, null).index().facts().key()).isNotEqualTo(key);
    }

    /** Hadoop's view file system stands for one that is no disk of this machine. */
    @Test
    void text_and_shards_may_be_in_another_file_system() throws IOException {
        List<Path> texts = texts(DataFormat.LINES);
        Configuration hadoop = LocalSpark.cluster().context().hadoopConfiguration();
        hadoop.set("fs.viewfs.mounttable.test.link./data", folder.toUri().toString());
        RunConfig config =
                config(List.of(), List.of(), DataFormat.LINES, TokenizerType.WORD, "viewfs://test/data/[a-c].txt");
        for (int twice = 0; twice < 2; twice++) {
            ShardedCorpus.Read read = read(config, null, "viewfs://test/data/shards");
            assertThat(read.index().folder()).startsWith("viewfs://test/data/shards/");
            try (Corpus alone = alone(config(texts, List.of(), DataFormat.LINES, TokenizerType.WORD), null);
                    Corpus sharded = read.corpus();
                    Shards shards = new Shards(read.index(), hadoop)) {
                assertThat(batches(sharded.training())).usingRecursiveComparison().isEqualTo(batches(alone.training()));
                assertThat(batches(shards.training(0, 1, CONTEXT)))
                        .usingRecursiveComparison()
                        .isEqualTo(batches(alone.training()));
            }
            Path index = folder.resolve(read.index().folder().replace("viewfs://test/data/", "")).resolve("index.json");
            assertThat(index).exists();
            Files.delete(index); // as after a killed driver
        }
    }

    @Test
    void errors_of_tasks_are_one_sentence() throws IOException {
        List<Path> texts = new ArrayList<>(texts(DataFormat.STREAM));
        Path missing = folder.resolve("missing.txt");
        requireFailure(missing + " does not exist; name a text file in UTF-8", missing.toString());
        requireFailure("nowhere://host/a.txt: Spark has no file system for nowhere:", "nowhere://host/a.txt");
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");
        requireFailure(empty + " is empty; it must contain text", empty.toString());
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n\n");
        requireFailure(blank + " is empty; it must contain text", texts.get(0).toString(), blank.toString());
        byte[] bytes = Files.readAllBytes(texts.get(2));
        bytes[3000] = (byte) 0xff;
        Files.write(texts.get(2), bytes);
        requireFailure(
                texts.get(2) + " is not UTF-8 text: bad byte 0xff at offset 3000",
                texts.stream().map(Path::toString).toArray(String[]::new));
    }

    private void requireFailure(String message, String... names) {
        RunConfig config = config(List.of(), List.of(), DataFormat.STREAM, TokenizerType.WORD, names);
        assertThatThrownBy(() -> read(config, null))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(message);
    }
}
