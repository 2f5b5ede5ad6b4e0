package io.heed.serve.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.ShownToken;
import io.heed.inspect.TokenAlignment;
import io.heed.inspect.evidence.HeadComputation;
import io.heed.inspect.evidence.HeadEffect;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.JointEffect;
import io.heed.inspect.evidence.LensLayer;
import io.heed.model.Head;
import io.heed.serve.ApiDescription;
import io.heed.serve.Problem;
import io.heed.serve.ServeSettings;
import io.heed.serve.Served;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the description of the API is true. */
class OpenApiTest {

    private static Served served;
    private static ApiDescription description;

    @BeforeAll
    static void start() throws Exception {
        served = new Served(ServeSettings.LOCAL);
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

    /** Where the description has what each record of an answer is. */
    private static final Map<String, Class<? extends Record>> ANSWERS = Map.ofEntries(
            Map.entry("/Word", PredictRoute.Word.class),
            Map.entry("/Prediction", PredictRoute.OfText.class),
            Map.entry("/Predictions", PredictRoute.OfTexts.class),
            Map.entry("/Token", GenerateRoute.Token.class),
            Map.entry("/End", GenerateRoute.End.class),
            Map.entry("/Attention", AttentionRoute.Looked.class),
            Map.entry("/ShownToken", ShownToken.class),
            Map.entry("/Attention/properties/maps/items", AttentionRoute.HeadMap.class),
            Map.entry("/Traced", TraceRoute.Traced.class),
            Map.entry("/HeadEffects", HeadEffects.class),
            Map.entry("/HeadEffect", HeadEffect.class),
            Map.entry("/JointEffect", JointEffect.class),
            Map.entry("/Head", Head.class),
            Map.entry("/HeadComputation", HeadComputation.class),
            Map.entry("/Guess", LensLayer.Guess.class),
            Map.entry("/Compared", CompareRoute.Compared.class),
            Map.entry("/ComparedText", CompareRoute.Side.class),
            Map.entry("/AlignedTokens", TokenAlignment.Pair.class),
            Map.entry("/Example", ModelFacts.Example.class),
            Map.entry("/Health", ModelFacts.class),
            Map.entry("/Problem", Problem.Details.class));

    @Test
    void answers_are_the_records_that_they_are_made_of() {
        description.assertHasTheRecords(ANSWERS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/predict | {\"text\": \"the cat sat\", \"top\": 30, \"pieces\": true} | Predict | Prediction",
                "/api/predict | {\"texts\": [\"the cat\", \"zebra\"]} | Predict | Predictions",
                "/api/attention | {\"text\": \"the cat sat\"} | Look | Attention",
                "/api/attention | {\"text\": \"the cat sat\", \"layer\": 1, \"head\": 0} | Look | Attention",
                "/api/attention | {\"text\": \"the cat\", \"ablate\": [{\"layer\": 0, \"head\": 1}]} | Look | Attention",
                "/api/predict | {\"text\": \"the cat\", \"ablate\": [{\"layer\": 0, \"head\": 1}]} | Predict | Prediction",
                "/api/trace | {\"text\": \"the cat sat\"} | Trace | Traced",
                "/api/trace | {\"text\": \"the cat\", \"position\": 1, \"layer\": 1, \"head\": 0, \"ablate\": []} | Trace | Traced",
                "/api/compare | {\"text\": \"the cat sat\", \"other\": \"the dog sat\"} | Compare | Compared",
                "/api/compare | {\"text\": \"the cat sat\", \"other\": \"the dog\"} | Compare | Compared",
            })
    void questions_and_answers_are_as_it_says(String path, String body, String question, String answer)
            throws Exception {
        assertThat(description.errors(question, body)).isEmpty();
        assertThat(description.errors(answer, served.ask(path, body).toString()))
                .isEmpty();
    }

    @Test
    void the_events_of_a_continuation_are_as_it_says() throws Exception {
        String body =
                "{\"text\": \"the cat\", \"tokens\": 5, \"temperature\": 1, \"top_k\": 0, \"top_p\": 1, \"min_p\": 0,"
                        + " \"repetition_penalty\": 1, \"stop\": [\"x\"], \"seed\": 3}";
        assertThat(description.errors("Generate", body)).isEmpty();
        String events = served.post("/api/generate", body).body();
        for (String event : events.strip().split("\n\n", -1)) {
            String data = event.split("\ndata: ", 2)[1];
            assertThat(description.errors(event.startsWith("event: end") ? "End" : "Token", data))
                    .isEmpty();
        }
    }

    @Test
    void health_and_problems_are_as_it_says() throws Exception {
        assertThat(description.errors("Health", served.get("/healthz").body())).isEmpty();
        assertThat(description.errors("Problem", served.get("/nowhere").body())).isEmpty();
        assertThat(description.errors(
                        "Problem",
                        served.raw("nonsense\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .split("\r\n\r\n", 2)[1]))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/predict | Predict | {\"text\": \"the\", \"texts\": [\"the\"]}",
                "/api/predict | Predict | {\"text\": \"the\", \"top\": 1001}",
                "/api/predict | Predict | {\"texts\": []}",
                "/api/predict | Predict | {\"text\": \"the\", \"nonsense\": 1}",
                "/api/predict | Predict | {\"text\": \"the\", \"temperature\": 0}",
                "/api/generate | Generate | {\"text\": \"the\", \"top_p\": 1.1}",
                "/api/generate | Generate | {\"text\": \"the\", \"tokens\": 10001}",
                "/api/generate | Generate | {\"tokens\": 1}",
                "/api/generate | Generate | {\"text\": \"the\", \"stop\": [\"\"]}",
                "/api/attention | Look | {\"text\": \"the\", \"layer\": -1}",
                "/api/trace | Trace | {\"text\": \"the\", \"position\": -1}",
                "/api/trace | Trace | {\"text\": \"the\", \"ablate\": [[0, 1]]}",
                "/api/compare | Compare | {\"text\": \"the\"}",
            })
    void what_it_forbids_is_refused(String path, String question, String body) throws Exception {
        assertThat(description.errors(question, body)).isNotEmpty();
        assertThat(served.post(path, body).statusCode()).isEqualTo(400);
    }
}
