package io.heed.serve.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.Ablation;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.HeadAblation;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import io.heed.serve.ServeSettings;
import io.heed.serve.Served;
import io.heed.text.tokenizer.Encoded;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the API says of heads, beside what the library computes and what whole passes give. */
class TraceApiTest {

    private static final String TEXT = "the dog , which saw a bird , sat";

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

    private static Encoded encoded() {
        return served.model.encode(TEXT);
    }

    private static Recording recording() {
        return Recording.of(served.model, TEXT, encoded());
    }

    private static JsonNode ask(String path, String more) throws Exception {
        return served.ask(path, "{\"text\": \"%s\"%s}".formatted(TEXT, more));
    }

    private static String ablate(String... heads) {
        return ", \"ablate\": ["
                + String.join(
                        ", ",
                        List.of(heads).stream()
                                .map(head ->
                                        "{\"layer\": %s, \"head\": %s}".formatted((Object[]) head.split("\\.", -1)))
                                .toList())
                + "]";
    }

    private static double logProbability(JsonNode answer, int id) {
        for (JsonNode word : answer.path("next")) {
            if (word.path("id").asInt() == id) {
                return word.path("log_probability").asDouble();
            }
        }
        throw new AssertionError("no word " + id + " in " + answer);
    }

    @Test
    void predict_without_a_head_is_its_ablation() throws Exception {
        int last = encoded().length() - 1;
        int answer = Distribution.likeliest(recording().logits(last));
        double whole = new Distribution(recording().logits(last)).logProbability(answer);
        double most = 0;
        for (HeadAblation ablation : new Ablation(served.model, recording(), last, answer).ofEachHead()) {
            String head = ablation.layer() + "." + ablation.head();
            JsonNode without = ask("/api/predict", ", \"top\": 30" + ablate(head));
            assertThat(logProbability(without, answer) - whole).isEqualTo(ablation.zero(), within(1e-4));
            most = Math.max(most, Math.abs(ablation.zero()));
        }
        assertThat(most).as("far above what is allowed to differ").isGreaterThan(1e-3);
    }

    @Test
    void predict_without_heads_of_one_layer_is_their_joint_ablation() throws Exception {
        int last = encoded().length() - 1;
        Ablation ablation = new Ablation(served.model, recording(), last, 5);
        JsonNode without = ask("/api/predict", ", \"top\": 30" + ablate("0.3", "0.1", "0.0"));
        assertThat(logProbability(without, 5)).isEqualTo(ablation.without(0, Set.of(0, 1, 3)), within(1e-4));
    }

    /** The logits of the last position in a pass with these heads' outputs times zero. */
    private static float[] without(Set<String> heads) {
        try (NDManager reading = served.model.newReading()) {
            Trace trace = new Trace(Set.of(), (place, value) -> {
                for (int head = 0; head < 4; head++) {
                    if (place.step() == Step.HEAD_OUTPUT && heads.contains(place.layer() + "." + head)) {
                        NDArray output = value.get(new NDIndex(":,{}", head)); // (1,T,D)
                        value.set(new NDIndex(":,{}", head), output.mul(reading.create(0f)));
                    }
                }
                return value;
            });
            return served.model
                    .read(reading, encoded().ids(), trace)
                    .get(new NDIndex("0,{}", encoded().length() - 1))
                    .toFloatArray();
        }
    }

    @Test
    void predict_without_heads_at_a_temperature_shares_out_the_logits_without_them() throws Exception {
        float[] logits = without(Set.of("0.2", "1.3"));
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(id -> Math.exp(logits[id] / .5))
                .sum();
        JsonNode predicted = ask("/api/predict", ", \"top\": 9, \"temperature\": 0.5" + ablate("0.2", "1.3"));
        assertThat(predicted.path("next").size()).isEqualTo(9);
        for (JsonNode word : predicted.path("next")) {
            double share = Math.exp(logits[word.path("id").asInt()] / .5) / sum;
            assertThat(word.path("probability").asDouble()).isEqualTo(share, within(1e-5));
        }
    }

