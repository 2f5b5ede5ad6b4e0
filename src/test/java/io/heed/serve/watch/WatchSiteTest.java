package io.heed.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.LanguageModel;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.serve.Malformed;
import io.heed.serve.ServeSettings;
import io.heed.serve.ServedSite;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.LiveRun;
import io.heed.watch.RunFeed;
import io.heed.watch.Watcher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What viewers may ask of a run. */
class WatchSiteTest {

    private LiveRun run;
    private ServedSite served;

    @BeforeEach
    void start() {
        run = new LiveRun(new Progress() {}, () -> false);
        served = new ServedSite(ServeSettings.LOCAL, WatchSite.of("toy", run));
    }

    @AfterEach
    void stop() {
        served.close();
        assertThat(served.failures).isEmpty();
    }

    private JsonNode control(String body) throws Exception {
        return served.ask("/api/control", body);
    }

    private static String detail(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        return JsonMapper.shared().readTree(answer.body()).path("detail").asString();
    }

    @Test
    void the_page_and_its_parts_are_there() throws Exception {
        Map<String, String> types = Map.of(
                "/", "text/html",
                "/page/watch.js", "text/javascript",
                "/page/watch.css", "text/css",
                "/page/page.css", "text/css",
                "/page/first.css", "text/css",
                "/page/icon.svg", "image/svg+xml",
                "/openapi.json", "application/json");
        for (Map.Entry<String, String> each : types.entrySet()) {
            HttpResponse<String> answer = served.get(each.getKey());
            assertThat(answer.statusCode()).as(each.getKey()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(each.getValue());
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .startsWith("default-src 'none'");
        }
        String page = served.get("/").body();
        assertThat(page).contains("href=\"page/watch.css\"", "src=\"page/watch.js\"");
        page.lines()
                .flatMap(line -> java.util.regex.Pattern.compile("(?:href|src)=\"(page/[^\"]+)\"")
                        .matcher(line)
                        .results())
                .forEach(found -> assertThat(types).containsKey("/" + found.group(1)));
    }

    @Test
    void health_and_metrics_tell_of_the_run() throws Exception {
        assertThat(served.get("/healthz").body())
                .isEqualTo("{\"status\":\"ok\",\"model\":\"toy\",\"controls\":true,\"viewers\":0}");
        served.get("/nowhere");
        assertThat(served.get("/metrics").body())
                .contains("heed_requests_total{route=\"/healthz\",status=\"200\"} 1.0\n")
                .contains("heed_requests_total{route=\"none\",status=\"404\"} 1.0\n");
    }

    @Test
    void each_control_is_noted_before_it_is_answered() throws Exception {
        JsonNode paused = control("{\"do\": \"pause\"}");
        assertThat(run.control().paused()).isTrue();
        assertThat(paused.path("type").asString()).isEqualTo("state");
        assertThat(paused.path("paused").asBoolean()).isTrue();
        control("{\"do\": \"step\"}");
        assertThat(run.control().paused()).as("a step is to be taken first").isFalse();
        control("{\"do\": \"pause\"}");
        assertThat(run.control().paused()).isTrue();
        control("{\"do\": \"step\", \"count\": 3}");
        assertThat(run.control().paused()).isFalse();
        assertThat(control("{\"do\": \"go\"}").path("paused").asBoolean()).isFalse();
        assertThat(control("{\"do\": \"speed\", \"steps_per_second\": 5}")
                        .path("steps_per_second")
                        .asDouble())
                .isEqualTo(5);
        assertThat(run.control().stepsPerSecond()).isEqualTo(5);
        control("{\"do\": \"speed\", \"steps_per_second\": null}");
        assertThat(run.control().stepsPerSecond()).isNull();
        assertThat(control("{\"do\": \"rate\", \"factor\": 0.5}").path("rate").asDouble())
                .isEqualTo(0.5);
        assertThat(run.control().rate()).isEqualTo(0.5);
        control("{\"do\": \"restart\", \"seed\": -9223372036854775808}");
        assertThat(run.control().restart()).hasValue(Long.MIN_VALUE);
    }

    /** A run between two steps, of which nobody sees the model. */
    private static final Watcher.Moment BETWEEN = new Watcher.Moment() {
        @Override
        public int step() {
            return 1;
        }

        @Override
        public int updates() {
            return 1;
        }

        @Override
        public double lossSum() {
            return 2;
        }

        @Override
        public Progress.Speed speed() {
            return new Progress.Speed(0, 0, 0, 0);
        }

        @Override
        public double rateFactor() {
            return 1;
        }

        @Override
        public List<Progress.Layer> layers() {
            return List.of();
        }

        @Override
        public void see(Consumer<LanguageModel> viewer) {
            throw new AssertionError("nobody watches");
        }
    };

    @Test
    void a_stop_ends_the_run_after_the_step_that_is_being_taken() throws Exception {
        assertThat(run.between(BETWEEN)).isTrue();
        control("{\"do\": \"stop\"}");
        assertThat(run.between(BETWEEN)).isFalse();
        assertThat(run.control().restart()).as("it is to be kept").isEmpty();
    }

    @Test
    void a_stop_ends_a_run_that_waits() throws Exception {
        control("{\"do\": \"pause\"}");
        control("{\"do\": \"stop\"}");
        assertThat(run.between(BETWEEN)).isFalse();
    }

    /** The sentence is read by the frames of a real run, which waits after its first step. */
    @Test
    void the_text_of_a_probe_is_what_the_run_reads_from_then_on(@TempDir Path folder) throws Exception {
        RunConfig config = ConfigReader.read(
                Path.of("configs/toy.yaml"), List.of("name=tiny", "training.steps=2", "training.frames=2"));
        control("{\"do\": \"pause\"}");
        Thread training = new Thread(() -> {
            TrainingRun.begin(TrainingSite.HERE, config, "heed train", folder, true, run);
            run.end();
        });
        training.start();
        try (Viewer viewer = new Viewer(served)) {
            assertThat(next(viewer, "probe").path("text").asString()).isNotEqualTo("the cat sat on the");
            control("{\"do\": \"probe\", \"text\": \"the cat sat on the\"}");
            assertThat(next(viewer, "probe").path("text").asString()).isEqualTo("the cat sat on the");
        } finally {
            run.control().stop();
            training.join();
        }
    }

    /** The next event of a type. */
    private static JsonNode next(Viewer viewer, String type) throws Exception {
        while (true) {
            Viewer.Event event = viewer.next();
            assertThat(event).as(type).isNotNull();
            JsonNode read = JsonMapper.shared().readTree(event.json());
            if (read.path("type").asString().equals(type)) {
                return read;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | do",
                "{\"do\": 3} | do",
                "{\"do\": \"explode\"} | do",
                "{\"do\": \"PAUSE\"} | do",
                "{\"do\": \"pause\", \"count\": 1} | count",
                "{\"do\": \"go\", \"at\": 1} | at",
                "{\"do\": \"step\", \"count\": 0} | count",
                "{\"do\": \"step\", \"count\": 1.5} | count",
                "{\"do\": \"step\", \"count\": 1000001} | count",
                "{\"do\": \"step\", \"count\": null} | count",
                "{\"do\": \"step\", \"seed\": 1} | seed",
                "{\"do\": \"speed\"} | steps_per_second",
                "{\"do\": \"speed\", \"steps_per_second\": 0} | steps_per_second",
                "{\"do\": \"speed\", \"steps_per_second\": -1} | steps_per_second",
                "{\"do\": \"speed\", \"steps_per_second\": 1e400} | steps_per_second",
                "{\"do\": \"speed\", \"steps_per_second\": \"5\"} | steps_per_second",
                "{\"do\": \"rate\"} | factor",
                "{\"do\": \"rate\", \"factor\": null} | factor",
                "{\"do\": \"rate\", \"factor\": -0.1} | factor",
                "{\"do\": \"rate\", \"factor\": 101} | factor",
                "{\"do\": \"restart\"} | seed",
                "{\"do\": \"restart\", \"seed\": 1.5} | seed",
                "{\"do\": \"restart\", \"seed\": 9223372036854775808} | seed",
                "{\"do\": \"probe\"} | text",
                "{\"do\": \"probe\", \"text\": \" \"} | text",
                "{\"do\": \"probe\", \"text\": [\"the\"]} | text",
                "{\"do\": \"probe\", \"text\": \"\\ud83d\"} | text",
            })
    void a_wrong_control_is_refused_by_its_key_and_changes_nothing(String body, String key) throws Exception {
        assertThat(detail(served.post("/api/control", body), 400)).startsWith(key + ": ");
        assertThat(run.control().paused()).isFalse();
        assertThat(run.control().restart()).isEmpty();
        assertThat(run.control().rate()).isEqualTo(1);
        assertThat(run.control().stepsPerSecond()).isNull();
    }

    @Test
    void a_text_has_a_limit() throws Exception {
        control("{\"do\": \"probe\", \"text\": \"" + "x".repeat(2000) + "\"}");
        String longer = "{\"do\": \"probe\", \"text\": \"" + "x".repeat(2001) + "\"}";
        assertThat(detail(served.post("/api/control", longer), 400))
                .startsWith("text: ")
                .contains("2000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "step", "go", "stop"})
    void a_run_that_has_ended_cannot_be_changed(String action) throws Exception {
        run.feed().close();
        assertThat(detail(served.post("/api/control", "{\"do\": \"%s\"}".formatted(action)), 409))
                .contains("has ended");
        assertThat(run.control().paused()).isFalse();
    }

    @Test
    void a_run_that_another_program_trains_cannot_be_changed() throws Exception {
        try (ServedSite other = new ServedSite(ServeSettings.LOCAL, WatchSite.of("toy", new RunFeed()))) {
            assertThat(detail(other.post("/api/control", "{\"do\": \"pause\"}"), 409))
                    .contains("only shows");
            assertThat(detail(other.post("/api/control", "{\"do\": \"dance\"}"), 400))
                    .startsWith("do: ");
            assertThat(other.get("/healthz").body()).contains("\"controls\":false");
        }
    }

    @Test
    void the_guards_are_those_of_every_site() throws Exception {
        String pause = "{\"do\": \"pause\"}";
        assertThat(detail(
                        served.send(served.request("/api/control")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(pause))),
                        415))
                .contains("application/json");
        assertThat(detail(
                        served.send(served.request("/api/control")
                                .header("Content-Type", "application/json")
                                .header("Origin", "http://evil.example")
                                .POST(BodyPublishers.ofString(pause))),
                        403))
                .contains("another site");
        assertThat(detail(served.get("/api/control"), 405)).isEqualTo("use POST");
        assertThat(detail(served.post("/api/events", "{}"), 405)).isEqualTo("use GET");
        assertThat(served.send(served.request("/api/events").method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200); // and has ended
        assertThat(run.control().paused()).isFalse();
        String token = "0123456789abcdef";
        ServeSettings usual = ServeSettings.LOCAL;
        ServeSettings secret = new ServeSettings(
                usual.host(), 0, List.of(), token, usual.largestBody(), usual.queue(), usual.patience());
        try (ServedSite guarded = new ServedSite(secret, WatchSite.of("toy", run))) {
            detail(guarded.post("/api/control", pause), 401);
            detail(guarded.get("/api/events"), 401);
            assertThat(run.control().paused()).isFalse();
            assertThat(guarded.get("/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void malformed_requests_are_refused_and_change_nothing() throws Exception {
        new Malformed(
                        List.of(
                                "{\"do\": \"pause\", \"nonsense\": [1, {\"a\": null}]}",
                                "{\"do\": \"step\", \"count\": 3, \"nonsense\": null}",
                                "{\"do\": \"speed\", \"steps_per_second\": 5, \"nonsense\": null}",
                                "{\"nonsense\": \"the cat\", \"do\": \"probe\", \"text\": \"the cat\"}",
                                "{\"do\": \"restart\", \"seed\": 7, \"nonsense\": {}}"),
                        List.of("/api/control", "/api/control", "/api/control", "/api/events"))
                .assertRefused(served, 2000);
        assertThat(run.control().paused()).isFalse();
        assertThat(run.control().restart()).isEmpty();
        assertThat(run.control().stepsPerSecond()).isNull();
        assertThat(control("{\"do\": \"pause\"}").path("paused").asBoolean()).isTrue();
    }
}
