package io.heed.spark;

import static io.heed.spark.SparkProgram.rows;
import static io.heed.spark.SparkProgram.spark;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.cli.OneMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** {@code heed spark attention} beside the NPZ file of {@code heed attention --file}. */
class AttentionOnSparkTest {

    private static final String MODEL = "models/toy";
    private static final int TEXTS = 20;
    private static final int LAYERS = 2;
    private static final int HEADS = 4;

    @TempDir
    private Path folder;

    private Path texts() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("data/toy.txt")).subList(0, TEXTS));
        lines.set(3, "the zebra sat on the mat .");
        lines.set(17, "the cat sat on the mat and ".repeat(20)); // longer than the context
        return Files.write(folder.resolve("texts.txt"), lines);
    }

    private Map<String, NDArray> npz(NDManager manager, Path file) throws IOException {
        OneMachine.heed(
                "attention", MODEL, "--file", file.toString(), "--out", folder.resolve("dump").toString(), "--include",
                "attention,value_weighted");
        try (InputStream in = Files.newInputStream(folder.resolve("dump/attention.npz"))) {
            return new HashMap<>(NDList.decode(manager, in).stream()
                    .collect(Collectors.toMap(NDArray::getName, array -> array)));
        }
    }

    private static float[][] map(Row row, String column) {
        List<scala.collection.Seq<Object>> rows = row.getList(row.fieldIndex(column));
        return rows.stream()
                .map(each -> {
                    List<Object> numbers = CollectionConverters.asJava(each);
                    float[] floats = new float[numbers.size()];
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = (Float) numbers.get(i);
                    }
                    return floats;
                })
                .toArray(float[][]::new);
    }

    @Test
    void the_maps_of_each_head_are_those_that_one_machine_dumps_whatever_the_number_of_tasks() throws IOException {
        Path file = texts();
        List<String> lines = Files.readAllLines(file);
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> dumped = npz(manager, file);
            for (String partitions : List.of("1", "2")) {
                Path out = folder.resolve("maps" + partitions);
                spark(
                                "attention",
                                MODEL,
                                file.toString(),
                                "--out",
                                out.toString(),
                                "--partitions",
                                partitions,
                                "--include",
                                "weights,scores,unmasked_scores,value_weighted")
                        .succeeded();
                List<Row> rows = rows(out, "index", "layer", "head");
                assertThat(rows.size()).isEqualTo(TEXTS * LAYERS * HEADS);
                for (int i = 0; i < rows.size(); i++) {
                    Row row = rows.get(i);
                    int text = i / (LAYERS * HEADS);
                    int layer = i / HEADS % LAYERS;
                    int head = i % HEADS;
                    assertThat(row.<Long>getAs("index")).isEqualTo(text);
                    assertThat(row.<Integer>getAs("layer")).isEqualTo(layer);
                    assertThat(row.<Integer>getAs("head")).isEqualTo(head);
                    assertThat(row.<String>getAs("text")).isEqualTo(lines.get(text));
                    List<Integer> ids = row.getList(row.fieldIndex("ids"));
                    assertThat(ids.stream().mapToLong(Integer::longValue).toArray())
                            .isEqualTo(dumped.get(text + "/ids").toLongArray());
                    for (String map : List.of("weights", "scores", "unmasked_scores", "value_weighted")) {
                        NDArray expected = dumped.get(text + "/" + map).get(layer, head);
                        assertThat(flat(map(row, map))).as("%s of text %d", map, text).isEqualTo(expected.toFloatArray());
                    }
                }
                assertThat(rows.get(3 * LAYERS * HEADS).<String>getList(rows.get(0).fieldIndex("tokens")))
                        .contains("[UNK]", "sat");
            }
        }
    }

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, all, row * rows[0].length, rows[row].length);
        }
        return all;
    }

    @Test
    void only_weights_are_written_unless_more_is_asked_for() throws IOException {
        Path out = folder.resolve("maps");
        var ran = spark("attention", MODEL, texts().toString(), "--out", out.toString()).succeeded();
        assertThat(ran.out().strip()).isEqualTo("the maps of 20 texts are in " + out);
        assertThat(ran.err().lines())
                .containsExactly(
                        "heed: 1 text is longer than 48 tokens; only its end is read",
                        "heed: 1 text has words the model does not know and reads as [UNK]");
        assertThat(rows(out, "index").get(0).schema().fieldNames())
                .containsExactly("index", "text", "layer", "head", "tokens", "ids", "weights");
        assertThat(spark("attention", MODEL, "x", "--out", "y", "--include", "wieghts").err())
                .contains("--include: 'wieghts' is not one of");
    }
}