    @Test
    void predict_and_trace_without_heads_of_two_layers_are_a_whole_pass_without_them() throws Exception {
        Distribution expected = new Distribution(without(Set.of("0.2", "1.0", "1.3")));
        String heads = ablate("1.0", "0.2", "1.3");
        JsonNode predicted = ask("/api/predict", ", \"top\": 30" + heads);
        for (JsonNode word : predicted.path("next")) {
            assertThat(word.path("probability").asDouble())
                    .isEqualTo(expected.probability(word.path("id").asInt()), within(1e-5));
        }
        JsonNode traced = ask("/api/trace", ", \"layer\": 1, \"head\": 0" + heads);
        for (int i = 0; i < 5; i++) {
            JsonNode word = traced.path("next").get(i);
            assertThat(word.path("token"))
                    .isEqualTo(predicted.path("next").get(i).path("token"));
            assertThat(word.path("probability").asDouble())
                    .isEqualTo(predicted.path("next").get(i).path("probability").asDouble(), within(1e-5));
        }
        assertThat(traced.path("computation").path("others").get(0).asDouble()).isZero();
        assertThat(traced.path("computation").path("others").get(1).asDouble()).isPositive();
        assertThat(traced.path("effects"))
                .as("of the whole model")
                .isEqualTo(ask("/api/trace", "").path("effects"));
    }

    @Test
    void attention_without_a_head_is_that_of_later_layers_that_cannot_read_it() throws Exception {
        JsonNode whole = ask("/api/attention", "").path("maps");
        JsonNode without = ask("/api/attention", ablate("0.1")).path("maps");
        for (int map = 0; map < 4; map++) {
            assertThat(without.get(map)).isEqualTo(whole.get(map)); // layer 0 reads the same
        }
        assertThat(without.get(4)).isNotEqualTo(whole.get(4));
    }

    private static void assertNumbers(JsonNode list, float... numbers) {
        assertThat(list.size()).isEqualTo(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            assertThat((float) list.get(i).asDouble()).isEqualTo(numbers[i]);
        }
    }

    private static void assertRows(JsonNode list, Tensor rows, int count) {
        assertThat(list.size()).isEqualTo(count);
        for (int row = 0; row < count; row++) {
            assertNumbers(list.get(row), rows.at(row).values());
        }
    }

