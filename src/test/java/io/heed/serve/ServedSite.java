package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.model.registry.Collector;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server, and somebody who asks it. */
public class ServedSite implements AutoCloseable {

    public final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    public final Server server;
    private final HttpClient client = HttpClient.newHttpClient();

    public ServedSite(ServeSettings settings, Site site) {
        server = new Server(site, settings, failures::add);
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address()).resolve(path));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /** The answer to a question that is right. */
    public JsonNode ask(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(path, body);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return JsonMapper.shared().readTree(answer.body());
    }

    /** How {@code /metrics} shows what a site measures. */
    public static String text(List<Collector> collectors) {
        return new Metrics(collectors).text();
    }

    public int port() {
        return URI.create(server.address()).getPort();
    }

    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Sends bytes, and nothing after them; what comes back until the connection closes. */
    public String raw(byte[] message) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            try {
                out.write(message);
                out.flush();
                socket.shutdownOutput();
            } catch (SocketException e) {
                // it has answered already
            }
            try {
                return new String(socket.getInputStream().readAllBytes(), UTF_8);
            } catch (SocketException e) {
                return "";
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
