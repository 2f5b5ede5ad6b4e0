package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Point;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.circuit.CircuitExample;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.pictures.CircuitLayout.Arrow;
import io.heed.inspect.pictures.CircuitLayout.Spot;
import io.heed.model.Trace.Reader;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A circuit on one of its texts: a column for each token, a row for each kind of part, an arrow for each edge at a position. An arrow's
 * width and number are what the circuit loses without it there.
 */
public final class CircuitDrawing implements Drawing {

    private static final double MARGIN = 20;
    private static final double TITLE = 16;
    private static final double NOTE = 12;
    private static final double NOTE_LINE = 18;
    private static final double OTHER_FONTS = 1.12; // an SVG may be shown in wider letters
    private static final double LABEL = CircuitLayout.SMALL;
    private static final double TOP = MARGIN + TITLE + 26;
    private static final double EXCHANGED = 18;
    private static final double THINNEST = 1.2;
    private static final double WIDER = 6;
    private static final double HEAD = 7;
    private static final int PAPER = 0xffffff;
    private static final int INK = 0x1d2530;
    private static final int SOFT = 0x5b6675;
    private static final int BORDER = 0x8a94a3;
    private static final int QUERY = 0xc2560c;
    private static final int KEY = 0x2b6cb0;
    private static final int VALUE = 0x2f855a;
    private static final int OTHER = 0x6b7685;

    private final CircuitReport report;
    private final CircuitExample example;
    private final CircuitLayout layout;
    private final Map<Arrow, Box> numbers;
    private final List<String> notes;

    /** Draws a report's example. */
    public CircuitDrawing(CircuitReport report) {
        this.report = report;
        example = report.example();
        layout = new CircuitLayout(example, MARGIN, TOP);
        numbers = numbers();
        notes = notes();
    }

    /** Where the numbers stand that have room, the strongest arrows' placed first. */
    private Map<Arrow, Box> numbers() {
        List<Arrow> arrows = layout.arrows();
        ArrowNumbers places = new ArrowNumbers(
                new Box(MARGIN / 2, TOP, layout.width() + MARGIN, layout.height()),
                arrows.stream().map(layout::curve).toList(),
                layout.boxes().values());
        Map<Arrow, Box> placed = new LinkedHashMap<>();
        for (int i = arrows.size() - 1; i >= 0; i--) {
            Arrow arrow = arrows.get(i);
            double wide = OTHER_FONTS * Typeface.get().width(share(arrow), LABEL) + 2;
            places.place(layout.curve(arrow), wide, LABEL * 1.4).ifPresent(box -> placed.put(arrow, box));
        }
        return placed;
    }

