package io.heed.spark.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.spark.LocalSpark;
import io.heed.text.DataProgress;
import io.heed.text.DataProgress.Stage;
import io.heed.text.corpus.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that earlier runs, other runs and killed runs have made. */
class ShardFoldersTest {

    private static final int CONTEXT = 16;

    @TempDir
    private Path folder;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("data/toy-held-out.txt")).subList(0, 200);
        text = Files.write(folder.resolve("text.txt"), lines);
    }

    private CorpusIndex read(String directory, DataProgress progress) {
        RunConfig config = ConfigReader.read(
                Path.of("configs/toy.yaml"), List.of("data.train=" + text, "model.context=" + CONTEXT));
        ShardedCorpus.Read read = ShardedCorpus.read(LocalSpark.cluster(), config, null, directory, progress, 64);
        read.corpus().close();
        return read.index();
    }

    private CorpusIndex read(DataProgress progress) {
        return read(shards().toString(), progress);
    }

    private Path shards() {
        return folder.resolve("shards");
    }

    private static Path folder(CorpusIndex index) {
        return Path.of(index.folder().replace("file:", ""));
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folders of shards, all of one text. */
    private List<String> folders() {
        return names(shards().resolve(names(shards()).get(0)));
    }

    private static Batch batch(CorpusIndex index) {
        try (Shards shards = new Shards(index, new Configuration())) {
            return shards.training(0, 1, CONTEXT).batch(1, 0, 8);
        }
    }

    @Test
    void shards_of_an_earlier_run_are_used_if_they_are_whole() throws IOException {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        DataProgress progress = (stage, done, all) -> stages.add(stage);
        CorpusIndex first = read(progress);
        assertThat(stages).contains(Stage.READING, Stage.COUNTING, Stage.CUTTING);
        CorpusIndex kept = first;
        for (String name : List.of("", "index.json", "part-00001.ids", "part-00000.starts")) {
            stages.clear();
            if (!name.isEmpty()) {
                Path file = folder(kept).resolve(name);
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(bytes, bytes.length - 2));
            }
            CorpusIndex found = read(progress);
            assertThat(found).usingRecursiveComparison().ignoringFields("folder").isEqualTo(first);
            assertThat(stages.contains(Stage.CUTTING)).as("remade without " + name).isEqualTo(!name.isEmpty());
            assertThat(found.equals(kept)).isEqualTo(name.isEmpty());
            kept = found;
        }
        Path index = folder(kept).resolve("index.json");
        Files.writeString(index, Files.readString(index).replaceFirst("\"unknown\":\\d+", "\"unknown\":7"));
        stages.clear();
        CorpusIndex last = read(progress);
        assertThat(stages).as("with a changed index").contains(Stage.CUTTING);
        assertThat(folders()).containsExactly(folder(last).getFileName().toString());
        assertThat(names(folder(last)))
                .hasSize(1 + 2 * (first.training().size() + first.validation().size()))
                .allMatch(name -> name.matches("index\\.json|part-\\d{5}\\.(ids|starts)"));
    }

    /** The second cuts its text while the first waits for its own to be complete. */
    @Test
    void who_is_second_uses_the_shards_of_the_first() {
        CorpusIndex[] first = new CorpusIndex[1];
        CorpusIndex second = read((stage, done, all) -> {
            if (stage == Stage.CUTTING && done == all) {
                first[0] = read((its, so, far) -> {});
            }
        });
        assertThat(second).isEqualTo(first[0]);
        assertThat(folders()).containsExactly(folder(second).getFileName().toString());
    }

    @Test
    void two_runs_at_once_do_not_disturb_each_other() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        DataProgress progress = (stage, done, all) -> {
            if (stage == Stage.CUTTING && done == all) {
                await(both); // so neither is complete before the other has cut
            }
        };
        CompletableFuture<CorpusIndex> other = CompletableFuture.supplyAsync(() -> read(progress));
        CorpusIndex own = read(progress);
        Batch expected = batch(own);
        assertThat(batch(other.get())).usingRecursiveComparison().isEqualTo(expected);
        assertThat(batch(read((stage, done, all) -> assertThat(stage).isNotEqualTo(Stage.CUTTING))))
                .usingRecursiveComparison()
                .isEqualTo(expected);
    }

    private static void await(CyclicBarrier both) {
        try {
            both.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_killed_runs_left_is_removed_a_day_later() throws IOException {
        CorpusIndex first = read((stage, done, all) -> {});
        Path all = folder(first).getParent();
        Files.delete(folder(first).resolve("index.json")); // as after a killed driver
        Path running = Files.createDirectory(all.resolve("running"));
        Path forgotten = folder(first);
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        CorpusIndex second = read((stage, done, length) -> {});
        assertThat(names(all))
                .containsExactlyInAnyOrder(
                        running.getFileName().toString(), folder(second).getFileName().toString());
    }

    @Test
    void a_folder_that_cannot_be_written_is_named_before_anything_is_cut() {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        assertThatThrownBy(() -> read(text + "/shards", (stage, done, all) -> stages.add(stage)))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching("cannot write \\S+/text.txt/shards/\\S+: .+; name a folder for the text's ids with --shards");
        assertThat(stages).containsExactly(Stage.READING);
    }
}
