package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed train --watch} and {@code heed watch}, as programs of their own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WatchCommandTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Path models;
    private Path config;

    @BeforeEach
    void configure() throws IOException {
        models = folder.resolve("models");
        Path text = folder.resolve("text.txt");
        Files.write(
                text,
                new ToyCorpus(1).training(120).stream().map(ToySentence::text).toList());
        config = Files.writeString(folder.resolve("mine.yaml"), """
                name: mine
                device: cpu
                data: {train: '%s', format: lines, validation_fraction: 0.1}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, learning_rate: 0.01, warmup_steps: 2, evaluate_every: 10}
                """.formatted(text));
    }

    /** Starts the program; what it reports goes through its standard output. */
    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                "io.heed.cli.Heed"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static JsonNode json(String line) {
        return JsonMapper.shared().readTree(line);
    }

    /** The address in the first line that has one. */
    private static String address(BufferedReader lines) throws IOException {
        while (true) {
            JsonNode said = json(lines.readLine());
            if (said.has("address")) {
                return said.path("address").asString();
            }
        }
    }

    private static String get(String address) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void post(String address, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static BufferedReader output(Process program) {
        return new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8));
    }

    @Test
    void a_run_that_is_shown_is_found_by_its_folder_and_one_that_was_killed_is_shown_from_its_frames()
            throws Exception {
        Path run = models.resolve("mine");
        Process training = start(
                "train",
                config.toString(),
                "--models",
                models.toString(),
                "--watch",
                "--watch-port",
                "0",
                "--no-browser",
                "--json",
                "--set",
                "training.steps=1000000",
                "--set",
                "training.checkpoint_every=10");
        try (BufferedReader lines = output(training)) {
            String address = address(lines);
            String line = lines.readLine();
            while (!line.contains("\"event\":\"saved\"")) {
                line = lines.readLine();
            }
            post(address + "api/control", "{\"do\":\"pause\"}");
            Program.Ran found = heed("watch", run.toString(), "--no-browser", "--json");
            assertThat(found.code()).isZero();
            assertThat(json(found.out()).path("address").asString()).isEqualTo(address);
            assertThat(json(found.out()).path("controls").asBoolean()).isTrue();
            assertThat(heed("watch", run.toString(), "--no-browser").out())
                    .isEqualTo("%s is being trained; its page is at %s%n".formatted(run, address));
        } finally {
            training.destroyForcibly().waitFor();
        }
        assertThat(run.resolve("training/watch.json")).exists(); // as a killed program leaves it
        shows(run, "{\"type\":\"began\"");
    }

    /** A copy of a run's folder has the name of the first in its configuration. */
    @Test
    void a_resumed_run_that_starts_over_does_so_in_its_own_folder() throws Exception {
        Path mine = models.resolve("mine");
        Path copy = models.resolve("copy");
        assertThat(heed("train", config.toString(), "--models", models.toString(), "--json")
                        .code())
                .isZero();
        try (Stream<Path> files = Files.walk(mine)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(mine.relativize(file)));
            }
        }
        byte[] weights = Files.readAllBytes(mine.resolve("model.safetensors"));
        Process training = start(
                "train",
                "--resume",
                copy.toString(),
                "--set",
                "training.steps=1000000",
                "--watch",
                "--watch-port",
                "0",
                "--no-browser",
                "--json");
        try (BufferedReader lines = output(training)) {
            String address = address(lines);
            post(address + "api/control", "{\"do\":\"restart\",\"seed\":7}");
            int started = 0;
            while (started < 2) {
                started += json(lines.readLine()).path("event").asString().equals("started") ? 1 : 0;
            }
            post(address + "api/control", "{\"do\":\"stop\"}");
            while (lines.readLine() != null) {
                // to the end
            }
            assertThat(training.waitFor()).isZero();
        } finally {
            training.destroyForcibly();
        }
        assertThat(Files.readString(copy.resolve("training/config.yaml"))).contains("seed: 7", "name: copy");
        assertThat(Files.readString(mine.resolve("training/config.yaml"))).doesNotContain("seed: 7");
        assertThat(Files.readAllBytes(mine.resolve("model.safetensors"))).isEqualTo(weights);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // where no program can be asked to end
    void a_finished_run_is_shown_until_the_program_is_asked_to_end() throws Exception {
        Program.Ran trained =
                heed("train", config.toString(), "--models", models.toString(), "--set", "training.frames=5", "--json");
        assertThat(trained.code()).as(trained.err()).isZero();
        shows(models.resolve("mine"), "{\"type\":\"ended\"");
    }

    private static void shows(Path run, String event) throws Exception {
        Process watching = start("watch", run.toString(), "--port", "0", "--no-browser", "--json");
        try (BufferedReader lines = output(watching)) {
            JsonNode said = json(lines.readLine());
            assertThat(said.path("controls").asBoolean(true)).isFalse();
            String address = said.path("address").asString();
            assertThat(json(get(address + "healthz")).path("model").asString()).isEqualTo("mine");
            assertThat(get(address)).contains("<noscript>");
            HttpResponse<Stream<String>> events = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(address + "api/events")).build(),
                    HttpResponse.BodyHandlers.ofLines());
            try (var each = events.body()) {
                assertThat(each.anyMatch(line -> line.startsWith("data: " + event)))
                        .isTrue();
            }
            watching.destroy();
            assertThat(watching.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(watching.exitValue()).isEqualTo(143);
        } finally {
            watching.destroyForcibly();
        }
    }

    @Test
    void what_cannot_be_shown_is_told() throws IOException {
        assertFails(heed("watch", folder.toString(), "--no-browser"), folder.toString(), "no run");
        Program.Ran trained = heed("train", config.toString(), "--models", models.toString(), "--json");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertFails(
                heed("watch", models.resolve("mine").toString(), "--no-browser"), "keeps no frames", "training.frames");
        assertMisused(heed("watch", models.resolve("mine").toString(), "--port", "70000"), "--port", "70000");
        assertMisused(heed("train", config.toString(), "--no-browser"), "--no-browser", "--watch");
        assertMisused(heed("train", config.toString(), "--watch", "--watch-port", "-1"), "--watch-port", "-1");
    }
}
