package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.Bytes;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress.Stage;
import io.heed.text.tokenizer.TokenizerType;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A corpus whose ids are kept in a file, in small pieces of text, beside the same one in the heap. */
class IdFileTest {

    private static final Corpus.Limits SMALL = new Corpus.Limits(64, 0);
    private static final Corpus.Limits IN_HEAP = new Corpus.Limits(1 << 20, Long.MAX_VALUE);

    @TempDir
    private Path folder;

    private final Set<Stage> stages = EnumSet.noneOf(Stage.class);

    private Path text() throws IOException {
        StringBuilder text = new StringBuilder();
        List<ToySentence> sentences = new ToyCorpus(1).training(300);
        for (int i = 0; i < sentences.size(); i++) {
            text.append(sentences.get(i).text()).append(i % 7 == 0 ? " É中😀\r\n\n" : i % 11 == 0 ? "\r" : "\n");
        }
        return Files.writeString(folder.resolve("text.txt"), text);
    }

    private static Corpus.Source source(Path file, DataFormat format, TokenizerType type) {
        return new Corpus.Source(List.of(file), List.of(), .1, format, 8, type, 1000, null);
    }

    private Corpus read(Corpus.Source source, Corpus.Limits limits) {
        return Corpus.read(
                source,
                folder.resolve("kept"),
                (stage, done, all) -> {
                    assertThat(done).isBetween(0L, all);
                    stages.add(stage);
                },
                limits);
    }

