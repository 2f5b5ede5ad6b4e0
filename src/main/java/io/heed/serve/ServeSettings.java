package io.heed.serve;

import io.heed.HeedException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask a {@link Server}, and for how much.
 *
 * @param host the name or address to listen on
 * @param port the port to listen on; 0 for any that is free
 * @param allowedHosts the names, with a port or without, that requests may call the server by, besides those of this machine
 * @param token what requests have to present; null to ask for nothing
 * @param largestBody the largest body of a request, in bytes
 * @param queue how many texts may wait for their next words
 * @param patience how long a body may take to arrive, an answer to be computed, and a text to be continued
 */
public record ServeSettings(
        String host,
        int port,
        List<String> allowedHosts,
        @Nullable String token,
        int largestBody,
        int queue,
        Duration patience) {

    /** A shorter token can be guessed by asking. */
    public static final int SHORTEST_TOKEN = 16;

    /** This machine alone, any port. */
    public static final ServeSettings LOCAL =
            new ServeSettings("127.0.0.1", 0, List.of(), null, 1_000_000, 1024, Duration.ofSeconds(10));

    /**
     * Copies the list, and takes an IPv6 address out of the brackets it has in a link.
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
                    "the token is too short (%d of at least %d characters) and could be guessed; give one such as openssl rand -hex 16 prints"
                            .formatted(token.length(), SHORTEST_TOKEN));
        }
    }
}