    /** The dump's arrays are the same recording's. */
    @Test
    void a_trace_has_the_numbers_of_the_recording() throws Exception {
        Recording recording = recording();
        int p = 4;
        JsonNode head = ask("/api/trace", ", \"position\": 4, \"layer\": 1, \"head\": 2")
                .path("computation");
        assertNumbers(
                head.path("embedding"),
                recording.get(Step.TOKEN_EMBEDDING).at(p).values());
        assertNumbers(
                head.path("position_vector"),
                recording.get(Step.POSITION_EMBEDDING).at(p).values());
        assertNumbers(
                head.path("residual"),
                recording.get(1, Step.RESIDUAL_BEFORE).at(p).values());
        assertNumbers(head.path("query"), recording.get(1, Step.QUERY).at(2, p).values());
        assertRows(head.path("keys"), recording.get(1, Step.KEY).at(2), p + 1);
        assertRows(head.path("values"), recording.get(1, Step.VALUE).at(2), p + 1);
        for (int key = 0; key <= p; key++) {
            assertThat((float) head.path("scores").get(key).asDouble())
                    .isEqualTo(recording.scores(1, 2)[p][key]);
            assertThat((float) head.path("weights").get(key).asDouble())
                    .isEqualTo(recording.weights(1, 2)[p][key]);
        }
        assertThat(head.path("scores").size()).isEqualTo(p + 1);
        assertThat(head.path("weights").size()).isEqualTo(p + 1);
        assertNumbers(
                head.path("blend"), recording.get(1, Step.HEAD_OUTPUT).at(2, p).values());
        assertNumbers(
                head.path("written"),
                recording.get(1, Step.HEAD_CONTRIBUTION).at(2, p).values());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 9})
    void a_trace_opens_on_the_head_that_matters_most_at_the_position(int position) throws Exception {
        HeadEffects effects = HeadEffects.at(served.model, recording(), position);
        Head strongest = effects.strongest();
        JsonNode traced = ask("/api/trace", ", \"position\": " + position);
        assertThat(traced.path("position").asInt()).isEqualTo(position);
        assertThat(traced.path("layer").asInt()).isEqualTo(strongest.layer());
        assertThat(traced.path("head").asInt()).isEqualTo(strongest.head());
        assertThat(traced.path("computation").path("head").asInt()).isEqualTo(strongest.head());
        assertThat(traced.path("why").isMissingNode()).isTrue();
        for (int i = 0; i < 8; i++) {
            JsonNode effect = traced.path("effects").path("heads").get(i);
            assertThat(effect.path("log_probability").asDouble())
                    .isEqualTo(effects.heads().get(i).logProbability(), within(1e-5));
            assertThat(effect.path("instead").path("token").asString())
                    .isEqualTo(effects.heads().get(i).instead().token());
        }
        assertThat(ask("/api/trace", "").path("position").asInt()).isEqualTo(9);
    }

    @Test
    void a_trace_of_a_long_text_is_that_of_its_end() throws Exception {
        String text = "the cat sat on the mat . ".repeat(4).strip();
        JsonNode traced = served.ask("/api/trace", "{\"text\": \"%s\"}".formatted(text));
        int context = served.model.context();
        assertThat(traced.path("tokens").size()).isEqualTo(context);
        assertThat(traced.path("omitted").asInt())
                .isEqualTo(served.model.encode(text).length() - context);
        assertThat(traced.path("position").asInt()).isEqualTo(context - 1);
    }

    private static int likeliest(String text) {
        Encoded encoded = served.model.encode(text);
        return Distribution.likeliest(Recording.of(served.model, text, encoded).logits(encoded.length() - 1));
    }

    /** A start of a text with a word more, after which the model says something else than after {@link #TEXT}. */
    private static String differing(String start) {
        return Stream.of("bird", "cat", "rug", "mat", ",", "which", "saw", "a", "on", ".")
                .map(word -> start + word)
                .filter(text -> likeliest(text) != likeliest(TEXT))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void compare_says_where_the_difference_lies() throws Exception {
        String other = differing("the bird , which saw a dog , ");
        JsonNode compared = ask("/api/compare", ", \"other\": \"%s\"".formatted(other));
        ActivationPatching patching = ActivationPatching.of(served.model, encoded(), served.model.encode(other));
        for (int layer = 0; layer < 2; layer++) {
            for (int position = 0; position < 10; position++) {
                assertThat(compared.path("recovered_by_patching")
                                .get(layer)
                                .get(position)
                                .asDouble())
                        .isEqualTo(patching.recovered()[layer][position], within(1e-5));
            }
            for (int head = 0; head < 4; head++) {
                assertThat(compared.path("recovered_by_head")
                                .get(layer)
                                .get(head)
                                .asDouble())
                        .isEqualTo(patching.byHead()[layer][head], within(1e-5));
            }
        }
        assertThat(compared.path("sentence").asString())
                .startsWith("The texts differ at “dog” | “bird”, “bird” | “dog”, “sat” | ")
                .contains(" the difference between ");
        assertThat(compared.path("texts").get(1).path("text").asString()).isEqualTo(other);
        assertThat(compared.path("texts")
                        .get(0)
                        .path("next")
                        .get(0)
                        .path("token")
                        .asString())
                .isEqualTo(served.model.tokenizer().vocabulary().token(likeliest(TEXT)));
        assertThat(compared.path("aligned").size()).isEqualTo(10);
    }

    @Test
    void compare_patches_texts_of_different_lengths_where_they_correspond() throws Exception {
        String other = differing("the bird , ");
        JsonNode compared = ask("/api/compare", ", \"other\": \"%s\"".formatted(other));
        ActivationPatching patching = ActivationPatching.of(served.model, encoded(), served.model.encode(other));
        assertThat(patching.aligned()).hasSizeGreaterThan(5);
        for (int layer = 0; layer < 2; layer++) {
            JsonNode shares = compared.path("recovered_by_patching").get(layer);
            assertThat(shares).hasSize(patching.aligned().size());
            for (int pair = 0; pair < shares.size(); pair++) {
                assertThat(shares.get(pair).asDouble()).isEqualTo(patching.recovered()[layer][pair], within(1e-5));
                if (!patching.aligned().get(pair).inBoth()) {
                    assertThat(shares.get(pair).asDouble()).isZero();
                }
            }
        }
        assertThat(compared.path("sentence").asString()).contains("(only in the first)");
    }

    @Test
    void compare_aligns_texts_of_different_lengths() throws Exception {
        JsonNode compared =
                served.ask("/api/compare", "{\"text\": \"the cat sat\", \"other\": \"the dog , the cat sat\"}");
        String aligned = IntStream.range(0, compared.path("aligned").size())
                .mapToObj(i -> compared.path("aligned").get(i))
                .map(pair -> pair.path("first") + "-" + pair.path("second"))
                .collect(Collectors.joining(" "));
        // [BOS] the cat sat, [BOS] the dog , the cat sat
        assertThat(aligned).isIn("0-0 1-1 null-2 null-3 null-4 2-5 3-6", "0-0 null-1 null-2 null-3 1-4 2-5 3-6");
        assertThat(served.ask("/api/compare", "{\"text\": \"the cat\", \"other\": \"the cat\"}")
                        .path("why")
                        .asString())
                .startsWith("both texts are followed by ");
    }

    @Test
    void examples_have_no_word_that_the_model_does_not_know() throws Exception {
        String text = "the cat , which liked the dog , sat on the . I love cats";
        try (Served other = new Served(ServeSettings.LOCAL, TinyModels.words(text))) {
            JsonNode examples = tools.jackson.databind.json.JsonMapper.shared()
                    .readTree(other.get("/healthz").body())
                    .path("examples");
            assertThat(examples.findValuesAsString("label"))
                    .containsExactly("who sat?", "I love cats", "swap cat ↔ dog");
            assertThat(examples.get(0).has("other")).isFalse();
            assertThat(examples.get(2).path("other").asString()).startsWith("the dog , which liked the cat");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/trace   | \"position\": 10                      | position: has to be a whole number from 0 to 9",
                "/api/trace   | \"position\": \"last\"                | position: has to be a whole number from 0 to 9",
                "/api/trace   | \"layer\": 1                          | give both layer and head, or neither",
                "/api/trace   | \"layer\": 2, \"head\": 0             | layer: has to be a whole number from 0 to 1",
                "/api/trace   | \"layer\": 1, \"head\": 4             | head: has to be a whole number from 0 to 3",
                "/api/trace   | \"ablate\": {}                        | ablate: has to be a list of at most 8 heads",
                "/api/predict | \"ablate\": \"1.1\"                   | ablate: has to be a list of at most 8 heads",
                "/api/predict | \"ablate\": [3]                       | ablate[0]: has to be an object of a layer and a head",
                "/api/predict | \"ablate\": [{\"layer\": 1}]          | ablate[0]: has to be an object of a layer and a head",
                "/api/predict | \"ablate\": [{\"layer\": 1, \"head\": 1, \"x\": 1}] | ablate[0]: has to be an object of a",
                "/api/predict | \"ablate\": [{\"layer\": 2, \"head\": 1}] | ablate[0].layer: has to be a whole number from 0 to 1",
                "/api/predict | \"ablate\": [{\"layer\": 0, \"head\": -1}] | ablate[0].head: has to be a whole number from 0 to 3",
                "/api/attention | \"ablate\": [{\"layer\": 0, \"head\": 1.5}] | ablate[0].head: has to be a whole number",
                "/api/attention | \"ablate\": [{\"layer\": 0, \"head\": 1}, {\"layer\": 0, \"head\": 1}]"
                        + "| ablate[1]: layer 0, head 1 is listed twice",
                "/api/compare | \"top\": 3                            | top: there is no such key",
                "/api/compare | \"other\": \" \"                      | the text is empty",
            })
    void a_wrong_question_is_refused_by_key(String path, String more, String sentence) throws Exception {
        HttpResponse<String> answer = served.post(path, "{\"text\": \"%s\", %s}".formatted(TEXT, more));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(sentence);
    }

    @Test
    void ten_thousand_heads_are_refused_and_so_is_a_list_of_texts_without_heads() throws Exception {
        String heads = ablate(IntStream.range(0, 10_000).mapToObj(i -> "0.1").toArray(String[]::new));
        assertThat(served.post("/api/trace", "{\"text\": \"the\"" + heads + "}").body())
                .contains("ablate: has to be a list of at most 8 heads");
        assertThat(served.post("/api/predict", "{\"texts\": [\"the\"]" + ablate("0.1") + "}")
                        .body())
                .contains("ablate: goes with text, not with texts");
    }

    private static byte[] question(String text) {
        return "{\"text\": \"%s\", \"other\": \"x\"}".formatted(text).getBytes(UTF_8);
    }

    @Test
    void a_text_of_more_tokens_than_fit_is_refused_and_one_of_a_kilobyte_gets_a_small_answer() throws Exception {
        String letters = "abcdefghij";
        try (Served other = new Served(ServeSettings.LOCAL, TinyModels.characters(letters, 5000))) {
            String long3000 = letters.repeat(300);
            String ablate = ", \"ablate\": [{\"layer\": 0, \"head\": 1}]";
            for (String path : List.of("/api/trace", "/api/predict", "/api/compare")) {
                String more = path.endsWith("compare") ? ", \"other\": \"a\"" : ablate;
                HttpResponse<String> refused = other.post(path, "{\"text\": \"%s\"%s}".formatted(long3000, more));
                assertThat(refused.statusCode()).as(path).isEqualTo(400);
                assertThat(refused.body())
                        .containsPattern("text has 300[01] tokens")
                        .contains("shorter text");
            }
            String body = "{\"text\": \"%s\"}".formatted(letters.repeat(60));
            HttpResponse<String> traced = other.post("/api/trace", body);
            assertThat(traced.statusCode()).isEqualTo(200);
            assertThat(traced.body().length()).isLessThan(300 * body.length());
        }
    }

    /** Whoever leaves, or waits too long, is not computed for, and its memory is free again. */
    @Test
    void a_call_that_is_over_before_its_turn_is_not_traced() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (LanguageModel model = TinyModels.words();
                FairWorkers encoding = new FairWorkers("encoding", 1, 100);
                FairWorkers turns = new FairWorkers("turns", 1, 100)) {
            Recorder recorder = new Recorder(model, turns, encoding, Duration.ofMinutes(1), new RecordingMemory(0));
            List<Reply.Source> routes = List.of(new CompareRoute(recorder)::answer, new TraceRoute(recorder)::answer);
            CompletableFuture<Boolean> running = turns.take(() -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return true;
            });
            byte[] traced = "{\"text\": \"the cat\"}".getBytes(UTF_8);
            try {
                for (int i = 0; i < 40; i++) { // there is memory for 32
                    Call call = new Call(Duration.ofMinutes(10));
                    CompletableFuture<Reply> answer = i % 2 == 0
                            ? routes.get(0).to(question("the"), call)
                            : routes.get(1).to(traced, call);
                    encoding.take(() -> true).join(); // after that of the text: the memory is held
                    call.end(new Problem(400, "the client has left"));
                    assertThatThrownBy(answer::join).hasMessageContaining("the client has left");
                }
                Call late = new Call(Duration.ofMillis(1));
                CompletableFuture<Reply> answer = routes.get(1).to(traced, late);
                assertThatThrownBy(answer::join).hasMessageContaining("no answer could be computed within");
            } finally {
                end.countDown();
            }
            assertThat(running.join()).isTrue();
            Call call = new Call(Duration.ofMinutes(10));
            assertThat(routes.get(1).to(traced, call).join()).isNotNull();
        }
    }
}
