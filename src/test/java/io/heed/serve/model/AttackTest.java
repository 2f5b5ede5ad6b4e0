package io.heed.serve.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.predict.NextWordPredictor;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import io.heed.serve.ServeSettings;
import io.heed.serve.Served;
import io.heed.text.tokenizer.TailEncoder;
import java.net.Socket;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stops other servers: bench/serve.py measures what is only tried here. */
@Timeout(120)
class AttackTest {

    private static String head(int port, String path, int length) {
        return "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(path, port, length);
    }

    /** More than there are threads. */
    @Test
    void bodies_that_do_not_come_keep_nobody_from_being_answered() throws Exception {
        ServeSettings patient = new ServeSettings("127.0.0.1", 0, List.of(), null, 1000, 10, Duration.ofMinutes(10));
        List<Socket> slow = new ArrayList<>();
        try (Served served = new Served(patient)) {
            for (int i = 0; i < 300; i++) {
                Socket socket = served.connect();
                socket.getOutputStream().write((head(served.port(), "/api/predict", 100) + "{").getBytes(UTF_8));
                slow.add(socket);
            }
            assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
            served.ask("/api/predict", "{\"text\": \"the cat\"}");
            Socket first = slow.get(0);
            String rest = "\"text\": \"the cat\"" + " ".repeat(100 - 19) + "}";
            first.getOutputStream().write(rest.getBytes(UTF_8)); // it was only slow
            assertThat(new String(first.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** The room for what waits is full until the client has left that it is full of. */
    @Test
    void a_call_that_is_over_ends_what_waits_for_its_turn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<String> computed = new ArrayList<>();
        try (FairWorkers turns = new FairWorkers("turns", 1, 2)) {
            CompletableFuture<Boolean> first = turns.take(() -> {
                begun.countDown();
                return waited(end) && computed.add("first");
            });
            begun.await();
            Call call = new Call(Duration.ofMinutes(10));
            CompletableFuture<Boolean> second = call.until(turns.take(() -> computed.add("second")));
            CompletableFuture<Boolean> third = turns.take(() -> computed.add("third"));
            assertThatThrownBy(() -> turns.take(() -> computed.add("fourth"))) // there is room for two
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.status()).isEqualTo(429));
            call.end(new Problem(400, "the client has left"));
            assertThatThrownBy(second::join).hasMessageContaining("the client has left");
            assertThatThrownBy(call::check).isInstanceOf(Problem.class);
            end.countDown();
            assertThat(first.join() && third.join()).isTrue();
        }
        assertThat(computed).containsExactly("first", "third");
    }

    @Test
    void a_long_text_is_answered_like_its_end() throws Exception {
        try (Served served = new Served(ServeSettings.LOCAL)) {
            String text = "the cat sat on the mat . ".repeat(20_000);
            assertThat(text.length()).isGreaterThan(20 * TailEncoder.SHORT);
            String end = text.substring(text.length() - 2_500);
            var whole = served.ask("/api/predict", "{\"text\": \"%s\"}".formatted(text));
            var last = served.ask("/api/predict", "{\"text\": \"%s\"}".formatted(end));
            assertThat(whole.path("next").get(0).path("token"))
                    .isEqualTo(last.path("next").get(0).path("token"));
            assertThat(whole.path("omitted").asInt())
                    .isEqualTo(served.model.encode(text).length() - served.model.context());
            var seen = served.ask("/api/attention", "{\"text\": \"%s\"}".formatted(text));
            int tokens = seen.path("tokens").size();
            assertThat(text.substring(
                            seen.path("tokens").get(tokens - 2).path("start").asInt()))
                    .startsWith("mat");
        }
    }

    /** The room for weights is for two of the largest; the rest is told to try again, and room comes back. */
    @Test
    void answers_that_find_no_room_are_refused_and_the_room_comes_back() throws Exception {
        try (Served served = new Served(ServeSettings.LOCAL);
                FairWorkers turns = new FairWorkers("turns", 1, 100)) {
            AttentionRoute looking = new AttentionRoute(
                    new Recorder(served.model, turns, turns, Duration.ofMinutes(1), new RecordingMemory(0)));
            byte[] question = "{\"text\": \"the cat\"}".getBytes(UTF_8);
            List<CompletableFuture<Reply>> asked = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asked.add(looking.answer(question, new Call(Duration.ofMinutes(10))));
            }
            List<Reply> ready = new ArrayList<>();
            int refused = 0;
            for (CompletableFuture<Reply> each : asked) {
                try {
                    ready.add(each.join());
                } catch (java.util.concurrent.CompletionException e) {
                    assertThat(e.getCause())
                            .isInstanceOfSatisfying(
                                    Problem.class,
                                    problem -> assertThat(problem.status()).isEqualTo(429));
                    refused++;
                }
            }
            assertThat(ready).hasSize(32);
            assertThat(refused).isEqualTo(8);
        }
    }

