package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests may pass.
 *
 * <p>A page of another site, open in a browser, can send requests to this machine. It cannot choose their {@code Origin}, nor, if it
 * makes a name of its own lead here, their {@code Host}.
 */
final class Guard {

    /** The headers of every answer. */
    static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                            + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");
    private static final int HTTP = 80;
    private static final String SCHEME = "Bearer ";

    private final Set<String> hosts; // with the server's own port
    private final Set<String> named; // as given
    private final byte @Nullable [] token;

    Guard(ServeSettings settings) {
        String bound = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        hosts = Stream.of(THIS_MACHINE, settings.allowedHosts(), List.of(bound))
                .flatMap(List::stream)
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        named = settings.allowedHosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        token = settings.token() == null ? null : settings.token().getBytes(UTF_8);
    }

    /** Headers whose second value could contradict the first, which a proxy may have checked. */
    private static final List<HttpHeader> ONCE = List.of(
            HttpHeader.HOST,
            HttpHeader.ORIGIN,
            HttpHeader.AUTHORIZATION,
            HttpHeader.CONTENT_TYPE,
            HttpHeader.CONTENT_ENCODING,
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.TRANSFER_ENCODING);

    /** Lets a request pass, or refuses it. */
    void check(Request request, boolean open) {
        HttpFields headers = request.getHeaders();
        checkForm(headers, request.getConnectionMetaData().getHttpVersion());
        String host = String.valueOf(headers.get(HttpHeader.HOST)).toLowerCase(Locale.ROOT);
        if (!knows(host, Request.getLocalPort(request))) {
            throw new Problem(403, "the request calls this server by another name; --allow-host NAME allows one");
        }
        String origin = headers.get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            throw new Problem(403, "the request comes from a page of another site");
        }
        if (token != null && !open) {
            checkToken(token, headers.get(HttpHeader.AUTHORIZATION));
        }
    }

    private static void checkForm(HttpFields headers, HttpVersion version) {
        for (HttpHeader name : ONCE) {
            if (headers.getFields(name).size() > 1) {
                throw new Problem(400, "the request has the header %s twice".formatted(name.asString()));
            }
        }
        if (version == HttpVersion.HTTP_1_0 && headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            throw new Problem(400, "HTTP/1.0 has no Transfer-Encoding; send a Content-Length");
        }
    }

    private boolean knows(String host, int port) {
        String own = ":" + port;
        return named.contains(host)
                || (host.endsWith(own) && hosts.contains(host.substring(0, host.length() - own.length())))
                || (port == HTTP && hosts.contains(host));
    }

    private static void checkToken(byte[] token, @Nullable String authorization) {
        String given = authorization == null ? "" : authorization;
        boolean bearer = given.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] presented = bearer ? given.substring(SCHEME.length()).strip().getBytes(UTF_8) : new byte[0];
        if (!MessageDigest.isEqual(token, presented)) { // takes the same time wherever they differ
            throw new Problem(
                    401,
                    "the token is missing or wrong; send Authorization: Bearer TOKEN",
                    "WWW-Authenticate",
                    "Bearer");
        }
    }
}
