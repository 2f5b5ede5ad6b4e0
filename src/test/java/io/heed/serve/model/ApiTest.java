package io.heed.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.predict.Generated;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.predict.Sampling;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import io.heed.serve.ServeSettings;
import io.heed.serve.Served;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the API answers, beside what the model says when it is asked directly. */
class ApiTest {

    private static Served served;

    @BeforeAll
    static void start() {
        served = Served.patient();
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @AfterEach
    void nothing_failed() {
        assertThat(served.failures).isEmpty();
    }

    private static void assertSame(JsonNode answer, String text, int top) {
        NextWords words = new NextWordPredictor(served.model)
                .next(served.model.encode(text).last(served.model.context()).ids(), top);
        assertThat(answer.path("entropy").asDouble()).isEqualTo(words.entropy(), within(1e-5));
        assertThat(answer.path("next").size()).isEqualTo(words.likeliest().size());
        for (int i = 0; i < words.likeliest().size(); i++) {
            JsonNode word = answer.path("next").get(i);
            assertThat(word.path("token").asString())
                    .isEqualTo(words.likeliest().get(i).token());
            double probability = words.likeliest().get(i).probability();
            assertThat(word.path("probability").asDouble()).isEqualTo(probability, within(1e-5));
            assertThat(word.path("log_probability").asDouble()).isEqualTo(Math.log(probability), within(1e-4));
        }
    }

    @Test
    void predict_tells_the_models_next_words() throws Exception {
        assertSame(served.ask("/api/predict", "{\"text\": \"the cat sat\", \"top\": 7}"), "the cat sat", 7);
    }

    @Test
    void predict_answers_each_of_several_texts() throws Exception {
        JsonNode answers = served.ask(
                        "/api/predict",
                        "{\"texts\": [\"the cat sat\", \"a bird\", \"the dog , which saw\"], \"top\": 3}")
                .path("answers");
        assertThat(answers.size()).isEqualTo(3);
        assertSame(answers.get(0), "the cat sat", 3);
        assertSame(answers.get(1), "a bird", 3);
        assertSame(answers.get(2), "the dog , which saw", 3);
    }

    /** {@code exp(z / T)} of each logit, divided by their sum. */
    private static double[] softmax(float[] logits, double temperature) {
        double[] shares = IntStream.range(0, logits.length)
                .mapToDouble(id -> Math.exp(logits[id] / temperature))
                .toArray();
        double sum = DoubleStream.of(shares).sum();
        return DoubleStream.of(shares).map(share -> share / sum).toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {.1, .5, 1, 2})
    void predict_tells_the_shares_at_a_temperature(double temperature) throws Exception {
        String first = "the cat sat";
        String second = "the dog , which saw";
        String more = ", \"top\": 1000, \"temperature\": " + temperature;
        JsonNode one = served.ask("/api/predict", "{\"text\": \"%s\"%s}".formatted(first, more));
        JsonNode both = served.ask("/api/predict", "{\"texts\": [\"%s\", \"%s\"]%s}".formatted(first, second, more))
                .path("answers");
        assertShares(one, first, temperature);
        assertShares(both.get(0), first, temperature);
        assertShares(both.get(1), second, temperature);
    }

    private static void assertShares(JsonNode answer, String text, double temperature) {
        Recording read = Recording.of(served.model, text, served.model.encode(text), Set.of(Step.LOGITS));
        double[] shares = softmax(read.logits(read.length() - 1), temperature);
        double entropy = -DoubleStream.of(shares)
                .filter(share -> share > 0)
                .map(share -> share * Math.log(share))
                .sum();
        assertThat(answer.path("next").size()).isEqualTo(shares.length);
        for (JsonNode word : answer.path("next")) {
            assertThat(word.path("probability").asDouble())
                    .isEqualTo(shares[word.path("id").asInt()], within(1e-5));
        }
        assertThat(answer.path("entropy").asDouble()).isEqualTo(entropy, within(1e-4));
    }

    @Test
    void texts_that_wait_together_are_told_each_at_its_own_temperature() {
        try (PredictQueue queue = new PredictQueue(new NextWordPredictor(served.model), 100, new ModelMetrics())) {
            List<long[]> text = List.of(new long[] {1, 2});
            List<CompletableFuture<List<NextWords>>> asked = new ArrayList<>();
            synchronized (queue) { // so both are read together
                asked.add(queue.ask(text, 1, .5));
                asked.add(queue.ask(text, 1, 2));
            }
            double[] together = asked.stream()
                    .mapToDouble(
                            answer -> answer.join().get(0).likeliest().get(0).probability())
                    .toArray();
            assertThat(together[0]).isGreaterThan(together[1]);
        }
    }

    @Test
    void many_who_ask_at_once_get_each_their_own_answer() {
        List<String> words = List.of("the", "cat", "sat", "on", "mat", "dog", "bird", "slept", "rug", "which");
        List<CompletableFuture<Void>> asking = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String text = words.get(i % 10) + " " + words.get(i / 10 % 10);
            int top = 1 + i % 4;
            asking.add(CompletableFuture.runAsync(() -> {
                try {
                    assertSame(
                            served.ask("/api/predict", "{\"text\": \"%s\", \"top\": %d}".formatted(text, top)),
                            text,
                            top);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        asking.forEach(CompletableFuture::join);
    }

    @Test
    void predict_says_what_was_not_read_as_it_stands() throws Exception {
        String text = "quagga " + "the cat ".repeat(20) + "zebra";
        JsonNode answer = served.ask("/api/predict", "{\"text\": \"%s\"}".formatted(text));
        int tokens = served.model.encode(text).length();
        assertThat(answer.path("tokens").asInt()).isEqualTo(served.model.context());
        assertThat(answer.path("omitted").asInt()).isEqualTo(tokens - served.model.context());
        assertThat(answer.path("unknown").toString()).isEqualTo("[\"zebra\"]"); // nor was the quagga read
        assertSame(answer, text, 5);
    }

    @ParameterizedTest
    @CsvSource({"'the cat', ' '", "'the cat ', ''"})
    void a_piece_goes_on_with_the_text(String text, String blank) throws Exception {
        JsonNode answer =
                served.ask("/api/predict", "{\"text\": \"%s\", \"top\": 30, \"pieces\": true}".formatted(text));
        for (JsonNode word : answer.path("next")) {
            String token = word.path("token").asString();
            String expected = token.startsWith("[") ? "" : blank + token; // marks are no text
            assertThat(word.path("piece").asString()).isEqualTo(expected);
            assertThat(word.path("ends").asBoolean()).isEqualTo(token.equals("[EOS]"));
        }
    }

    private record Event(String name, JsonNode data) {}

    private static List<Event> events(String body) {
        List<Event> events = new ArrayList<>();
        for (String event : body.strip().split("\n\n", -1)) {
            String[] lines = event.split("\n", -1);
            assertThat(lines).hasSize(2);
            events.add(new Event(
                    lines[0].replaceFirst("event: ", ""),
                    JsonMapper.shared().readTree(lines[1].replaceFirst("data: ", ""))));
        }
        return events;
    }

    @Test
    void generate_tells_what_the_model_writes() throws Exception {
        var answer = served.post(
                "/api/generate",
                "{\"text\": \"the cat\", \"tokens\": 20, \"temperature\": 0.7, \"top_k\": 9, \"top_p\": 0.95, \"min_p\": 0.01,"
                        + " \"repetition_penalty\": 1.1, \"seed\": 5, \"stop\": [\" rug\"]}");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        Generated expected;
        Sampling sampling = new Sampling(.7, 9, .95, .01, 1.1, 5);
        try (Generation generation = new Generation(
                served.model,
                List.of(served.model.encode("the cat")),
                new GenerationSettings(20, sampling, List.of(" rug"), 1, 0))) {
            expected = generation.run((row, piece, token) -> {}).get(0);
        }
        List<Event> events = events(answer.body());
        List<Event> tokens = events.subList(0, events.size() - 1);
        assertThat(tokens).allMatch(event -> event.name.equals("token"));
        assertThat(tokens.stream().map(event -> event.data.path("id").asInt()))
                .isEqualTo(expected.tokens().stream().map(token -> token.id()).toList());
        assertThat(String.join(
                        "",
                        tokens.stream()
                                .map(event -> event.data.path("piece").asString())
                                .toList()))
                .isEqualTo(expected.text());
        Event end = events.get(events.size() - 1);
        assertThat(end.name).isEqualTo("end");
        assertThat(end.data.path("text").asString()).isEqualTo(expected.text());
        assertThat(end.data.path("ending").asString())
                .isEqualTo(expected.ending().name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void generate_goes_on_behind_a_blank() throws Exception {
        String question = "{\"text\": \"the cat%s\", \"tokens\": 5}";
        List<Event> plain =
                events(served.post("/api/generate", question.formatted("")).body());
        List<Event> blank =
                events(served.post("/api/generate", question.formatted(" ")).body());
        for (int i : new int[] {0, plain.size() - 1}) {
            String key = i == 0 ? "piece" : "text";
            assertThat(plain.get(i).data.path(key).asString())
                    .startsWith(" ")
                    .isEqualTo(" " + blank.get(i).data.path(key).asString());
        }
    }

    private static byte[] endless() {
        String body = "{\"text\": \"the cat\", \"tokens\": 10000}";
        return "POST /api/generate HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(served.port(), body.length(), body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long metric(String name) throws Exception {
        return served.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void generate_stops_when_nobody_listens() throws Exception {
        String answered = "heed_requests_total{route=\"/api/generate\",status=\"200\"}";
        long answers = metric(answered);
        long tokens = metric("heed_generated_tokens_total");
        try (Socket socket = served.connect()) {
            socket.getOutputStream().write(endless());
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(2000)).hasSize(2000); // it is well under way
        }
        for (int times = 0; metric(answered) == answers; times++) {
            assertThat(times).as("it ends").isLessThan(10_000);
            Thread.sleep(10);
        }
        assertThat(metric("heed_generated_tokens_total") - tokens).isBetween(10L, 9_999L);
    }

    @Test
    void a_server_that_ends_ends_what_it_writes() throws Exception {
        try (Served other = new Served(ServeSettings.LOCAL)) {
            CompletableFuture<String> body = new CompletableFuture<>();
            try (Socket socket = other.connect()) {
                socket.getOutputStream()
                        .write(new String(endless(), StandardCharsets.UTF_8)
                                .replace(":" + served.port(), ":" + other.port())
                                .getBytes(StandardCharsets.UTF_8));
                InputStream in = socket.getInputStream();
                String start = new String(in.readNBytes(2000), StandardCharsets.UTF_8);
                CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                    try {
                        body.complete(start + new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    } catch (java.io.IOException e) {
                        body.completeExceptionally(e);
                    }
                });
                other.server.close();
                reading.join();
            }
            assertThat(body.join()).contains("event: end\ndata: {\"ending\":\"shutdown\"");
        }
    }

    @Test
    void attention_tells_what_was_recorded() throws Exception {
        String text = "the cat sat on the mat";
        JsonNode answer = served.ask("/api/attention", "{\"text\": \"%s\"}".formatted(text));
        Recording maps = Recording.of(served.model, text, served.model.encode(text), Set.of(Step.WEIGHTS));
        assertThat(answer.path("maps").size()).isEqualTo(maps.layers() * maps.heads());
        for (JsonNode map : answer.path("maps")) {
            float[][] weights =
                    maps.weights(map.path("layer").asInt(), map.path("head").asInt());
            for (int query = 0; query < maps.length(); query++) {
                JsonNode row = map.path("weights").get(query);
                assertThat(row.size()).isEqualTo(query + 1);
                for (int key = 0; key <= query; key++) {
                    assertThat((float) row.get(key).asDouble()).isEqualTo(weights[query][key]);
                }
            }
        }
        JsonNode last = answer.path("tokens").get(maps.length() - 1);
        assertThat(text.substring(last.path("start").asInt(), last.path("end").asInt()))
                .isEqualTo("mat");
    }

    @Test
    void attention_tells_of_one_layer_or_head() throws Exception {
        JsonNode one = served.ask("/api/attention", "{\"text\": \"the cat\", \"layer\": 1, \"head\": 2}");
        assertThat(one.path("maps").size()).isEqualTo(1);
        assertThat(one.path("maps").get(0).path("layer").asInt()).isEqualTo(1);
        assertThat(one.path("maps").get(0).path("head").asInt()).isEqualTo(2);
        JsonNode layer = served.ask("/api/attention", "{\"text\": \"the cat\", \"layer\": 0}");
        assertThat(layer.path("maps").size())
                .isEqualTo(served.model.transformer().config().heads());
    }

    @Test
    void the_queue_refuses_what_it_has_no_room_for() {
        try (PredictQueue queue = new PredictQueue(new NextWordPredictor(served.model), 3, new ModelMetrics())) {
            List<long[]> two = List.of(new long[] {1, 2}, new long[] {3});
            List<CompletableFuture<List<NextWords>>> asked = new ArrayList<>();
            synchronized (queue) { // so nothing is taken meanwhile
                asked.add(queue.ask(two, 1, 1));
                asked.add(queue.ask(two.subList(0, 1), 1, 1));
                assertThatThrownBy(() -> queue.ask(two.subList(0, 1), 1, 1))
                        .isInstanceOfSatisfying(Problem.class, problem -> {
                            assertThat(problem.status()).isEqualTo(429);
                            assertThat(problem.header()).isEqualTo("Retry-After");
                        });
            }
            assertThat(asked.get(0).join()).hasSize(2);
            assertThat(asked.get(1).join()).hasSize(1);
        }
    }

    @Test
    void the_queue_reads_what_waits_together() {
        ModelMetrics metrics = new ModelMetrics();
        try (PredictQueue queue = new PredictQueue(new NextWordPredictor(served.model), 100, metrics)) {
            List<CompletableFuture<List<NextWords>>> asked = new ArrayList<>();
            synchronized (queue) {
                IntStream.range(0, 8).forEach(i -> asked.add(queue.ask(List.of(new long[] {1, i}), 1, 1)));
            }
            asked.forEach(CompletableFuture::join);
        }
        assertThat(Served.text(metrics.collectors())).contains("heed_batch_texts_count 1\nheed_batch_texts_sum 8.0\n");
    }

    @Test
    void who_goes_away_is_not_read_for() {
        ModelMetrics metrics = new ModelMetrics();
        try (PredictQueue queue = new PredictQueue(new NextWordPredictor(served.model), 100, metrics);
                FairWorkers encoding = new FairWorkers("encode", 1, 1)) {
            PredictRoute predicting = new PredictRoute(served.model, queue, encoding, encoding);
            synchronized (queue) { // so nothing is taken meanwhile
                Call call = new Call(Duration.ofMinutes(5));
                CompletableFuture<Reply> answer =
                        predicting.answer("{\"text\": \"the cat\"}".getBytes(StandardCharsets.UTF_8), call);
                call.end(new Problem(400, "the client has left"));
                assertThatThrownBy(answer::join).hasMessageContaining("the client has left");
            }
        }
        assertThat(Served.text(metrics.collectors())).contains("heed_batch_texts_count 0\n");
    }

    @Test
    void one_text_that_cannot_be_read_spoils_no_other() {
        try (PredictQueue queue = new PredictQueue(new NextWordPredictor(served.model), 100, new ModelMetrics())) {
            CompletableFuture<List<NextWords>> good;
            CompletableFuture<List<NextWords>> bad;
            synchronized (queue) {
                bad = queue.ask(List.of(new long[] {99_999}), 1, 1); // no such token
                good = queue.ask(List.of(new long[] {1}), 1, 1);
            }
            assertThat(good.join()).hasSize(1);
            assertThatThrownBy(bad::join).hasCauseInstanceOf(EngineException.class);
        }
    }

    @Test
    void metrics_tell_what_was_answered() throws Exception {
        served.ask("/api/predict", "{\"text\": \"the cat\"}");
        served.get("/no/such/place");
        while (metric("heed_requests_total{route=\"none\",status=\"404\"}") == 0) { // counted when it has been sent
            Thread.sleep(10);
        }
        String text = served.get("/metrics").body();
        assertThat(text)
                .containsPattern("heed_requests_total\\{route=\"/api/predict\",status=\"200\"} [1-9]")
                .containsPattern("heed_requests_total\\{route=\"none\",status=\"404\"} [1-9]")
                .containsPattern("heed_request_seconds_bucket\\{route=\"/api/predict\",le=\"\\+Inf\"} [1-9]")
                .contains("heed_queue_texts 0.0\n", "jvm_memory_used_bytes{area=\"heap\"} ")
                .doesNotContain("/no/such/place");
        assertThat(text.lines()).allMatch(line -> line.matches("# (HELP|TYPE) \\w+ .*|\\w+(\\{[^}]*})? [-+0-9.eE]+"));
    }
}