    /** Of 32 places, one leaked with each refusal would leave none. */
    @Test
    void a_refusal_for_want_of_a_turn_keeps_no_room_for_weights() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        byte[] question = "{\"text\": \"the cat\"}".getBytes(UTF_8);
        try (LanguageModel model = TinyModels.words();
                FairWorkers encoding = new FairWorkers("encoding", 1, 100);
                FairWorkers turns = new FairWorkers("turns", 1, 1)) {
            AttentionRoute looking = new AttentionRoute(
                    new Recorder(model, turns, encoding, Duration.ofMinutes(1), new RecordingMemory(0)));
            CompletableFuture<Boolean> running = turns.take(() -> waited(end));
            CompletableFuture<Boolean> waiting = turns.take(() -> true);
            try {
                for (int i = 0; i < 40; i++) {
                    assertThatThrownBy(() -> looking.answer(question, new Call(Duration.ofMinutes(10)))
                                    .join())
                            .hasMessageContaining("computations are already waiting");
                }
            } finally {
                end.countDown();
            }
            assertThat(running.join() && waiting.join()).isTrue();
            assertThat(looking.answer(question, new Call(Duration.ofMinutes(10)))
                            .join())
                    .isNotNull();
        }
    }

    /** Memory may run out anywhere: whoever reads for all others goes on. */
    @Test
    void an_error_outside_the_model_does_not_end_who_reads_for_next_words() throws Exception {
        List<long[]> unreadable = new AbstractList<>() {
            @Override
            public long[] get(int index) {
                throw new OutOfMemoryError("Java heap space");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        try (LanguageModel model = TinyModels.words();
                PredictQueue queue = new PredictQueue(new NextWordPredictor(model), 100, new ModelMetrics())) {
            CompletableFuture<?> failing = queue.ask(unreadable, 1, 1);
            assertThatThrownBy(() -> failing.get(1, MINUTES)).hasRootCauseInstanceOf(OutOfMemoryError.class);
            assertThat(queue.ask(List.of(new long[] {1}), 1, 1).get(1, MINUTES)).hasSize(1);
        }
    }

    /** 256 texts of one word each would get a quarter of a million words back, of a few hundred bytes each. */
    @Test
    void a_short_question_with_a_huge_answer_is_refused() throws Exception {
        String question = "{\"texts\": [%s], \"top\": %d}";
        String texts = String.join(",", Collections.nCopies(256, "\"the\""));
        try (Served served = new Served(ServeSettings.LOCAL)) {
            var answers = served.ask("/api/predict", question.formatted(texts, 128));
            assertThat(answers.path("answers").size()).isEqualTo(256);
            var refused = served.post("/api/predict", question.formatted(texts, 129));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("33024 words", "32768", "top");
        }
    }

    private static boolean waited(CountDownLatch end) {
        try {
            end.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_refusal_by_jetty_is_a_problem_too() throws Exception {
        try (Served served = new Served(ServeSettings.LOCAL)) {
            for (String request : List.of(
                    "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n".formatted("a".repeat(20_000)),
                    "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n".formatted("a".repeat(20_000)),
                    "GET / HTTP/1.1\r\nHost x\r\n\r\n")) {
                assertThat(served.raw(request.getBytes(UTF_8)))
                        .matches("(?s)HTTP/1.1 4\\d\\d .*application/problem\\+json.*\"detail\":\"[^\"]+\".*");
            }
        }
    }

    @Test
    void a_server_without_memory_says_so() {
        Problem problem = Problem.of(new OutOfMemoryError("Java heap space"));
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.getMessage()).contains("memory", "shorter text");
    }
}
