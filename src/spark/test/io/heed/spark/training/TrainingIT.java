package io.heed.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.spark.ClusterProcesses;
import io.heed.spark.ClusterProcesses.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a cluster of processes: whatever is killed, the weights are the same, bit for bit. */
final class TrainingIT {

    private static final String[] SETTINGS = {
        "--set", "training.steps=140", "--set", "training.evaluate_every=70", "--set", "training.checkpoint_every=40"
    };

    @TempDir
    private static Path folder;

    private static ClusterProcesses cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = new ClusterProcesses(folder, 2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void endPrograms() {
        cluster.killPrograms();
    }

    private static String[] arguments(String name, String master, int workers) {
        List<String> all = new ArrayList<>(List.of(
                "train", "configs/toy.yaml", "--master", master, "--models", models().toString(), "--set", "name=" + name));
        all.addAll(List.of("--workers", String.valueOf(workers), "--inner-steps", "20", "--take-turns", "--json"));
        all.addAll(List.of("--shards", folder.resolve("shards").toUri().toString()));
        all.addAll(List.of(SETTINGS));
        return all.toArray(String[]::new);
    }

    private static Path models() {
        return folder.resolve("models");
    }

    private static byte[] model(String name) throws IOException {
        return Files.readAllBytes(models().resolve(name).resolve("model.safetensors"));
    }

    /** Compares a run with one by two threads of a single process, which is made when it is first needed. */
    private static void assertSame(String name, int workers) throws IOException, InterruptedException {
        String local = "local-" + workers;
        if (!Files.exists(models().resolve(local))) {
            assertEnded(cluster.heed(local, arguments(local, "local[2]", workers)));
        }
        assertThat(model(name)).isEqualTo(model(local));
        assertThat(models().resolve(name).resolve("training/metrics.csv"))
                .hasSameTextualContentAs(models().resolve(local).resolve("training/metrics.csv"));
    }

    private static void assertEnded(Program program) throws InterruptedException {
        assertThat(program.code()).as(program.output()).isZero();
        assertThat(program.output()).contains("\"ending\":\"complete\"");
    }

    @Test
    void four_workers_in_turns_give_the_bits_of_threads_of_one_process() throws Exception {
        assertEnded(cluster.heed("four", arguments("four", cluster.url(), 4)));
        assertSame("four", 4);
    }

    @Test
    void an_executor_and_a_worker_that_are_killed_in_rounds_change_nothing() throws Exception {
        Program program = cluster.heed("killed", arguments("killed", cluster.url(), 2));
        program.awaitOutput("\"exchanged\"", 2);
        cluster.killExecutor();
        program.awaitOutput("\"exchanged\"", 4);
        cluster.killWorker(0);
        assertThat(program.output()).doesNotContain("\"ended\"");
        cluster.startWorker(); // comes back
        assertEnded(program);
        assertSame("killed", 2);
    }

    @Test
    void a_driver_that_is_killed_resumes() throws Exception {
        Program killed = cluster.heed("driver", arguments("driver", cluster.url(), 2));
        killed.awaitOutput("\"saved\"", 2);
        killed.process().destroyForcibly();
        killed.code();
        assertThat(killed.output()).doesNotContain("\"ended\"");
        Program resumed = cluster.heed(
                "resumed",
                "train",
                "--resume",
                models().resolve("driver").toString(),
                "--master",
                cluster.url(),
                "--shards",
                folder.resolve("shards").toUri().toString(),
                "--take-turns",
                "--json");
        assertEnded(resumed);
        assertSame("driver", 2);
    }

    @Test
    void spark_submit_runs_the_jar() throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments("submitted", cluster.url(), 2)));
        all.removeAll(List.of("--master", cluster.url()));
        assertEnded(cluster.submit("submitted", all.toArray(String[]::new)));
        assertSame("submitted", 2);
    }

    @Test
    void more_workers_than_cores_are_refused_unless_they_take_turns() throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments("many", cluster.url(), 4)));
        all.remove("--take-turns");
        Program program = cluster.heed("many", all.toArray(String[]::new));
        assertThat(program.code()).isEqualTo(1);
        assertThat(program.output())
                .contains("4 workers need 4 cores, but the cluster gives this run 2; take fewer workers or more executors, or let"
                        + " them take turns with --take-turns");
        assertThat(models().resolve("many")).doesNotExist();
    }

    @Test
    void a_master_that_is_not_there_is_named() throws Exception {
        Program program = cluster.heed("nobody", arguments("nobody", "spark://127.0.0.1:1", 2));
        assertThat(program.code()).isEqualTo(1);
        assertThat(program.output())
                .contains("no Spark master answers at spark://127.0.0.1:1 (127.0.0.1:1: Connection refused)");
        assertThat(models().resolve("nobody")).doesNotExist();
    }
}
