package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that do not come to their end, and bodies that nobody reads. */
class BodyTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private static ServeSettings settings(int largestBody) {
        return new ServeSettings("127.0.0.1", 0, List.of(), "open-sesame-1234", largestBody, 10, LONG);
    }

    private static String head(Served served, String method, String path, int length) {
        return String.join(
                "\r\n",
                "%s %s HTTP/1.1".formatted(method, path),
                "Host: 127.0.0.1:" + served.port(),
                "Authorization: Bearer open-sesame-1234",
                "Content-Type: application/json",
                "Content-Length: %d\r\n\r\n".formatted(length));
    }

    private static String question(int length) {
        String text = "{\"text\": \"the cat\"";
        return text + " ".repeat(length - text.length() - 1) + "}";
    }

    private static void send(Socket socket, String what) throws IOException {
        socket.getOutputStream().write(what.getBytes(UTF_8));
    }

    /** The head of an answer; what follows is read too where its length is told. */
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        var length =
                java.util.regex.Pattern.compile("(?i)content-length: *(\\d+)").matcher(head);
        if (length.find()) {
            in.readNBytes(Integer.parseInt(length.group(1)));
        }
        return head.toString();
    }

    /** Five that are held open at their last byte; the room for all bodies is that of four. */
    @Test
    void bodies_that_are_never_whole_give_way_to_others() throws Exception {
        int largest = (int) (Runtime.getRuntime().maxMemory() / 16 / 4);
        String whole = question(largest);
        List<Socket> held = new ArrayList<>();
        try (Served served = new Served(settings(largest))) {
            for (int i = 0; i < 5; i++) {
                Socket socket = served.connect();
                held.add(socket);
                send(socket, head(served, "POST", "/api/predict", largest) + whole.substring(0, largest - 1));
            }
            for (int i = 0; i < 3; i++) {
                try (Socket honest = served.connect()) {
                    send(honest, head(served, "POST", "/api/predict", 1000) + question(1000));
                    assertThat(answer(honest)).startsWith("HTTP/1.1 200 ");
                }
            }
            assertThat(answer(held.get(0))) // of as many bytes, for longest
                    .startsWith("HTTP/1.1 408 ")
                    .contains("Connection: close");
            send(held.get(4), "}");
            assertThat(answer(held.get(4))).startsWith("HTTP/1.1 200 ");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /** Some of it came; what else comes on this connection would be taken for another request. */
    @ParameterizedTest
    @CsvSource({
        "POST, /api/predict, Content-Type, 415",
        "POST, /api/predict, Authorization, 401",
        "POST, /api/predict, Host, 4",
        "POST, /nowhere, '', 404",
        "DELETE, /api/predict, '', 405",
        "POST, /healthz, '', 405",
        "GET, /healthz, '', 200",
    })
    void an_answer_to_a_part_of_a_request_tells_that_nothing_more_is_read(
            String method, String path, String changed, String status) throws Exception {
        try (Served served = new Served(settings(100_000));
                Socket socket = served.connect()) {
            String head = head(served, method, path, 100_000);
            send(socket, (changed.isEmpty() ? head : head.replaceFirst(changed + ": ", "$0x")) + "{".repeat(5_000));
            assertThat(answer(socket)).startsWith("HTTP/1.1 " + status).containsIgnoringCase("Connection: close\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_connection_whose_request_was_refused_whole_stays() throws Exception {
        try (Served served = new Served(settings(100_000));
                Socket socket = served.connect()) {
            OutputStream out = socket.getOutputStream();
            for (String path : List.of("/nowhere", "/api/predict")) {
                String head = head(served, "POST", path, 1000);
                out.write(((path.startsWith("/api") ? head.replace("application/json", "text/plain") : head)
                                + question(1000))
                        .getBytes(UTF_8));
                assertThat(answer(socket)).startsWith("HTTP/1.1 4").doesNotContainIgnoringCase("Connection: close");
            }
            send(socket, head(served, "POST", "/api/predict", 1000) + question(1000));
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
        }
    }
}
