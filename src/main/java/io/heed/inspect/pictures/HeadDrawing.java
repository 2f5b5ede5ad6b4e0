package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.ColourMap;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.TokenMaps;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One head: title, tokens on both axes, cells, colour bar; below them the text and the model. */
final class HeadDrawing implements Drawing {

    static final double MARGIN = 16;
    static final double TITLE = 16;
    static final double NOTE = 11;
    static final int NOTE_INK = 0x666666;

    private static final double AXIS = 12;
    private static final double LINE = 17;
    private static final double LARGEST_MAP = 720;
    private static final int LARGEST_CELL = 36;
    private static final int SMALLEST_CELL = 2;
    private static final int SMALLEST_CELL_WITH_NUMBER = 24;
    private static final int SMALLEST_CELL_TO_POINT_AT = 9;
    private static final double BAR_GAP = 22;
    /** The names of the axes need a little room even beside a short token. */
    private static final double SMALLEST_LABEL = 40;

    private final String title;
    private final List<String> below;
    private final String note;
    private final List<String> tokens;
    private final List<String> keys;
    private final boolean causal;
    private final float[][] weights;
    private final Style style;
    private final ColourBar bar;
    private final Axes axes;
    private final Axes above;
    private final Cells.Place map;

    HeadDrawing(TokenMaps maps, int layer, int head, Style style, String model) {
        String name = maps.title(layer, head);
        this.title = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        this.below = Stream.of(maps.text().strip(), model.isEmpty() ? "" : "model: " + model)
                .filter(line -> !line.isEmpty())
                .map(Visible::text)
                .toList();
        this.bar = new ColourBar(style, maps.unit());
        this.tokens = Encoded.named(maps.encoded().shown());
        this.keys = Encoded.named(maps.keys().shown());
        this.causal = maps.causal();
        this.weights = maps.map(layer, head);
        this.style = style;
        int cell = (int) Math.max(
                SMALLEST_CELL, Math.min(LARGEST_CELL, LARGEST_MAP / Math.max(tokens.size(), keys.size())));
        this.axes = new Axes(maps.encoded().shown(), cell);
        this.above = new Axes(maps.keys().shown(), cell);
        this.note = axes.step() == 1 ? "" : "%d tokens; one in %d is named".formatted(weights.length, axes.step());
        double label = AXIS + 8 + label(axes);
        double header = TITLE + (note.isEmpty() ? 0 : NOTE + 6) + 12;
        this.map =
                new Cells.Place(Math.ceil(MARGIN + label), Math.ceil(MARGIN + header + AXIS + 8 + label(above)), cell);
    }

    private static double label(Axes axes) {
        return Math.max(SMALLEST_LABEL, axes.room()) + Axes.GAP;
    }

    private double across() {
        return keys.size() * map.size();
    }

    private double down() {
        return tokens.size() * map.size();
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public double width() {
        double right = map.left() + across() + BAR_GAP + bar.width();
        return Math.ceil(right + MARGIN);
    }

    @Override
    public double height() {
        return Math.ceil(bottom() + below.size() * LINE + MARGIN);
    }

    private double bottom() {
        return map.top() + Math.max(down(), ColourBar.height(down()));
    }

    @Override
    public void drawOn(Canvas canvas) {
        canvas.text(new Text(MARGIN, MARGIN + TITLE * .8, title, new Look(TITLE, Axes.INK, Anchor.START, false)));
        if (!note.isEmpty()) {
            Look look = new Look(NOTE, NOTE_INK, Anchor.START, false);
            canvas.text(new Text(MARGIN, MARGIN + TITLE + NOTE + 3, note, look));
        }
        Look across = new Look(AXIS, NOTE_INK, Anchor.MIDDLE, false);
        canvas.text(new Text(map.left() + across() / 2, map.top() - label(above) - 8, "key (is read)", across));
        Look upright = new Look(AXIS, NOTE_INK, Anchor.MIDDLE, true);
        canvas.text(new Text(map.left() - label(axes) - 8, map.top() + down() / 2, "query (reads)", upright));
        above.columns(canvas, map);
        axes.rows(canvas, map);
        if (map.size() < SMALLEST_CELL_TO_POINT_AT) {
            Cells.draw(canvas, weights, causal, map, style);
        } else {
            cells(canvas);
        }
        Cells.frame(canvas, weights, map);
        for (int i = 0; i < below.size(); i++) {
            String line = Typeface.get().fit(below.get(i), NOTE, width() - 2 * MARGIN);
            canvas.text(
                    new Text(MARGIN, bottom() + (i + 1) * LINE, line, new Look(NOTE, NOTE_INK, Anchor.START, false)));
        }
        bar.draw(canvas, map.left() + across() + BAR_GAP, map.top(), ColourBar.height(down()));
    }

    private void cells(Canvas canvas) {
        double size = map.size();
        Cells.background(canvas, weights, map);
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key < Cells.seen(weights, query, causal); key++) {
                float weight = weights[query][key];
                int colour = style.colour(weight);
                String reading = "%s reads %s: %s".formatted(tokens.get(query), keys.get(key), weight);
                canvas.fill(colour, map.cells(query, key, 1), reading);
                if (size >= SMALLEST_CELL_WITH_NUMBER && weight >= 0.005) {
                    Look look = new Look(size * .32, ColourMap.inkOn(colour), Anchor.MIDDLE, false);
                    double x = map.left() + (key + .5) * size;
                    double y = map.top() + (query + .5) * size + look.size() * .35;
                    canvas.text(new Text(x, y, number(weight), look));
                }
            }
        }
    }

    private static String number(float weight) {
        return String.format(Locale.ROOT, "%.2f", weight).replaceFirst("^0", "");
    }
}
