package io.heed.inspect.pictures;

import io.heed.drawing.SvgCanvas;
import java.util.List;
import java.util.Locale;

/** Builds a picture of boxes and arrows. */
final class Diagram {

    /** The height of a line of text in a box. */
    static final int LINE = 16;

    private static final int PADDING = 6;
    private static final String MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";

    private final StringBuilder body = new StringBuilder();

    /** The height of a box with this many lines. */
    static int height(int lines) {
        return lines * LINE + 2 * PADDING;
    }

    /** A box with lines of numbers; the middle of its top edge is at a point. */
    void numbers(double middle, double top, int width, List<String> lines, Ink ink) {
        frame(middle - width / 2., top, width, height(lines.size()), ink.paper, ink.line);
        for (int i = 0; i < lines.size(); i++) {
            append(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"12.5\" font-family=\"%s\""
                            + " fill=\"%s\">%s</text>%n",
                    middle, top + PADDING + LINE * (i + .75), MONO, ink.text, SvgCanvas.escape(lines.get(i)));
        }
    }

    void frame(double left, double top, double width, double height, String paper, String line) {
        append(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"5\" fill=\"%s\" stroke=\"%s\"/>%n",
                left, top, width, height, paper, line);
    }

    void text(double x, double y, String anchor, int size, String fill, String text) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>%n",
                x, y, anchor, size, fill, SvgCanvas.escape(text));
    }

    /** A line from point to point, given as x and y in turn, with an arrowhead at its end if it arrives. */
    void path(String colour, boolean arrives, double... points) {
        StringBuilder way = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            way.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : " L", points[i], points[i + 1]));
        }
        append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n", way, colour);
        if (arrives) {
            int last = points.length - 2;
            head(
                    colour,
                    points[last],
                    points[last + 1],
                    points[last] - points[last - 2],
                    points[last + 1] - points[last - 1]);
        }
    }

    /** A filled triangle rather than a marker: each picture in a page would need markers with names of its own. */
    private void head(String colour, double x, double y, double alongX, double alongY) {
        double length = Math.max(1e-9, Math.hypot(alongX, alongY));
        double backX = x - 8 * alongX / length;
        double backY = y - 8 * alongY / length;
        double sideX = -4 * alongY / length;
        double sideY = 4 * alongX / length;
        append(
                "<path d=\"M%.1f %.1f L%.1f %.1f L%.1f %.1f Z\" fill=\"%s\"/>%n",
                x, y, backX + sideX, backY + sideY, backX - sideX, backY - sideY, colour);
    }

    String finish(double width, double height) {
        String start = String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\""
                        + " font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\">\n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
                width,
                height,
                width,
                height);
        return start + body + "</svg>\n";
    }

    private void append(String format, Object... arguments) {
        body.append(String.format(Locale.ROOT, format, arguments).replace("\r\n", "\n"));
    }

    /** The colours of a box and of the lines that leave it. */
    enum Ink {
        PLAIN("#f6f7f9", "#8a94a3", "#1d2530"),
        QUERY("#fff1e6", "#c2560c", "#7a3406"),
        KEY("#e8f1fb", "#2b6cb0", "#173f69"),
        VALUE("#e9f6ec", "#2f855a", "#1a4a32"),
        OUTPUT("#f3ecfb", "#6b46c1", "#3c2670");

        final String paper;
        final String line;
        final String text;

        Ink(String paper, String line, String text) {
            this.paper = paper;
            this.line = line;
            this.text = text;
        }
    }
}
