package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import io.heed.cli.print.CurvePlot;
import io.heed.cli.print.RunsTable;
import io.heed.run.PastRun;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed runs} on folders written by hand, and on one that training wrote. */
class RunsTest {

    private static final String METRICS = """
            step,training_loss,validation_loss,perplexity,rate,gradient_norm
            10,3.5,3.0,20.1,0.004,1
            20,2.0,1.5,4.5,0.004,1
            30,1.0,2.0,7.4,0.004,1
            """;

    /** Holds a lock until its input ends. */
    private static final String HOLDER = """
            import java.nio.channels.*;
            import java.nio.file.*;
            public class Holder {
                public static void main(String[] a) throws Exception {
                    try (FileChannel channel = FileChannel.open(Path.of(a[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                            FileLock lock = channel.lock()) {
                        System.out.println("held");
                        System.in.read();
                    }
                }
            }
            """;

    @TempDir
    private Path models;

    @BeforeEach
    void write() throws IOException {
        run("first", "training: {steps: 30}", METRICS);
        run(
                "second",
                "seed: 7\nmodel: {layers: 3}\ntraining: {steps: 100, optimizer: adamw, learning_rate: 0.001}",
                """
                step,training_loss,validation_loss,rate,gradient_norm,tokens_per_second,seconds
                50,2.0,1.25,0.001,1,1234.4,5
                """);
    }

    private Path run(String name, String settings, String metrics) throws IOException {
        Path training = Files.createDirectories(models.resolve(name).resolve("training"));
        Files.writeString(training.resolve("config.yaml"), "name: " + name + "\ndata: {train: x.txt}\n" + settings);
        if (!metrics.isEmpty()) {
            Files.writeString(training.resolve("metrics.csv"), metrics);
        }
        return training;
    }

    private Ran runs(String... more) {
        String[] arguments = {"runs", "--models", models.toString()};
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return heed(all);
    }

    private JsonNode json(String... more) {
        String[] all = Arrays.copyOf(more, more.length + 1);
        all[more.length] = "--json";
        return JsonMapper.shared().readTree(runs(all).out());
    }

    private static List<String> cells(String line) {
        return List.of(line.split("  +"));
    }

    @Test
    void says_how_text_is_cut_where_the_run_decides_it() throws IOException {
        run("third", "tokenizer: {type: bpe}\nmodel: {from: models/gpt2}", "");
        run("fourth", "tokenizer: {type: bpe, file: own.json}", "");
        run("fifth", "tokenizer: {type: bpe}", "");
        assertThat(runs("third", "fourth", "fifth").out().lines().skip(1).map(line -> {
                    List<String> cells = cells(line);
                    return cells.get(0) + " " + cells.get(7);
                }))
                .containsExactlyInAnyOrder("third given", "fourth given", "fifth bpe");
    }

    @Test
    void lists_runs_with_their_best_and_what_differs() {
        List<String> lines = runs().out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(cells(lines.get(0)))
                .containsExactly(
                        "name",
                        "state",
                        "steps",
                        "best",
                        "at step",
                        "ppl",
                        "shape",
                        "tokens",
                        "optimizer",
                        "tokens/s",
                        "when");
        assertThat(cells(lines.get(1)).subList(0, 10)) // e^1.5 is 4.4817
                .containsExactly(
                        "first",
                        "complete",
                        "30",
                        "1.5000",
                        "20",
                        "4.482",
                        "4 × 128, 64",
                        "word",
                        "muon 0.03, adamw 0.006",
                        "-");
        assertThat(cells(lines.get(2)).subList(0, 10)) // e^1.25 is 3.4903
                .containsExactly(
                        "second",
                        "stopped",
                        "50 of 100",
                        "1.2500",
                        "50",
                        "3.490",
                        "3 × 128, 64",
                        "word",
                        "adamw 0.001",
                        "1,234");
        assertThat(cells(lines.get(1)).get(10)).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d");
        assertThat(cells(lines.get(1)).get(11)).isEqualTo("seed=1");
        assertThat(cells(lines.get(2)).get(11)).isEqualTo("seed=7");
    }

    @Test
    void tells_programs_the_same() {
        JsonNode first = json().get(0);
        assertThat(first.get("name").asString()).isEqualTo("first");
        assertThat(first.get("state").asString()).isEqualTo("complete");
        assertThat(first.get("steps").asInt()).isEqualTo(30);
        assertThat(first.get("best_step").asInt()).isEqualTo(20);
        assertThat(first.get("perplexity").asDouble()).isEqualTo(Math.exp(1.5), within(1e-12));
        assertThat(first.get("tokens_per_second").isNull()).isTrue();
        assertThat(first.at("/settings/training/muon_learning_rate").asDouble()).isEqualTo(.03);
        assertThat(first.at("/settings/training/optimizer").asString()).isEqualTo("muon");
    }

