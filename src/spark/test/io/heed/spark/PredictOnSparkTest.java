package io.heed.spark;

import static io.heed.spark.SparkProgram.rows;
import static io.heed.spark.SparkProgram.spark;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.cli.OneMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed spark predict} beside {@code heed predict --json}. */
class PredictOnSparkTest {

    private static final String MODEL = "models/toy";

    @TempDir
    private Path folder;

    private List<String> lines;
    private String file;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("data/toy.txt")).subList(0, 150)) {
            List<String> words = List.of(line.split(" "));
            lines.add(String.join(" ", words.subList(0, words.size() - 2)));
        }
        lines.set(3, "the zebra sat on the");
        lines.set(90, "the cat sat on the mat and ".repeat(20)); // longer than the context
        file = Files.writeString(folder.resolve("texts.txt"), "\ufeff" + String.join("\r\n", lines) + "\n\n")
                .toString();
        out = folder.resolve("out");
    }

    /** What one machine says about each text. */
    private List<JsonNode> expected() {
        return OneMachine.heed("predict", MODEL, "--file", file, "--json", "--top", "3")
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    private static void assertSame(List<Row> rows, List<JsonNode> expected) {
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            JsonNode text = expected.get(i);
            assertThat(row.<Long>getAs("index")).isEqualTo(i);
            assertThat(row.<String>getAs("text")).isEqualTo(text.get("text").asString());
            assertThat(row.<Double>getAs("entropy")).isEqualTo(text.get("entropy").asDouble());
            List<Row> next = row.getList(row.fieldIndex("next"));
            assertThat(next).hasSize(3);
            for (int k = 0; k < 3; k++) {
                JsonNode word = text.get("next").get(k);
                assertThat(next.get(k).<String>getAs("token")).isEqualTo(word.get("token").asString());
                assertThat(next.get(k).<Integer>getAs("id")).isEqualTo(word.get("id").asInt());
                assertThat(next.get(k).<Double>getAs("probability"))
                        .isEqualTo(word.get("probability").asDouble());
            }
            assertThat(row.<String>getList(row.fieldIndex("unknown")))
                    .isEqualTo(i == 3 ? List.of("zebra") : List.of());
        }
    }

    @Test
    void each_text_has_the_words_that_one_machine_predicts_whatever_the_number_of_tasks() {
        List<JsonNode> expected = expected();
        for (String partitions : List.of("1", "2", "7")) {
            var ran = spark(
                            "predict",
                            MODEL,
                            file,
                            "--out",
                            out.toString(),
                            "--top",
                            "3",
                            "--partitions",
                            partitions,
                            "--overwrite",
                            "--json")
                    .succeeded();
            assertSame(rows(out, "index"), expected);
            assertThat(ran.out().strip())
                    .isEqualTo("{\"out\":\"%s\",\"texts\":150,\"cut\":1,\"unknown\":1}".formatted(out));
            assertThat(ran.err().lines())
                    .containsExactly(
                            "heed: 1 text is longer than 48 tokens; only its end is read",
                            "heed: 1 text has words the model does not know and reads as [UNK]");
        }
    }

    private void parquet(Path at, List<String> texts, String column) {
        List<Row> rows = texts.stream().map(RowFactory::create).toList();
        LocalSpark.cluster()
                .session()
                .createDataFrame(rows, new StructType().add(column, DataTypes.StringType))
                .coalesce(1)
                .write()
                .parquet(at.toString());
    }

    @Test
    void texts_in_a_column_of_parquet_files_are_read_in_the_order_of_the_files() {
        Path tables = folder.resolve("tables");
        List<String> first = new ArrayList<>(lines.subList(0, 70));
        first.add(5, null);
        first.add(9, " ");
        parquet(tables.resolve("part=1"), first, "a.sentence");
        parquet(tables.resolve("part=2"), lines.subList(70, 150), "a.sentence");
        spark("predict", MODEL, tables.toString(), "--column", "a.sentence", "--out", out.toString(), "--top", "3")
                .succeeded();
        assertSame(rows(out, "index"), expected());
        String no = folder.resolve("no").toString();
        spark("predict", MODEL, tables.toString(), "--out", no)
                .failed("has no column text in its files; it has a.sentence: name one of them with --column");
        spark("predict", MODEL, tables.toString(), "--column", "part", "--out", no)
                .failed("has no column part in its files; it has a.sentence");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    /** Whose name hides the column of the files. */
    @Test
    void a_folder_is_no_text() {
        Path tables = folder.resolve("tables");
        parquet(tables.resolve("text=some/part=x"), lines.subList(0, 2), "sentence");
        spark("predict", MODEL, tables.toString(), "--out", out.toString())
                .failed("has no column text in its files; it has sentence");
        spark("predict", MODEL, tables.toString(), "--column", "sentence", "--out", out.toString())
                .succeeded();
        assertThat(rows(out, "index")).hasSize(2);
    }

    @Test
    void a_column_of_numbers_is_no_text() {
        Path tables = folder.resolve("tables");
        LocalSpark.cluster().session().range(3).write().parquet(tables.toString());
        spark("predict", MODEL, tables.toString(), "--column", "id", "--out", out.toString())
                .failed("the column id of", "has values of type bigint; name a column of text");
    }

    @Test
    void a_folder_of_text_files_is_read_in_the_order_of_their_names() throws IOException {
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.write(texts.resolve("b.txt"), lines.subList(40, 41));
        Files.write(texts.resolve("c.txt"), lines.subList(41, 150));
        Files.write(texts.resolve("a.txt"), lines.subList(0, 40));
        spark("predict", MODEL, texts.toString(), "--out", out.toString(), "--top", "3")
                .succeeded();
        assertSame(rows(out, "index"), expected());
        spark("predict", MODEL, texts + "/[ab].txt", "--out", out.toString(), "--top", "3", "--overwrite")
                .succeeded();
        assertThat(rows(out, "index")).hasSize(41);
    }

    @Test
    void what_is_wrong_is_told_in_one_sentence_and_nothing_is_written() throws IOException {
        String to = out.toString();
        spark("predict", MODEL, folder + "/none.txt", "--out", to).failed("none.txt does not exist");
        spark("predict", folder.toString(), file, "--out", to).failed("is not a model folder: it has no config.json");
        spark("predict", "models/fr-en", file, "--out", to).failed("models/fr-en translates");
        spark("predict", MODEL, "nowhere://host/texts", "--out", to).failed("Spark has no file system for nowhere:");
        spark("predict", MODEL, file, "--out", "nowhere://host/out").failed("Spark has no file system for nowhere:");
        Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n");
        spark("predict", MODEL, blank.toString(), "--out", to).failed("blank.txt has no text");
        Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {'a', 'b', (byte) 0xff, 'c'});
        spark("predict", MODEL, binary.toString(), "--out", to)
                .failed("heed: " + binary + " is not UTF-8 text: bad byte 0xff after “ab”");
        assertThat(out).doesNotExist();
        spark("predict", MODEL, file, "--out", folder.toString(), "--overwrite")
                .failed("is no folder of Parquet files, which is all that --overwrite replaces");
        assertThat(spark("predict", MODEL, file, "--out", to, "--top", "0").code()).isEqualTo(2);
    }

    @Test
    void what_is_there_is_replaced_only_if_asked_and_only_by_what_is_whole() throws IOException {
        parquet(out, List.of("the cat sat"), "text");
        spark("predict", MODEL, file, "--out", out.toString()).failed("out exists; --overwrite replaces it");
        spark("predict", MODEL, out.toString(), "--out", out.toString(), "--overwrite")
                .failed("out has the texts that are read");
        Path odd = folder.resolve("odd");
        parquet(odd, List.of("the cat sat", "\u00a0"), "text"); // which has no token
        spark("predict", MODEL, odd.toString(), "--out", out.toString(), "--overwrite")
                .failed("text 1: the text is empty");
        assertThat(rows(out, "text")).hasSize(1); // as it was
        Path killed = Files.createDirectories(folder.resolve("killed/_temporary/0"))
                .getParent()
                .getParent();
        spark("predict", MODEL, out.toString(), "--out", killed.toString()).succeeded();
        assertThat(rows(killed, "index")).hasSize(1);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("no other folder is left")
                    .containsExactlyInAnyOrder("texts.txt", "out", "odd", "killed");
        }
    }
}
