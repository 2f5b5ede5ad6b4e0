package io.heed.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.RecordSchema;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.LensLayer;
import io.heed.run.Progress;
import io.heed.serve.ApiDescription;
import io.heed.serve.Problem;
import io.heed.serve.ServeSettings;
import io.heed.serve.ServedSite;
import io.heed.text.corpus.FrequencyLosses;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.FrameFile;
import io.heed.watch.LiveRun;
import io.heed.watch.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether the description of a run's API is true. */
class WatchOpenApiTest {

    private static ServedSite served;
    private static ApiDescription description;

    @BeforeAll
    static void start() throws Exception {
        LiveRun run = new LiveRun(new Progress() {}, () -> false);
        served = new ServedSite(ServeSettings.LOCAL, WatchSite.of("toy", run));
        description = new ApiDescription(served);
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @Test
    void every_route_is_in_it_and_nothing_else() {
        description.assertHasTheRoutes();
    }

    @Test
    void answers_and_events_are_the_records_that_they_are_made_of() {
        description.assertHasTheRecords(Map.ofEntries(
                Map.entry("/Began", RunEvent.Began.class),
                Map.entry("/Planted", RunEvent.Probe.Planted.class),
                Map.entry("/Evaluated", RunEvent.Evaluated.class),
                Map.entry("/Measured", RunEvent.Measured.class),
                Map.entry("/Learned", RunEvent.Measured.Learned.class),
                Map.entry("/Caption", RunEvent.Caption.class),
                Map.entry("/Changed", RunEvent.Changed.class),
                Map.entry("/Ended", RunEvent.Ended.class),
                Map.entry("/State", RunEvent.State.class),
                Map.entry("/FrequencyLosses", FrequencyLosses.class),
                Map.entry("/Layer", Progress.Layer.class),
                Map.entry("/Guess", LensLayer.Guess.class),
                Map.entry("/ShownToken", ShownToken.class),
                Map.entry("/Health", WatchSite.ShownRun.class),
                Map.entry("/Problem", Problem.Details.class)));
    }

    /** What is left out where it is false or 0. */
    private static final Map<Class<? extends RunEvent>, String> LEFT_OUT =
            Map.of(RunEvent.Frame.class, "live", RunEvent.Probe.class, "cut");

    @Test
    void an_event_need_not_say_what_is_usual() throws Exception {
        JsonNode schemas =
                JsonMapper.shared().readTree(served.get("/openapi.json").body()).at("/components/schemas");
        RecordSchema records = new RecordSchema();
        LEFT_OUT.forEach((event, key) -> {
            records.reference(event);
            JsonNode made = JsonMapper.shared().valueToTree(records.records().get("RunEvent." + event.getSimpleName()));
            JsonNode described = schemas.path(event.getSimpleName());
            assertThat(described.path("properties").propertyNames())
                    .containsExactlyElementsOf(made.path("properties").propertyNames());
            List<String> required = new ArrayList<>();
            made.path("required").forEach(each -> required.add(each.asString()));
            assertThat(required.remove(key)).isTrue();
            assertThat(described.path("required")).isEqualTo(JsonMapper.shared().valueToTree(required));
            assertThat(described.path("additionalProperties").asBoolean(true)).isFalse();
        });
    }

    /** Of the toy corpus, so that each kind of event happens; a viewer who is there from the start gets live ones, too. */
    @Test
    void events_of_a_real_run_are_as_it_says(@TempDir Path folder) throws Exception {
        RunConfig config = ConfigReader.read(
                Path.of("configs/toy.yaml"),
                List.of("name=tiny", "training.steps=60", "training.evaluate_every=30", "training.frames=4"));
        LiveRun run = new LiveRun(new Progress() {}, () -> false);
        run.control().pause();
        List<String> kinds = new ArrayList<>();
        List<String> events = new ArrayList<>();
        try (ServedSite real = new ServedSite(ServeSettings.LOCAL, WatchSite.of("tiny", run));
                Viewer viewer = new Viewer(real)) {
            Thread training = new Thread(() -> {
                TrainingRun.begin(TrainingSite.HERE, config, "heed train", folder, true, run);
                run.end();
            });
            training.start();
            for (Viewer.Event event = viewer.next(); event != null; event = viewer.next()) {
                JsonNode read = JsonMapper.shared().readTree(event.json());
                boolean live = read.path("live").asBoolean(false);
                if (live && !kinds.contains("live frame")) {
                    real.ask("/api/control", "{\"do\": \"rate\", \"factor\": 0.5}");
                    real.ask("/api/control", "{\"do\": \"go\"}");
                }
                kinds.add((live ? "live " : "") + read.path("type").asString());
                events.add(event.json());
            }
            training.join();
        }
        for (String event : events) {
            assertThat(description.errors("Event", event))
                    .as(event.substring(0, Math.min(80, event.length())))
                    .isEmpty();
        }
        assertThat(kinds)
                .contains("began", "probe", "frame", "live frame", "evaluated", "measured", "caption", "changed")
                .contains("state", "ended");
        assertThat(events).containsAll(Files.readAllLines(new FrameFile(folder.resolve("tiny")).path()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"do\": \"pause\"}",
                "{\"do\": \"step\"}",
                "{\"do\": \"step\", \"count\": 3}",
                "{\"do\": \"go\"}",
                "{\"do\": \"speed\", \"steps_per_second\": 5}",
                "{\"do\": \"speed\", \"steps_per_second\": null}",
                "{\"do\": \"rate\", \"factor\": 0.5}",
                "{\"do\": \"probe\", \"text\": \"the cat\"}",
                "{\"do\": \"restart\", \"seed\": 7}",
                "{\"do\": \"stop\"}"
            })
    void what_it_allows_is_done(String body) throws Exception {
        assertThat(description.errors("Control", body)).isEmpty();
        assertThat(description.errors("State", served.ask("/api/control", body).toString()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"do\": \"explode\"}",
                "{\"do\": \"pause\", \"count\": 1}",
                "{\"do\": \"step\", \"count\": 0}",
                "{\"do\": \"speed\"}",
                "{\"do\": \"speed\", \"steps_per_second\": 0}",
                "{\"do\": \"rate\", \"factor\": 101}",
                "{\"do\": \"probe\", \"text\": \" \"}",
                "{\"do\": \"restart\", \"seed\": 1.5}",
            })
    void what_it_forbids_is_refused(String body) throws Exception {
        assertThat(description.errors("Control", body)).isNotEmpty();
        assertThat(served.post("/api/control", body).statusCode()).isEqualTo(400);
    }

    @Test
    void health_and_problems_are_as_it_says() throws Exception {
        assertThat(description.errors("Health", served.get("/healthz").body())).isEmpty();
        assertThat(description.errors("Problem", served.get("/nowhere").body())).isEmpty();
    }
}
