package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A file of a page.
 *
 * @param type its media type
 * @param bytes what is sent
 */
public record Asset(String type, byte[] bytes) {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    /**
     * Returns a file from the jar.
     *
     * @param beside a class whose package's resources contain it
     */
    public static Asset of(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new Asset(type(name), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a text as a file.
     *
     * @param name the name of the file, whose ending says what it is
     */
    public static Asset of(String name, String text) {
        return new Asset(type(name), text.getBytes(UTF_8));
    }

    /** Returns the icon that all sites have. */
    public static Asset icon() {
        return of(Asset.class, "icon.svg");
    }

    /** Returns the text of the file. */
    public String text() {
        return new String(bytes, UTF_8);
    }

    private static String type(String name) {
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
    }
}
