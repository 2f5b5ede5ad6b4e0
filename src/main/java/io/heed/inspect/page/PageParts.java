package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** Builds self-contained pages from their parts. */
public final class PageParts {

    private PageParts() {}

    /** The name under which a content security policy allows a style or script. */
    static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /**
     * Returns a page with its style and script in two parts, before and after its data. Text goes between them and is never searched for
     * placeholders.
     *
     * @param page the page's file, among this package's resources unless it is a path
     */
    public static String[] frame(String page, String style, String script) {
        return resource(page)
                .replace("{{style-hash}}", sha256(style))
                .replace("{{script-hash}}", sha256(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script)
                .split("\\{\\{data}}\n", 2);
    }

    /** Returns the style sheets of these names, or paths, one after the other. */
    public static String style(String... names) {
        return Stream.of(names).map(PageParts::resource).collect(Collectors.joining("\n"));
    }

    /** Returns an element of a page that holds JSON, which has no less-than sign. */
    static String element(String id, String json) {
        return "<script type=\"application/json\" id=\"%s\">%s</script>".formatted(id, json);
    }

    /** Returns an element of a page that holds bytes: a zlib stream as {@link Base85}, in ASCII. */
    public static byte[] packedElement(String id, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PageNumbers.element(out, id, PageNumbers.compressed(bytes, 1, Deflater.DEFAULT_STRATEGY));
        return out.toByteArray();
    }

    /** Returns a text as HTML shows it, in an element or an attribute. */
    public static String escaped(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Returns a file of this package, or at a path, from the jar, with the line ends that browsers hash. */
    public static String resource(String name) {
        try (InputStream in = PageParts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n").strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
