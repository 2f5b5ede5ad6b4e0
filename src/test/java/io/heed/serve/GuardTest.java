package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.serve.model.ModelSite;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the server answers, and what it tells those it does not. */
class GuardTest {

    private static final String QUESTION = "{\"text\": \"the cat\"}";

    private static Served served;
    private static Served secret;

    @BeforeAll
    static void start() {
        served = new Served(new ServeSettings(
                "127.0.0.1", 0, List.of("heed.example", "heed.example:443"), null, 1000, 10, Duration.ofMinutes(10)));
        secret = new Served(
                new ServeSettings("127.0.0.1", 0, List.of(), "open-sesame-1234", 1000, 10, Duration.ofMinutes(10)));
    }

    @AfterAll
    static void stop() {
        served.close();
        secret.close();
    }

    @AfterEach
    void nothing_failed() {
        assertThat(served.failures).isEmpty();
        assertThat(secret.failures).isEmpty();
    }

    private static void assertRefused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":" + status).doesNotContain("Exception", "\\tat ");
    }

    private static String status(String host) throws IOException {
        String answer = served.raw("GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                .formatted(host.replace("PORT", "" + served.port()))
                .getBytes(UTF_8));
        return answer.split(" ", 3)[1];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:PORT",
                "LocalHost:PORT",
                "127.0.0.1:PORT",
                "[::1]:PORT",
                "heed.example",
                "heed.example:443",
                "heed.example:PORT"
            })
    void goes_by_the_names_of_this_machine_and_those_allowed(String host) throws IOException {
        assertThat(status(host)).isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:PORT",
                "localhost",
                "127.0.0.1:1",
                "localhost.evil.example:PORT",
                "evil.example:443",
                "heed.example:444",
                "127.0.0.1:PORT:PORT"
            })
    void goes_by_no_other_name(String host) throws IOException {
        assertThat(status(host)).isIn("403", "400");
    }

    @Test
    void a_page_of_its_own_may_ask() throws Exception {
        var request = served.request("/api/predict").header("Content-Type", "application/json");
        request.header("Origin", "http://127.0.0.1:" + served.port()).POST(BodyPublishers.ofString(QUESTION));
        assertThat(served.send(request).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://127.0.0.1", "http://localhost:1", "file://"})
    void no_page_of_another_site_may_ask(String origin) throws Exception {
        var request = served.request("/api/predict").header("Content-Type", "application/json");
        assertRefused(served.send(request.header("Origin", origin).POST(BodyPublishers.ofString(QUESTION))), 403);
    }

    @Test
    void every_answer_says_what_a_browser_may_do_with_it() throws Exception {
        for (String path : List.of("/", "/healthz", "/nowhere", "/api/predict", "/page/live.js")) {
            HttpResponse<String> answer = served.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(answer.headers().map())
                    .doesNotContainKeys("access-control-allow-origin", "server", "set-cookie");
        }
        assertThat(served.raw("nonsense\r\n\r\n".getBytes(UTF_8)))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "nosniff");
    }

    @Test
    void the_page_has_no_script_or_style_inside() throws Exception {
        assertThat(served.get("/").body())
                .doesNotContain("<style", " style=", "javascript:", "http:", "https:")
                .doesNotContainPattern("<script(?! type=\"application/json\")(?![^>]* src=)") // data are no script
                .doesNotContainPattern("<[^>]* on[a-z]+=");
    }

    @ParameterizedTest
    @CsvSource({"/api/predict, POST", "/api/generate, POST", "/healthz, 'GET, HEAD'", "/, 'GET, HEAD'"})
    void another_method_is_told_which_one(String path, String allowed) throws Exception {
        HttpResponse<String> answer = served.send(served.request(path).method("DELETE", BodyPublishers.noBody()));
        assertRefused(answer, 405);
        assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
    }

    @Test
    void a_path_that_leads_nowhere_is_404() throws Exception {
        assertRefused(served.get("/page/Server.class"), 404);
        assertRefused(served.post("/api", QUESTION), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp"})
    void only_json_is_read(String type) throws Exception {
        assertRefused(
                served.send(served.request("/api/predict")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(QUESTION))),
                415);
    }

    @Test
    void a_large_body_is_refused_whether_its_length_is_told_or_not() throws Exception {
        String large = "{\"text\": \"%s\"}".formatted("the ".repeat(300));
        assertRefused(served.post("/api/predict", large), 413);
        var stream = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large.getBytes(UTF_8)));
        assertRefused(
                served.send(served.request("/api/predict")
                        .header("Content-Type", "application/json")
                        .POST(stream)),
                413);
    }

    @Test
    void a_body_that_does_not_come_is_not_waited_for() throws Exception {
        ServeSettings impatient = new ServeSettings("127.0.0.1", 0, List.of(), null, 1000, 10, Duration.ofSeconds(1));
        try (Served hasty = new Served(impatient);
                Socket socket = hasty.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100\r\n\r\n{")
                    .formatted(hasty.port())
                    .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("application/problem+json");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/predict | {} | text or texts",
                "/api/predict | {\"text\": \"a\", \"texts\": []} | text or texts",
                "/api/predict | {\"texts\": []} | texts: is empty",
                "/api/predict | {\"text\": \"\"} | the text is empty",
                "/api/predict | {\"text\": 3} | text: has to be a string",
                "/api/predict | {\"text\": \"the\", \"top\": 0} | top: has to be a whole number from 1",
                "/api/predict | {\"text\": \"the\", \"top\": 1.5} | top: has to be a whole number",
                "/api/predict | {\"text\": \"the\", \"tops\": 1} | tops: there is no such key",
                "/api/predict | {\"text\": \"the\", \"text\": \"a\"} | is not JSON",
                "/api/predict | {\"text\": \"\\ud800\"} | text: has half a surrogate pair",
                "/api/predict | {\"text\": NaN} | is not JSON",
                "/api/predict | [[[[[[[[[[[[]]]]]]]]]]]] | is not JSON",
                "/api/predict | {\"text\": \"the\"} {} | is not JSON",
                "/api/predict | {\"text\": \"the\", \"temperature\": 0} | temperature: has to be a number above 0",
                "/api/predict | {\"texts\": [\"the\"], \"temperature\": -0.5} | temperature: has to be a number above 0",
                "/api/predict | {\"text\": \"the\", \"temperature\": \"hot\"} | temperature: has to be a number",
                "/api/generate | {\"text\": \"the\", \"temperature\": -1} | temperature: -1 is out of range",
                "/api/generate | {\"text\": \"the\", \"temperature\": 1e999} | temperature: has to be a number",
                "/api/generate | {\"text\": \"the\", \"top_p\": 0} | top-p: 0 is out of range",
                "/api/generate | {\"text\": \"the\", \"tokens\": 1000000} | tokens: has to be a whole number from 1",
                "/api/generate | {\"text\": \"the\", \"stop\": [\"\"]} | stop: has an empty string",
                "/api/generate | {\"text\": \"the\", \"seed\": 1e30} | seed: has to be a whole number",
                "/api/attention | {\"text\": \"the\", \"layer\": 2} | layer: has to be a whole number from 0 to 1",
                "/api/attention | {\"text\": \"the\", \"head\": -1} | head: has to be a whole number from 0 to 3",
                "/api/attention | 3 | not a JSON object",
            })
    void a_wrong_question_is_told_what_is_wrong(String path, String body, String part) throws Exception {
        HttpResponse<String> answer = served.post(path, body);
        assertRefused(answer, 400);
        assertThat(answer.body()).contains(part.replace("\"", "\\\""));
    }

    @Test
    void with_a_token_the_api_needs_it_and_the_page_does_not() throws Exception {
        assertRefused(secret.post("/api/predict", QUESTION), 401);
        assertRefused(secret.get("/metrics"), 401);
        assertThat(secret.get("/").statusCode()).isEqualTo(200);
        assertThat(secret.get("/healthz").statusCode()).isEqualTo(200);
        for (String wrong : List.of(
                "Bearer open-sesame-123",
                "Bearer open-sesame-12342",
                "Bearer",
                "Basic open-sesame-1234",
                "open-sesame-1234")) {
            assertRefused(secret.send(secret.request("/metrics").header("Authorization", wrong)), 401);
        }
        for (String around :
                List.of("/page/../metrics", "/page/%2e%2e/metrics", "/page/..;/metrics", "//metrics", "/metrics;x")) {
            String answer = secret.raw("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
                    .formatted(around, secret.port())
                    .getBytes(UTF_8));
            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("heed_requests_total");
        }
        var right = secret.request("/metrics").header("Authorization", "Bearer open-sesame-1234");
        assertThat(secret.send(right).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Origin: http://127.0.0.1:PORT", "Authorization: Bearer x", "Content-Type: application/json"})
    void a_header_that_stands_twice_is_refused(String header) throws Exception {
        String twice = (header + "\r\n" + header + "\r\n").replace("PORT", "" + served.port());
        String answer = served.raw("POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(served.port(), twice, QUESTION.length(), QUESTION)
                .getBytes(UTF_8));
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("twice");
    }

    @Test
    void an_old_client_cannot_send_chunks() throws Exception {
        String head = "POST /api/predict HTTP/1.0\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                .formatted(served.port());
        String chunks = "12\r\n%s\r\n0\r\n\r\n".formatted(QUESTION);
        String answer = served.raw((head + "Transfer-Encoding: chunked\r\n\r\n" + chunks).getBytes(UTF_8));
        assertThat(answer).contains(" 400 ").contains("HTTP/1.0 has no Transfer-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/openapi.json", "/page/live.js"})
    void head_tells_what_get_has(String path) throws Exception {
        HttpResponse<String> head = served.send(served.request(path).method("HEAD", BodyPublishers.noBody()));
        HttpResponse<String> get = served.get(path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("Content-Length", "Content-Type", "Cache-Control")) {
            assertThat(head.headers().firstValue(name))
                    .isPresent()
                    .isEqualTo(get.headers().firstValue(name));
        }
        assertThat(get.body().getBytes(UTF_8))
                .hasSize(Integer.parseInt(
                        head.headers().firstValue("Content-Length").orElseThrow()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"text\": x} | line 1, column | invalid syntax",
                "{\"text\": \"the | line 1, column | it ends too early",
                "{\"text\": \"a\", \"text\": \"b\"} | line 1, column | a key occurs twice",
                "{\"text\": \"a\"} {} | line 1, column | there is text after its end",
                "[[[[[[[[[[1]]]]]]]]]] | | nested more than 8 deep",
                "{\"text\": 1111111111111111111111111111111111111111111111111111111111111111111111} | | more than 64 characters",
            })
    void what_is_no_json_is_told_in_words(String body, String where, String what) throws Exception {
        HttpResponse<String> answer = served.post("/api/predict", body);
        assertRefused(answer, 400);
        assertThat(answer.body())
                .contains(what)
                .contains(where == null ? "" : where)
                .doesNotContain("Stream", "Constraints", "getMax", "token", "Object");
    }

    @Test
    void a_token_has_to_be_too_long_to_be_guessed() {
        String shortest = "0123456789abcdef";
        assertThat(new ServeSettings("127.0.0.1", 0, List.of(), shortest, 1, 1, Duration.ofSeconds(1)).token())
                .isEqualTo(shortest);
        assertThatThrownBy(() -> new ServeSettings(
                        "127.0.0.1", 0, List.of(), shortest.substring(1), 1, 1, Duration.ofSeconds(1)))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("the token is too short (15 of at least 16 characters)")
                .hasMessageNotContaining(shortest.substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ü", "a\n"})
    void a_token_has_to_fit_into_a_header(String token) {
        assertThatThrownBy(() -> new ServeSettings("127.0.0.1", 0, List.of(), token, 1, 1, Duration.ofSeconds(1)))
                .isInstanceOf(HeedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void an_address_of_ipv6_may_be_written_as_in_a_link(String host) {
        ServeSettings settings = new ServeSettings(host, 0, List.of(), null, 1, 1, Duration.ofSeconds(1));
        try (Server server = new Server(new ModelSite(served.model, "tiny", settings), settings, e -> {})) {
            assertThat(server.address()).startsWith("http://[::1]:");
        }
    }

    @Test
    void a_server_knows_whether_it_answers() throws Exception {
        ServeSettings settings = new ServeSettings("127.0.0.1", 0, List.of(), null, 1, 1, Duration.ofSeconds(9));
        List<Boolean> during = new CopyOnWriteArrayList<>();
        AtomicReference<Server> itself = new AtomicReference<>();
        Site site = new Site() {
            @Override
            public List<Route> routes() {
                return List.of(Route.get(
                        "/",
                        Route.Access.OPEN,
                        response -> during.add(itself.get().isAnswering())));
            }

            @Override
            public void close() {}
        };
        Server server = new Server(site, settings, e -> {});
        try (server) {
            itself.set(server);
            assertThat(server.isAnswering()).isFalse();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.address())).build();
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
        }
        assertThat(during).containsExactly(true);
        assertThat(server.isAnswering()).isFalse();
    }

    @Test
    void an_address_that_is_taken_is_told() {
        ServeSettings same =
                new ServeSettings("127.0.0.1", served.port(), List.of(), null, 1, 1, Duration.ofSeconds(1));
        assertThatThrownBy(() -> new Server(new ModelSite(served.model, "tiny", same), same, e -> {}))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1, port " + served.port());
    }
}
