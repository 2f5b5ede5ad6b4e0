package io.heed.spark.training;

import static io.heed.spark.SparkProgram.spark;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.spark.ClusterProcesses;
import io.heed.spark.ClusterProcesses.Program;
import io.heed.spark.TaskGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Training on a cluster of processes: whatever is killed, the weights are the same, bit for bit. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TrainingIT {

    /** Six rounds; the run is saved after the second and the fourth, and evaluated after the third. */
    private static final List<String> SETTINGS = List.of(
            "--set", "training.steps=60", "--set", "training.evaluate_every=30", "--set", "training.checkpoint_every=20",
            "--set", "training.batch=16", "--inner-steps", "10", "--take-turns", "--json");

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

    private static List<String> arguments(String name, int workers) {
        List<String> all = new ArrayList<>(List.of("train", "configs/toy.yaml", "--set", "name=" + name));
        all.addAll(SETTINGS);
        all.addAll(List.of("--workers", String.valueOf(workers), "--models", models().toString()));
        all.addAll(List.of("--shards", shards()));
        return all;
    }

    private static List<String> arguments(String name, int workers, String master) {
        List<String> all = arguments(name, workers);
        all.addAll(List.of("--master", master));
        return all;
    }

    private static Path models() {
        return folder.resolve("models");
    }

    private static String shards() {
        return folder.resolve("shards").toUri().toString();
    }

    private static byte[] model(String name) throws IOException {
        return Files.readAllBytes(models().resolve(name).resolve("model.safetensors"));
    }

    /** Makes a run by two threads of this process, unless there is one, and returns its name. */
    private static synchronized String here(int workers) {
        String name = "here-" + workers;
        if (!Files.exists(models().resolve(name))) {
            spark(arguments(name, workers, "local[2]").toArray(String[]::new)).succeeded();
        }
        return name;
    }

    private static void assertSame(String name, int workers) throws IOException {
        String here = here(workers);
        assertThat(model(name)).isEqualTo(model(here));
        assertThat(models().resolve(name).resolve("training/metrics.csv"))
                .hasSameTextualContentAs(models().resolve(here).resolve("training/metrics.csv"));
    }

    private static void assertEnded(Program program) throws InterruptedException {
        assertThat(program.code()).as(program.output()).isZero();
        assertThat(program.output()).contains("\"ending\":\"complete\"");
    }

    @Test
    void four_workers_in_turns_started_by_spark_submit_give_the_bits_of_threads_of_one_process() throws Exception {
        assertEnded(cluster.submit("four", arguments("four", 4)));
        assertSame("four", 4);
    }

    /** Each is killed while all tasks of a round have started and none has ended. */
    @Test
    void an_executor_a_worker_and_the_driver_that_are_killed_in_rounds_change_nothing() throws Exception {
        TaskGate.Gates gates = new TaskGate.Gates(folder.resolve("gates"));
        gates.shut("round 2").shut("round 3").shut("round 5");
        Program program = cluster.heed("killed", gates.settings(), arguments("killed", 2, cluster.url()));
        gates.awaitHeld("round 2", 2);
        cluster.killExecutor();
        gates.open("round 2");
        gates.awaitHeld("round 3", 2);
        cluster.killWorker(0);
        cluster.killExecutor();
        cluster.startWorker(); // comes back
        gates.open("round 3");
        gates.awaitHeld("round 5", 2);
        program.process().destroyForcibly();
        program.code();
        assertThat(program.output()).contains("\"round\":4,").doesNotContain("\"round\":5,", "\"ended\"");
        Program resumed = cluster.heed(
                "resumed",
                List.of(
                        "train",
                        "--resume",
                        models().resolve("killed").toString(),
                        "--master",
                        cluster.url(),
                        "--shards",
                        shards(),
                        "--take-turns",
                        "--json"));
        assertEnded(resumed);
        assertThat(resumed.output()).contains("\"round\":5,").doesNotContain("\"round\":4,");
        assertSame("killed", 2);
    }

    @Test
    @Order(1) // they wait a while, in which this process computes what the others expect
    void runs_that_cannot_start_say_why_and_leave_nothing() throws Exception {
        List<String> many = arguments("many", 4, cluster.url());
        many.remove("--take-turns");
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            String other = "spark://127.0.0.1:" + silent.getLocalPort();
            List<Program> programs = List.of(
                    cluster.heed("many", many),
                    cluster.heed("nobody", arguments("nobody", 2, "spark://127.0.0.1:1")),
                    cluster.heed("silent", arguments("silent", 2, other)));
            here(2);
            here(4);
            List<String> messages = List.of(
                    "4 workers need 4 cores, but the cluster gives this run 2; take fewer workers or more executors, or let them"
                            + " take turns with --take-turns",
                    "no Spark master answers at spark://127.0.0.1:1 (127.0.0.1:1: Connection refused)",
                    "something listens at %s but does not answer as a Spark master; correct --master".formatted(other));
            for (int i = 0; i < programs.size(); i++) {
                assertThat(programs.get(i).code()).isEqualTo(1);
                assertThat(programs.get(i).output()).contains("heed: " + messages.get(i));
            }
        }
        assertThat(models()).isDirectoryNotContaining("regex:.*/(many|nobody|silent)");
    }
}
