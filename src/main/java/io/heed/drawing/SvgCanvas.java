package io.heed.drawing;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Draws SVG 1.1: shapes and text, without scripts, external resources, or any style but the line that darkens a drawing whose colours
 * carry no numbers.
 */
public final class SvgCanvas implements Canvas {

    /** White becomes nearly black and ink light; rotating hues by half a turn undoes the inversion's. */
    private static final String DARK =
            "<style>@media (prefers-color-scheme:dark){:root{filter:invert(.9) hue-rotate(180deg)}}</style>";

    private final StringBuilder out = new StringBuilder();

    private SvgCanvas() {}

    static String draw(Drawing drawing, double scale) {
        SvgCanvas canvas = new SvgCanvas();
        String width = number(drawing.width());
        String height = number(drawing.height());
        canvas.line(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\""
                                + " aria-label=\"%s\" font-family=\"%s\" xml:space=\"preserve\">")
                        .formatted(
                                number(drawing.width() * scale),
                                number(drawing.height() * scale),
                                width,
                                height,
                                escape(drawing.title()),
                                Typeface.FAMILIES));
        canvas.line("<rect width=\"%s\" height=\"%s\" fill=\"#ffffff\"/>".formatted(width, height));
        if (drawing.darkens()) {
            canvas.line(DARK);
        }
        drawing.drawOn(canvas);
        canvas.line("</svg>");
        return canvas.out.toString();
    }

    @Override
    public void fill(int rgb, List<Box> boxes) {
        StringBuilder path = new StringBuilder();
        for (Box box : boxes) {
            path.append('M').append(number(box.x())).append(' ').append(number(box.y()));
            path.append('h').append(number(box.width())).append('v').append(number(box.height()));
            path.append('H').append(number(box.x())).append('z');
        }
        line("<path fill=\"%s\" shape-rendering=\"crispEdges\" d=\"%s\"/>".formatted(hex(rgb), path));
    }

    @Override
    public void fill(int rgb, Box box, String title) {
        line("<rect %s fill=\"%s\" shape-rendering=\"crispEdges\"><title>%s</title></rect>"
                .formatted(place(box), hex(rgb), escape(title)));
    }

    @Override
    public void frame(int rgb, Box box) {
        line("<rect %s fill=\"none\" stroke=\"%s\"/>".formatted(place(box), hex(rgb)));
    }

    @Override
    public void line(int rgb, double width, List<Point> points) {
        line(path(rgb, width, points) + "/>");
    }

    @Override
    public void line(int rgb, double width, List<Point> points, String title) {
        line("%s><title>%s</title></path>".formatted(path(rgb, width, points), escape(title)));
    }

    private static String path(int rgb, double width, List<Point> points) {
        String place = points.stream()
                .map(point -> number(point.x()) + ' ' + number(point.y()))
                .collect(Collectors.joining("L", "M", ""));
        return "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-linejoin=\"round\" d=\"%s\""
                .formatted(hex(rgb), number(width), place);
    }

    @Override
    public void text(Text text) {
        Look look = text.look();
        String place = look.upright()
                ? "transform=\"translate(%s %s) rotate(-90)\"".formatted(number(text.x()), number(text.y()))
                : "x=\"%s\" y=\"%s\"".formatted(number(text.x()), number(text.y()));
        line("<text %s text-anchor=\"%s\" font-size=\"%s\" fill=\"%s\" pointer-events=\"none\">%s</text>"
                .formatted(
                        place,
                        look.anchor().name().toLowerCase(Locale.ROOT),
                        number(look.size()),
                        hex(look.rgb()),
                        escape(text.content())));
    }

    private static String place(Box box) {
        return "x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
                .formatted(number(box.x()), number(box.y()), number(box.width()), number(box.height()));
    }

    private void line(String line) {
        out.append(line).append('\n');
    }

    private static String hex(int rgb) {
        return String.format(Locale.ROOT, "#%06x", rgb);
    }

    /** A number with at most two decimals. */
    private static String number(double value) {
        long hundredths = Math.round(value * 100);
        if (hundredths % 100 == 0) {
            return Long.toString(hundredths / 100);
        }
        String digits = Double.toString(hundredths / 100.);
        return digits.startsWith("0.") ? digits.substring(1) : digits;
    }

    /**
     * Returns text escaped for XML, between tags and in attributes. Most control characters are not allowed in XML, even escaped; they
     * become U+FFFD.
     */
    public static String escape(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