    @ParameterizedTest
    @CsvSource({"name, first", "validation, second"})
    void sorts(String by, String first) {
        assertThat(json("--sort", by).get(0).get("name").asString()).isEqualTo(first);
    }

    @Test
    void takes_the_speed_from_its_own_file() throws IOException {
        Files.writeString(models.resolve("second/training/speed.csv"), """
                step,tokens_per_second,gflops,memory_mib,seconds
                40,10,1,1,1
                50,2000.5,1,1,1
                """);
        assertThat(json("second").get(0).get("tokens_per_second").asDouble()).isEqualTo(2000.5);
    }

    @Test
    void shows_only_those_that_are_named_by_name_or_folder() {
        assertThat(json("second")).hasSize(1);
        assertThat(json(models.resolve("first").toString(), "second")).hasSize(2);
        assertThat(runs("second").out()).doesNotContain("seed=");
        assertFails(runs("third"), "there is no run third; heed runs lists those in " + models);
        assertFails(runs("frist"), "there is no run frist; did you mean first?");
        assertFails(runs("models/toy"), "heed: models/toy is not a run: it has no training/config.yaml");
        assertFails(heed("runs", "models/toy"), "heed: models/toy is not a run");
    }

    @Test
    void lists_a_run_that_was_not_evaluated_yet() throws IOException {
        run("young", "training: {steps: 100}", "");
        JsonNode young = json("young").get(0);
        assertThat(young.get("steps").asInt()).isZero();
        assertThat(young.get("state").asString()).isEqualTo("stopped");
        assertThat(young.get("best_validation_loss").isNull()).isTrue();
        assertThat(runs("young", "--curves").out()).contains("0 of 100").doesNotContain("└");
    }

    private List<PastRun> both() throws IOException {
        run(
                "training.batch=16_training.muon_rate=0.01",
                "seed: 8\nmodel: {dropout: 0.25}\ntraining: {steps: 100000}",
                METRICS);
        return PastRun.in(models).stream().map(PastRun::read).toList();
    }

