package io.heed.cli.live;

import io.heed.HeedException;
import io.heed.SmallFile;
import io.heed.serve.ServeSettings;
import io.heed.serve.Server;
import io.heed.serve.watch.WatchSite;
import io.heed.watch.PageAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page of a run, for the person at this machine. */
public final class LocalPage implements AutoCloseable {

    /** The port, unless one is named; if it is in use, any free one. */
    static final int USUAL_PORT = 8090;

    private static final int PATIENCE = 2000; // ms

    private final Server server;

    /**
     * Starts to serve.
     *
     * @param port the port, 0 for a free one, or null for the usual one
     * @param option the option that names the port
     * @param log receives failures that are no request's fault
     * @throws HeedException if it cannot listen on the port
     */
    public LocalPage(WatchSite site, @Nullable Integer port, String option, Consumer<Throwable> log) {
        server = port == null ? usual(site, log) : named(site, port, option, log);
    }

    /** The usual port, or a free one if it is in use; the address says which. */
    private static Server usual(WatchSite site, Consumer<Throwable> log) {
        try {
            return new Server(site, ServeSettings.local(USUAL_PORT), log);
        } catch (HeedException inUse) {
            return new Server(site, ServeSettings.local(0), log);
        }
    }

    private static Server named(WatchSite site, int port, String option, Consumer<Throwable> log) {
        try {
            return new Server(site, ServeSettings.local(port), log);
        } catch (HeedException e) {
            throw new HeedException(
                    "%s: port %d is in use or not allowed; name another, or 0 for a free one".formatted(option, port),
                    e);
        }
    }

    /** Whether the program that named the address still serves the page of that run there. */
    public static boolean answers(PageAddress page, String name) {
        if (!ProcessHandle.of(page.process()).map(ProcessHandle::isAlive).orElse(false)) {
            return false;
        }
        try {
            HttpURLConnection asked = (HttpURLConnection)
                    URI.create(page.address() + "healthz").toURL().openConnection(Proxy.NO_PROXY);
            asked.setConnectTimeout(PATIENCE);
            asked.setReadTimeout(PATIENCE);
            try (InputStream answer = asked.getInputStream()) {
                JsonNode health = JsonMapper.shared().readTree(answer.readNBytes(SmallFile.LIMIT));
                return health.path("model").asString("").equals(name)
                        && health.path("controls").asBoolean(false);
            }
        } catch (IOException | JacksonException e) {
            return false;
        }
    }

    /** Where it is. */
    public String address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }
}
