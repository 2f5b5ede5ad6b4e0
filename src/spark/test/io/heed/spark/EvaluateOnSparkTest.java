package io.heed.spark;

import static io.heed.spark.SparkProgram.rows;
import static io.heed.spark.SparkProgram.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.OneMachine;
import io.heed.predict.evaluation.LineEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed spark evaluate} beside {@code heed evaluate --json}. */
class EvaluateOnSparkTest {

    private static final String MODEL = "models/toy";
    private static final int LINES = 3 * LineEvaluator.BLOCK + 100;

    @TempDir
    private Path folder;

    private String file;

    @BeforeEach
    void write() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("data/toy.txt")).subList(0, LINES));
        lines.set(3, "the zebra sat on the mat .");
        lines.set(700, "the cat sat on the mat and ".repeat(20)); // longer than the context
        lines.add(900, "   ");
        file = Files.writeString(folder.resolve("texts.txt"), "\ufeff" + String.join("\r\n", lines))
                .toString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** All figures, within rounding of sums in another order. */
    private static void assertClose(JsonNode found, JsonNode expected) {
        assertThat(found.getNodeType()).isEqualTo(expected.getNodeType());
        assertThat(found.size()).isEqualTo(expected.size());
        if (expected.isObject()) {
            expected.properties().forEach(each -> assertClose(found.get(each.getKey()), each.getValue()));
        } else if (expected.isArray()) {
            for (int i = 0; i < expected.size(); i++) {
                assertClose(found.get(i), expected.get(i));
            }
        } else if (expected.isNumber()) {
            double value = expected.asDouble();
            assertThat(found.asDouble()).isEqualTo(value, within(1e-12 * Math.abs(value)));
        } else {
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void the_report_is_that_of_one_machine_whatever_the_number_of_tasks() {
        JsonNode expected = json(OneMachine.heed("evaluate", MODEL, file, "--stride", "48", "--json"));
        String first = "";
        for (String partitions : List.of("1", "2", "7")) {
            var ran = spark("evaluate", MODEL, file, "--stride", "48", "--json", "--partitions", partitions)
                    .succeeded();
            assertClose(json(ran.out()), expected);
            assertThat(first.isEmpty() ? ran.out() : first)
                    .as("to the last bit, with %s partitions", partitions)
                    .isEqualTo(ran.out());
            first = ran.out();
            assertThat(ran.err()).contains("1 of ", " tokens is a word that the model does not know");
        }
        assertThat(spark("evaluate", MODEL, file, "--stride", "48").succeeded().out())
                .isEqualTo(OneMachine.heed("evaluate", MODEL, file, "--stride", "48"));
    }

    @Test
    void the_rows_add_up_to_the_report_whatever_the_number_of_tasks() {
        List<Row> first = List.of();
        for (String partitions : List.of("7", "1")) {
            Path out = folder.resolve("out" + partitions);
            JsonNode total = json(spark(
                                    "evaluate",
                                    MODEL,
                                    file,
                                    "--json",
                                    "--partitions",
                                    partitions,
                                    "--out",
                                    out.toString())
                            .succeeded()
                            .out())
                    .get("total");
            List<Row> rows = rows(out, "index");
            assertThat(rows).hasSize(LINES);
            assertThat(first.isEmpty() ? rows : first).isEqualTo(rows);
            first = rows;
            long tokens = total.get("tokens").asLong();
            assertThat(sum(rows, "tokens")).isEqualTo((double) tokens);
            assertThat(sum(rows, "bytes")).isEqualTo(total.get("bytes").asDouble());
            assertThat(sum(rows, "unknown")).isEqualTo(1.0);
            assertThat(sum(rows, "nats") / tokens)
                    .isEqualTo(total.get("loss").asDouble(), within(1e-12));
            assertThat(sum(rows, "right") / tokens)
                    .isEqualTo(total.get("accuracy").asDouble());
            assertThat(sum(rows, "right_of_five") / tokens)
                    .isEqualTo(total.get("accuracy_at_5").asDouble());
            Row row = rows.get(3);
            assertThat(row.<String>getAs("text")).isEqualTo("the zebra sat on the mat .");
            assertThat(row.<Long>getAs("unknown")).isEqualTo(1);
            assertThat(row.<Double>getAs("loss")).isEqualTo(row.<Double>getAs("nats") / row.<Long>getAs("tokens"));
        }
    }

    private static double sum(List<Row> rows, String column) {
        return rows.stream().mapToDouble(row -> row.<Number>getAs(column).doubleValue()).sum();
    }

    @Test
    void what_cannot_be_evaluated_is_told_in_one_sentence() throws IOException {
        Path out = folder.resolve("out");
        spark("evaluate", MODEL, file, "--format", "stream", "--out", out.toString())
                .failed("models/toy reads one long text (format stream), which heed evaluate does on one machine");
        assertThat(spark("evaluate", MODEL, file, "--stride", "99").code()).isEqualTo(2);
        assertThat(spark("evaluate", MODEL, file, "--partitions", "0").code()).isEqualTo(2);
        assertThat(out).doesNotExist();
    }
}
