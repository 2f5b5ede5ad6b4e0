package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Attention maps as one page that needs nothing else: style, script and numbers stand in it, and its content security policy lets
 * it load nothing.
 */
final class AttentionPage {

    private AttentionPage() {}

    /** Returns the page. */
    static String of(Recording maps) {
        String style = resource("page.css");
        String script = resource("page.js");
        return resource("page.html")
                .replace("{{style-hash}}", sha256(style))
                .replace("{{script-hash}}", sha256(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script)
                .replace("{{data}}", harmless(AttentionJson.of(maps)));
    }

    /** JSON in which no browser finds the end of the script element that holds it. */
    private static String harmless(String json) {
        return json.replace("<", "\\u003c");
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static String resource(String name) {
        try (InputStream in = AttentionPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n").strip(); // as browsers hash it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
