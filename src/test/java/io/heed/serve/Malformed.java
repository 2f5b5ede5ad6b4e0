package io.heed.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Requests that are wrong in every way chance finds.
 *
 * @param questions questions with a key {@code nonsense}, which no question may have
 * @param paths where they are posted
 */
public record Malformed(List<String> questions, List<String> paths) {

    private static final List<String> PARTS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "\\u",
            "\\ud83d",
            "NaN",
            "1e9999",
            "-",
            "null",
            "\"text\":",
            "\"texts\":",
            "\"top\":",
            "\u00ff",
            "\u0000",
            "9".repeat(500),
            "[".repeat(500),
            "true",
            "\"stop\":[\"\"]",
            "\u00c3(");

    private String mutated(RandomGenerator chance) {
        StringBuilder body = new StringBuilder(questions.get(chance.nextInt(questions.size())));
        for (int i = chance.nextInt(1, 8); i > 0; i--) {
            int at = chance.nextInt(body.length());
            switch (chance.nextInt(3)) {
                case 0 -> body.deleteCharAt(at);
                case 1 -> body.insert(at, PARTS.get(chance.nextInt(PARTS.size())));
                default -> body.setCharAt(at, (char) chance.nextInt(256));
            }
        }
        return body.toString();
    }

    private String request(RandomGenerator chance, int port) {
        String body = mutated(chance);
        String path = paths.get(chance.nextInt(paths.size()));
        String start = "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n".formatted(path, port);
        String length = "Content-Length: %d\r\n".formatted(body.length());
        String type = "Content-Type: application/json\r\n";
        return switch (chance.nextInt(10)) {
            case 0 -> start.replace("POST", "PATCH") + type + length + "\r\n" + body;
            case 1 -> start.replace("127.0.0.1", "evil.example") + type + length + "\r\n" + body;
            case 2 -> start + "Origin: http://evil.example\r\n" + type + length + "\r\n" + body;
            case 3 -> start + length + "\r\n" + body;
            case 4 ->
                start.replace("/api", "/%2e%2e/" + (char) chance.nextInt(33, 127)) + type + length + "\r\n" + body;
            case 5 -> start.replace("HTTP/1.1", "HTTP/" + chance.nextInt(3, 10) + ".0") + type + length + "\r\n" + body;
            case 6 -> start + type + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body;
            default -> start + type + length + "\r\n" + body;
        };
    }

    /** Asserts that a server refuses some, each with a problem, and fails at none. */
    public void assertRefused(ServedSite served, int count) throws IOException {
        int asked = 0;
        for (int i = 0; asked < count; i++) {
            String request = request(Seeds.random(1, "fuzz", i), served.port());
            if (!request.contains("\"nonsense\"")) {
                continue; // it may be right
            }
            asked++;
            String answer = served.raw(request.getBytes(ISO_8859_1));
            assertThat(answer).as(request).matches("(?s)HTTP/1\\.1 4\\d\\d .*application/problem\\+json.*");
            assertThat(answer).as(request).doesNotContain("\\tat ", "java", "io.heed", "Caused by");
        }
        assertThat(served.failures).isEmpty();
    }
}