    private List<String> notes() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%s: %s after this text, %s with the circuit alone, %s after the other text",
                example.answer(),
                percent(example.probability()),
                percent(example.alone()),
                percent(example.without())));
        lines.add("width and number: share of the difference that is lost without the edge at that token");
        if (example.small() > 0) {
            lines.add(format("left out: %d with less than 1 %%", example.small()));
        }
        int without = layout.arrows().size() - numbers.size();
        if (without > 0) {
            lines.add(format("without a number, for want of room: %d", without));
        }
        lines.add("model: " + Visible.text(report.model()));
        return lines;
    }

    private static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    @Override
    public String title() {
        return format(
                "%s rather than %s: %d of %d edges keep %.1f %% of the difference over %d pairs",
                example.answer(),
                example.wrong(),
                report.edges().size(),
                report.all(),
                100 * report.proof().faithfulness(),
                report.proof().pairs());
    }

    @Override
    public double width() {
        Typeface face = Typeface.get();
        double widest = Math.max(layout.width(), OTHER_FONTS * face.width(title(), TITLE));
        for (String note : notes) {
            widest = Math.max(widest, OTHER_FONTS * face.width(note, NOTE));
        }
        return Math.ceil(widest + 2 * MARGIN);
    }

    @Override
    public double height() {
        return Math.ceil(below() + NOTE_LINE * (notes.size() + 1) + MARGIN);
    }

    private double below() {
        return TOP + layout.height() + EXCHANGED + NOTE_LINE;
    }

    @Override
    public boolean darkens() {
        return true;
    }

    @Override
    public void drawOn(Canvas canvas) {
        text(canvas, MARGIN, MARGIN + TITLE * .8, title(), TITLE, INK, Anchor.START);
        layout.arrows().forEach(arrow -> arrow(canvas, arrow));
        layout.boxes().forEach((spot, box) -> box(canvas, spot, box));
        numbers.forEach((arrow, box) -> number(canvas, arrow, box));
        for (int i = 0; i < notes.size(); i++) {
            text(canvas, MARGIN, below() + NOTE_LINE * (i + 1), notes.get(i), NOTE, SOFT, Anchor.START);
        }
        legend(canvas, below() + NOTE_LINE * (notes.size() + 1));
    }

    private static void text(Canvas canvas, double x, double y, String content, double size, int rgb, Anchor anchor) {
        canvas.text(new Text(x, y, content, new Look(size, rgb, anchor, false)));
    }

    private void box(Canvas canvas, Spot spot, Box box) {
        canvas.fill(PAPER, List.of(box));
        canvas.frame(BORDER, box);
        double middle = box.x() + box.width() / 2;
        double line = box.y() + box.height() / 2 + CircuitLayout.FONT * .35;
        text(canvas, middle, line, layout.text(spot), CircuitLayout.FONT, INK, Anchor.MIDDLE);
        if (CircuitLayout.isToken(spot)) {
            String other = layout.exchanged(spot);
            if (!other.isEmpty()) {
                text(canvas, middle, box.bottom() + EXCHANGED - 4, other, LABEL, SOFT, Anchor.MIDDLE);
            }
        }
        if (layout.isEnd(spot)) {
            text(canvas, middle, box.y() - 8, example.answer(), CircuitLayout.FONT, INK, Anchor.MIDDLE);
        }
    }

    private static int colour(Arrow arrow) {
        Reader reader = arrow.place().of().to().reader();
        return switch (reader) {
            case QUERY -> QUERY;
            case KEY -> KEY;
            case VALUE -> VALUE;
            case FEED_FORWARD, LOGITS -> OTHER;
        };
    }

    private void arrow(Canvas canvas, Arrow arrow) {
        List<Point> curve = layout.curve(arrow);
        double width = THINNEST + WIDER * Math.min(1, Math.abs(arrow.place().lost()));
        Point end = curve.get(curve.size() - 1);
        Point before = curve.get(curve.size() - 3);
        double along = Math.hypot(end.x() - before.x(), end.y() - before.y());
        double dx = (end.x() - before.x()) / along;
        double dy = (end.y() - before.y()) / along;
        double size = HEAD + width / 2;
        canvas.line(colour(arrow), width, curve, title(arrow));
        canvas.line(
                colour(arrow),
                Math.max(2, width * .7),
                List.of(
                        new Point(end.x() - size * dx - size * .55 * dy, end.y() - size * dy + size * .55 * dx),
                        end,
                        new Point(end.x() - size * dx + size * .55 * dy, end.y() - size * dy - size * .55 * dx)));
    }

    private String title(Arrow arrow) {
        return format("%s at %s: %s lost without it", arrow.place().edge(), layout.text(arrow.from()), share(arrow));
    }

    private static String share(Arrow arrow) {
        return format("%.0f %%", 100 * arrow.place().lost());
    }

    private static void number(Canvas canvas, Arrow arrow, Box box) {
        canvas.fill(PAPER, List.of(box));
        double line = box.y() + box.height() / 2 + LABEL * .35;
        text(canvas, box.x() + box.width() / 2, line, share(arrow), LABEL, colour(arrow), Anchor.MIDDLE);
    }

    private void legend(Canvas canvas, double y) {
        double x = MARGIN;
        for (Map.Entry<String, Integer> entry : List.of(
                Map.entry("query: looks for something by it", QUERY),
                Map.entry("key: finds it", KEY),
                Map.entry("value: moves it", VALUE),
                Map.entry("feed-forward and logits", OTHER))) {
            canvas.line(entry.getValue(), 3, List.of(new Point(x, y - 4), new Point(x + 18, y - 4)));
            text(canvas, x + 23, y, entry.getKey(), NOTE, SOFT, Anchor.START);
            x += 23 + OTHER_FONTS * Typeface.get().width(entry.getKey(), NOTE) + 16;
        }
    }
}
