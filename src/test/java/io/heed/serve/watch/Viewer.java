package io.heed.serve.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.serve.ServedSite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** Somebody who watches a run. */
final class Viewer implements AutoCloseable {

    /**
     * An event.
     *
     * @param id its number
     * @param json its data
     */
    record Event(long id, String json) {}

    final HttpResponse<java.io.InputStream> answer;
    private final BufferedReader lines;

    Viewer(ServedSite served) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(served.server.address()).resolve("api/events"))
                .build();
        answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
        lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
    }

    int status() {
        return answer.statusCode();
    }

    /** The next event; null if there are no more. */
    @Nullable
    Event next() throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith("id: ")) {
            if (!line.isEmpty() && !line.startsWith(":")) {
                throw new AssertionError("neither an event nor a comment: " + line);
            }
            line = lines.readLine();
        }
        if (line == null) {
            return null;
        }
        String data = lines.readLine();
        if (!data.startsWith("data: ") || !lines.readLine().isEmpty()) {
            throw new AssertionError("not an event: " + data);
        }
        return new Event(Long.parseLong(line.substring("id: ".length())), data.substring("data: ".length()));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
