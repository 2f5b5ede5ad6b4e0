package io.heed.serve;

import io.heed.HeedException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address, access and limits of a {@link Server}.
 *
 * @param host the name or address to listen on
 * @param port the port to listen on; 0 for a free one
 * @param allowedHosts the names, with or without a port, that requests may use for the server, besides those of this machine
 * @param token the token that requests have to present; null for none
 * @param largestBody the largest body of a request, in bytes
 * @param queue the number of texts that may wait for their next words
 * @param patience the time that a body may take to arrive, an answer to be computed, and a text to be continued
 */
public record ServeSettings(
        String host,
        int port,
        List<String> allowedHosts,
        @Nullable String token,
        int largestBody,
        int queue,
        Duration patience) {

    /** The shortest token that cannot be guessed by trying. */
    public static final int SHORTEST_TOKEN = 16;

    /** Settings for this machine only, on any port. */
    public static final ServeSettings LOCAL =
            new ServeSettings("127.0.0.1", 0, List.of(), null, 1_000_000, 1024, Duration.ofSeconds(10));

    /** Returns settings for this machine only, on a port. */
    public static ServeSettings local(int port) {
        return new ServeSettings(
                LOCAL.host, port, LOCAL.allowedHosts, LOCAL.token, LOCAL.largestBody, LOCAL.queue, LOCAL.patience);
    }

    /**
     * Copies the list, and strips the brackets that an IPv6 address has in a link.
     *
     * @throws HeedException if the token could not be sent in a header, or is shorter than {@link #SHORTEST_TOKEN}
     */
    public ServeSettings {
        allowedHosts = List.copyOf(allowedHosts);
        host = host.replaceFirst("^\\[(.*)]$", "$1");
        if (token != null && !token.matches("[!-~]+")) {
            throw new HeedException("the token is empty or has characters other than ASCII's visible ones");
        }
        if (token != null && token.length() < SHORTEST_TOKEN) {
            throw new HeedException(
                    "the token is too short (%d of at least %d characters) and could be guessed; use the output of openssl rand -hex 16"
                            .formatted(token.length(), SHORTEST_TOKEN));
        }
    }
}
