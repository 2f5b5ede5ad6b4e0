package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.checkpoint.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
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
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, PageContent content) {
        AtomicFile.write(file, out -> writeTo(out, content));
    }

    /** Writes the page as UTF-8. The stream stays open. */
    static void writeTo(OutputStream stream, PageContent content) throws IOException {
        String style = PageParts.resource("page.css");
        String script = SCRIPTS.stream().map(PageParts::resource).collect(Collectors.joining("\n"));
        String[] frame = PageParts.resource("page.html")
                .replace("{{style-hash}}", PageParts.sha256(style))
                .replace("{{script-hash}}", PageParts.sha256(script))
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
}