    private static int widest(String text) {
        return text.lines().mapToInt(String::length).max().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 79, 119, 200, Integer.MAX_VALUE})
    void a_table_is_no_wider_than_the_terminal(int room) throws IOException {
        StringWriter out = new StringWriter();
        RunsTable.print(both(), List.of("", "failed: out of many words", ""), new PrintWriter(out, true), room);
        assertThat(widest(out.toString())).isLessThanOrEqualTo(room);
        assertThat(out.toString()).contains("first", "second", "seed=7", "failed: out of", "dropout=0.25");
        if (room >= 79) { // beside a name of 41
            assertThat(out.toString()).contains("best", "1.5000", "1.2500", "50 of 100");
        }
        assertThat(out.toString().lines().count() == 4).isEqualTo(room > 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {39, 79, 119})
    void curves_are_no_wider_than_the_terminal(int room) throws IOException {
        String plot = CurvePlot.of(both().stream().map(PastRun::curve).toList(), room);
        assertThat(widest(plot)).isLessThanOrEqualTo(Math.max(room, "a ".length() + 41));
        assertThat(plot).contains("3.0 ┤", "└", "  step", "best 1.2500 at step 50");
    }

    @Test
    void one_evaluation_makes_no_curve() {
        String plot =
                CurvePlot.of(List.of(PastRun.read(models.resolve("second")).curve()), 79);
        assertThat(plot.lines())
                .containsExactly(
                        "There is no curve yet: it starts with a second evaluation.",
                        "a second  best 1.2500 at step 50");
    }

    @Test
    void says_that_a_run_runs_while_a_process_holds_its_lock() throws Exception {
        Path lock = models.resolve("second/training/lock");
        Path source = Files.writeString(models.resolve("Holder.java"), HOLDER);
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString(),
                        lock.toString())
                .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('h');
            assertThat(json("second").get(0).get("state").asString()).isEqualTo("running");
        } finally {
            holder.getOutputStream().close();
            holder.waitFor();
        }
        assertThat(lock).exists();
        assertThat(json("second").get(0).get("state").asString()).isEqualTo("stopped");
    }

    @Test
    void lists_what_training_wrote() throws IOException {
        Path text = models.resolve("text.txt");
        Files.write(
                text,
                new ToyCorpus(1).training(120).stream().map(ToySentence::text).toList());
        Path config = Files.writeString(models.resolve("run.yaml"), """
                name: trained
                device: cpu
                data: {train: '%s', format: lines}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, evaluate_every: 10}
                """.formatted(text));
        JsonNode told = JsonMapper.shared()
                .readTree(heed("train", config.toString(), "--models", models.toString(), "--json")
                        .out()
                        .lines()
                        .reduce("", (before, line) -> line));
        JsonNode run = json("trained").get(0);
        assertThat(run.get("best_validation_loss").asDouble())
                .isEqualTo(told.get("best_validation_loss").asDouble(), within(1e-6));
        assertThat(run.get("state").asString()).isEqualTo("complete");
        assertThat(run.get("tokens_per_second").asDouble()).isPositive();
        assertThat(run.at("/settings/model/width").asInt()).isEqualTo(16);
    }

    @Nested
    class WithCurves {

        @Test
        void plots_a_letter_for_each_run_with_its_best() {
            List<String> lines = runs("--curves").out().lines().toList();
            assertThat(lines).contains("a first   best 1.5000 at step 20", "b second  best 1.2500 at step 50");
            // a begins at 3.0, the top of the axis, a fifth of the way from 0 to 50
            String top = lines.stream()
                    .filter(line -> line.startsWith("3.0 ┤"))
                    .findFirst()
                    .orElseThrow();
            assertThat(top.indexOf('a') - "3.0 ┤".length()).isEqualTo(Math.round(.2 * 71));
            assertThat(lines).filteredOn(line -> line.contains("b")).hasSizeGreaterThan(1);
            assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\u001b"));
        }

        @Test
        void writes_them_into_a_picture() throws IOException {
            Path svg = models.resolve("out/curves.svg");
            assertThat(runs("--svg", svg.toString()).code()).isZero();
            assertThat(Files.readString(svg)).contains("best 1.5000 at step 20", "best 1.2500 at step 50");
        }

        @Test
        void writes_no_other_picture_than_it_says() {
            assertMisused(
                    runs("--svg", models + "/curves.png"),
                    "--svg: " + models + "/curves.png: the picture is written as .svg; end the file's name so");
        }

        @Test
        void draws_none_for_programs() {
            assertMisused(runs("--json", "--curves"), "--curves", "--json");
        }
    }

    @Nested
    class WithBrokenFolders {

        private void assertLeftOut(String... parts) {
            Ran ran = runs();
            assertThat(ran.code()).isZero();
            assertThat(ran.errors()).hasSize(1);
            assertThat(ran.err()).startsWith("heed: skipped: ").contains(parts);
            assertThat(ran.out().lines()).hasSize(3);
        }

        @Test
        void leaves_out_bad_yaml() throws IOException {
            run("broken", "training: [", METRICS);
            assertLeftOut("not YAML", "config.yaml:3:");
        }

        @Test
        void leaves_out_settings_it_does_not_know() throws IOException {
            run("broken", "training: {stepz: 3}", METRICS);
            assertLeftOut("training.stepz", "there is no such key");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "step,training_loss,validation_loss|10,1,x; validation_loss: \"x\" is not a number; metrics.csv:2",
                    "step,training_loss,validation_loss|1,1,1|1e3,1,1; step: \"1e3\" is not a whole number; metrics.csv:3",
                    "step,training_loss,validation_loss|1,1; has 2 values where the first line names 3; metrics.csv:2",
                    "step,training_loss|1,1; has no column validation_loss; metrics.csv",
                    "' '; is empty; metrics.csv"
                })
        void leaves_out_bad_metrics(String metrics, String what, String where) throws IOException {
            run("broken", "seed: 1", metrics.replace('|', '\n'));
            assertLeftOut(what, where);
        }

        @Test
        void says_where_there_are_no_runs() throws IOException {
            Path empty = Files.createDirectories(models.resolve("empty"));
            Ran ran = heed("runs", "--models", empty.toString());
            assertThat(ran.code()).isZero();
            assertThat(ran.err())
                    .contains(
                            "there are no runs in " + empty + " yet; to make one, run heed train", "--models " + empty);
            assertThat(heed("runs", "--models", empty.toString(), "--json").out())
                    .isEqualToIgnoringNewLines("[]");
            assertFails(heed("runs", "--models", empty + "/nowhere"), "nowhere is not a folder");
        }
    }
}