    private Path kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
            return files.filter(file -> file.toString().endsWith(".ids"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Batch> batches(Corpus corpus) {
        List<Batch> batches = new ArrayList<>(corpus.validation().all(3));
        batches.addAll(corpus.training().all(3));
        for (int step = 0; step < 50; step++) {
            batches.add(corpus.training().batch(1, step, 4));
        }
        return batches;
    }

    @ParameterizedTest
    @CsvSource({"LINES, WORD", "LINES, CHARACTER", "STREAM, WORD", "STREAM, CHARACTER"})
    void it_is_the_same_in_a_file_in_small_pieces_as_in_the_heap(DataFormat format, TokenizerType type)
            throws IOException {
        Corpus.Source source = source(text(), format, type);
        try (Corpus file = read(source, SMALL);
                Corpus heap = read(source, IN_HEAP)) {
            assertThat(file.tokenizer().json()).isEqualTo(heap.tokenizer().json());
            assertThat(batches(file)).usingRecursiveComparison().isEqualTo(batches(heap));
            assertThat(file.fingerprint()).isEqualTo(heap.fingerprint());
        }
    }

    @Test
    void it_is_reused() throws IOException {
        Corpus.Source source = source(text(), DataFormat.LINES, TokenizerType.WORD);
        read(source, SMALL).close();
        assertThat(stages).contains(Stage.READING, Stage.COUNTING, Stage.CUTTING);
        stages.clear();
        read(source, SMALL).close();
        assertThat(stages).containsExactlyInAnyOrder(Stage.READING, Stage.CHECKING);
    }

    @Test
    void another_text_share_or_tokenizer_gets_its_own_file() throws IOException {
        Path text = text();
        read(source(text, DataFormat.LINES, TokenizerType.WORD), SMALL).close();
        read(source(text, DataFormat.STREAM, TokenizerType.WORD), SMALL).close();
        read(source(text, DataFormat.LINES, TokenizerType.CHARACTER), SMALL).close();
        read(
                        new Corpus.Source(
                                List.of(text), List.of(), .2, DataFormat.LINES, 8, TokenizerType.WORD, 1000, null),
                        SMALL)
                .close();
        read(new Corpus.Source(List.of(text), List.of(), .1, DataFormat.LINES, 8, TokenizerType.WORD, 20, null), SMALL)
                .close();
        Files.writeString(text, Files.readString(text).replaceFirst("cat", "dog"));
        read(source(text, DataFormat.LINES, TokenizerType.WORD), SMALL).close();
        try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".ids"))).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .0001, .2, .5, .75, .9, .99, .9999})
    void one_with_a_changed_byte_is_rebuilt(double share) throws IOException {
        Corpus.Source source = source(text(), DataFormat.LINES, TokenizerType.WORD);
        read(source, SMALL).close();
        byte[] whole = Files.readAllBytes(kept());
        byte[] damaged = whole.clone();
        damaged[(int) (share * whole.length)] ^= 4;
        Files.write(kept(), damaged);
        read(source, SMALL).close();
        assertThat(Files.readAllBytes(kept())).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .0005, .5, .9999})
    void a_truncated_one_is_rebuilt(double share) throws IOException {
        Corpus.Source source = source(text(), DataFormat.STREAM, TokenizerType.CHARACTER);
        read(source, SMALL).close();
        byte[] whole = Files.readAllBytes(kept());
        try (RandomAccessFile file = new RandomAccessFile(kept().toFile(), "rw")) {
            file.setLength((long) (share * whole.length));
        }
        read(source, SMALL).close();
        assertThat(Files.readAllBytes(kept())).isEqualTo(whole);
    }

    @Test
    void many_threads_can_build_it_at_once() throws IOException {
        Corpus.Source source = source(text(), DataFormat.LINES, TokenizerType.WORD);
        List<CompletableFuture<String>> making = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            making.add(CompletableFuture.supplyAsync(() -> {
                try (Corpus corpus = Corpus.read(source, folder.resolve("kept"), (stage, done, all) -> {}, SMALL)) {
                    return corpus.fingerprint();
                }
            }));
        }
        try (Corpus heap = read(source, IN_HEAP)) {
            assertThat(making).allMatch(one -> one.join().equals(heap.fingerprint()));
        }
    }

    @Test
    void another_process_can_build_it_at_the_same_time() throws Exception {
        Path text = text();
        ProcessBuilder other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProgram.class.getName(),
                text.toString(),
                folder.resolve("kept").toString());
        Process one = other.redirectErrorStream(true).start();
        Process two = other.start();
        String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(one.waitFor()).as(said).isZero();
        said = new String(two.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(two.waitFor()).as(said).isZero();
        stages.clear();
        read(source(text, DataFormat.LINES, TokenizerType.WORD), SMALL).close();
        assertThat(stages).as("what they left is whole").doesNotContain(Stage.CUTTING);
    }

    /** Reads a corpus many times, removing its file each time. */
    static final class OtherProgram {
        private OtherProgram() {}

        /** The text and the folder to keep its ids in. */
        public static void main(String[] arguments) {
            Corpus.Source source = source(Path.of(arguments[0]), DataFormat.LINES, TokenizerType.WORD);
            String first = "";
            for (int i = 0; i < 5; i++) {
                try (Corpus corpus = Corpus.read(source, Path.of(arguments[1]), (stage, done, all) -> {}, SMALL)) {
                    if (!first.isEmpty() && !first.equals(corpus.fingerprint())) {
                        throw new IllegalStateException("it changed");
                    }
                    first = corpus.fingerprint();
                }
            }
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws IOException {
        Files.writeString(folder.resolve("kept"), "a file");
        Corpus.Source source = source(text(), DataFormat.LINES, TokenizerType.WORD);
        assertThatThrownBy(() -> read(source, SMALL))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(folder.resolve("kept").toString());
    }

    /** Beyond 2³¹ bytes and 2³¹ ids: a file that is empty but for its last ids, which takes no room on most disks. */
    @Test
    void positions_beyond_two_gibibytes_are_read() throws IOException {
        Path file = folder.resolve("long");
        long count = (1L << 31) + 1000;
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(2 * count);
            out.seek(2 * (count - 3));
            out.write(new byte[] {1, 0, 2, 0, -1, -1});
        }
        try (Bytes bytes = new Bytes.InFile(file)) {
            Ids ids = new StoredIds(bytes, 0, count, 2);
            assertThat(ids.read(count - 4, 4)).containsExactly(0, 1, 2, 65535);
            io.heed.text.corpus.Stream stream = new io.heed.text.corpus.Stream(ids, 4);
            assertThat(stream.targets()).isEqualTo(count - 1);
            assertThat(stream.batch(1, 0, 8).inputs()).hasSize(32);
            List<Batch> all = stream.all(8);
            long[] targets = all.get(all.size() - 1).targets();
            assertThat(targets).endsWith(1, 2, 65535, Batch.IGNORED); // (2^31 + 999) mod 4 is 3
        }
    }
}
