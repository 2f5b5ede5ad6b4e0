package io.heed.serve.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.LensLayer;
import io.heed.run.Progress;
import io.heed.serve.ApiDescription;
import io.heed.serve.Problem;
import io.heed.serve.ServeSettings;
import io.heed.serve.ServedSite;
import io.heed.text.corpus.FrequencyLosses;
import io.heed.watch.LiveRun;
import io.heed.watch.RunEvent;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                Map.entry("/Probe", RunEvent.Probe.class),
                Map.entry("/Planted", RunEvent.Probe.Planted.class),
                Map.entry("/Frame", RunEvent.Frame.class),
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
