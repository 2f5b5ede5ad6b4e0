package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.drawing.Drawing;
import io.heed.inspect.circuit.CircuitChoices;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.page.CircuitPage;
import io.heed.inspect.pictures.CircuitDrawing;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** What a circuit can be written as; the end of a file's name says which. */
public enum CircuitFile {
    /** Its edges, to be read again. */
    JSON,
    /** A table of its edges. */
    CSV,
    /** A picture. */
    SVG,
    /** A picture, likewise. */
    PNG,
    /** A picture, likewise. */
    PDF,
    /** A page with the picture, on which edges can be switched off. */
    HTML;

    private static final double SCALE = 1;

    /**
     * Returns what a file is to be.
     *
     * @throws HeedException if the end of its name does not say
     */
    public static CircuitFile of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        for (CircuitFile each : values()) {
            if (name.endsWith("." + each.name().toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        throw new HeedException(
                "%s: a circuit is written as .json, .csv, .svg, .png, .pdf or .html; end the file's name so"
                        .formatted(file));
    }

    /**
     * Writes a circuit.
     *
     * @param model the model, which the page runs with every choice of edges
     * @throws HeedException if it cannot be written
     */
    public void write(LanguageModel model, CircuitReport report, Path file) {
        switch (this) {
            case JSON -> report.circuit().write(file);
            case CSV ->
                AtomicFile.write(file, out -> {
                    JsonGenerator rows = CsvRows.begin(out, List.of("edge", "from", "to", "lost"));
                    for (int i = 0; i < report.edges().size(); i++) {
                        row(rows, report, i);
                    }
                    rows.flush();
                });
            case SVG -> AtomicFile.writeText(file, new CircuitDrawing(report).svg(SCALE));
            case PNG -> AtomicFile.write(file, out -> out.write(new CircuitDrawing(report).png(SCALE)));
            case HTML -> CircuitPage.write(file, report, CircuitChoices.of(model, report));
            case PDF ->
                AtomicFile.write(file, out -> out.write(Drawing.pdf(List.of(new CircuitDrawing(report)), SCALE)));
        }
    }

    private static void row(JsonGenerator rows, CircuitReport report, int edge) {
        Edge each = report.edges().get(edge);
        rows.writeStartArray();
        rows.writeString(each.toString());
        rows.writeString(each.from().toString());
        rows.writeString(each.to().toString());
        double lost = report.proof().lost().get(edge);
        if (Double.isNaN(lost)) {
            rows.writeNull(); // not measured
        } else {
            rows.writeNumber(lost);
        }
        rows.writeEndArray();
    }
}
