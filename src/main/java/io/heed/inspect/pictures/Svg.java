package io.heed.inspect.pictures;

import java.util.Locale;

/** A picture in the making. */
final class Svg {

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height) {
        append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\">%n",
                width, height, width, height);
        append("<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n");
    }

    void text(double x, double y, String anchor, int size, String text) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"#222\">%s</text>%n",
                x, y, anchor, size, escape(text));
    }

    /** Text that runs upwards from a point. */
    void upright(double x, double y, int size, String text) {
        append(
                "<text transform=\"translate(%.1f %.1f) rotate(-90)\" font-size=\"%d\" fill=\"#222\">%s</text>%n",
                x, y, size, escape(text));
    }

    void number(double x, double y, String text, boolean light) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11\" fill=\"%s\""
                        + " pointer-events=\"none\">%s</text>%n",
                x, y, light ? "#fff" : "#333", text);
    }

    void cell(double x, double y, double size, String colour, String title) {
        append(
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>%s</title></rect>%n",
                x, y, size, size, colour, escape(title));
    }

    void frame(double size) {
        append("<rect width=\"%.2f\" height=\"%.2f\" fill=\"none\" stroke=\"#bbb\"/>%n", size, size);
    }

    void open(String transform) {
        append("<g transform=\"%s\">%n", transform);
    }

    void close() {
        append("</g>%n");
    }

    String finish() {
        return out.append("</svg>\n").toString();
    }

    private void append(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments).replace("\r\n", "\n"));
    }

    /** XML has no place for most control characters, even escaped. */
    static String escape(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
