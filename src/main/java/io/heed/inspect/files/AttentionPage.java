package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.checkpoint.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Attention maps as one page that needs nothing else: style, script and numbers stand in it, and its content security policy lets
 * it load nothing.
 */
public final class AttentionPage {

    /** The parts of the script, in their order. */
    private static final List<String> SCRIPTS = List.of(
            "page-numbers.js",
            "page-words.js",
            "page-state.js",
            "page-pens.js",
            "page-drawings.js",
            "page-panel.js",
            "page-overview.js",
            "page-details.js",
            "page-downloads.js",
            "page-controls.js");

    private static final int BUFFER = 1 << 16;

    private AttentionPage() {}

    /**
     * Writes the page into a file.
     *
     * @throws HeedException if the file cannot be written
     */
    public static void write(Path file, PageContent content) {
        AtomicFile.write(file, out -> writeTo(out, content));
    }

    /** Writes the page as UTF-8. The stream stays open. */
    static void writeTo(OutputStream stream, PageContent content) throws IOException {
        String style = resource("page.css");
        String script = SCRIPTS.stream().map(AttentionPage::resource).collect(Collectors.joining("\n"));
        String[] frame = resource("page.html")
                .replace("{{style-hash}}", sha256(style))
                .replace("{{script-hash}}", sha256(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script)
                .split("\\{\\{data}}\n", 2); // what a text says goes between, and is never searched for places to fill
        PageNumbers numbers = PageNumbers.of(content);
        OutputStream out = new BufferedOutputStream(stream, BUFFER);
        out.write(frame[0].getBytes(UTF_8));
        numbers.writeTo(out, content);
        String facts = PageFacts.of(content, numbers).json();
        out.write(("<script type=\"application/json\" id=\"facts\">" + facts + "</script>\n").getBytes(UTF_8));
        out.write(frame[1].getBytes(UTF_8));
        out.flush();
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
