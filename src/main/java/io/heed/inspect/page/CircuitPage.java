package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.circuit.CircuitChoices;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.pictures.CircuitDrawing;
import java.nio.file.Path;
import java.util.List;

/** A circuit as one self-contained page: its picture, and what the model answers with any choice of its edges. */
public final class CircuitPage {

    private CircuitPage() {}

    /** What the page's script reads. */
    private record Shown(CircuitReport report, List<String> meanings, CircuitChoices choices) {}

    /**
     * Writes the page into a file.
     *
     * @throws io.heed.HeedException if the file cannot be written
     */
    public static void write(Path file, CircuitReport report, CircuitChoices choices) {
        String script = ScriptBundle.of(CircuitPage.class, "circuit.js");
        String style = PageParts.style("page.css", "circuit.css");
        String[] frame = PageParts.frame("circuit.html", style, script);
        Shown shown =
                new Shown(report, report.edges().stream().map(Edge::meaning).toList(), choices);
        String json = Json.ascii(shown).replace("<", "\\u003c");
        String svg = new CircuitDrawing(report).light().svg(1);
        String body = "<template id=\"drawn\">%s</template>%n%s%n".formatted(svg, PageParts.element("data", json));
        AtomicFile.write(file, out -> out.write((frame[0] + body + frame[1]).getBytes(UTF_8)));
    }
}
