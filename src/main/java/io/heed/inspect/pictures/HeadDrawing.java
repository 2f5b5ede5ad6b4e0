package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.ColourMap;
import io.heed.drawing.Drawing;
import io.heed.inspect.TokenMaps;
import java.util.List;
import java.util.Locale;

/** One head: title, tokens on both axes, cells, colour bar. */
final class HeadDrawing implements Drawing {

    static final double MARGIN = 16;
    static final double TITLE = 16;
    static final double NOTE = 11;
    static final int NOTE_INK = 0x666666;

    private static final double AXIS = 12;
    private static final double LARGEST_MAP = 720;
    private static final int LARGEST_CELL = 36;
    private static final int SMALLEST_CELL = 2;
    private static final int SMALLEST_CELL_WITH_NUMBER = 24;
    private static final int SMALLEST_CELL_TO_POINT_AT = 9;
    private static final double BAR_GAP = 22;
    /** Names of the axes need a little room even beside a short token. */
    private static final double SMALLEST_LABEL = 40;

    private final String title;
    private final String note;
    private final List<String> tokens;
    private final float[][] weights;
    private final Style style;
    private final ColourBar bar;
    private final Axes axes;
    private final Cells.Place map;

    HeadDrawing(TokenMaps maps, int layer, int head, Style style) {
        String name = maps.title(layer, head);
        this.title = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        this.bar = new ColourBar(style, maps.unit());
        this.tokens = maps.encoded().tokens();
        this.weights = maps.map(layer, head);
        this.style = style;
        int cell = (int) Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, LARGEST_MAP / weights.length));
        this.axes = new Axes(tokens, cell);
        this.note = axes.step() == 1 ? "" : "%d tokens; one in %d is named".formatted(weights.length, axes.step());
        double label = AXIS + 8 + Math.max(SMALLEST_LABEL, axes.room()) + Axes.GAP;
        double header = TITLE + (note.isEmpty() ? 0 : NOTE + 6) + 12;
        this.map = new Cells.Place(Math.ceil(MARGIN + label), Math.ceil(MARGIN + header + label), cell);
    }

    private double side() {
        return weights.length * map.size();
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public double width() {
        double right = map.left() + side() + BAR_GAP + bar.width();
        return Math.ceil(right + MARGIN);
    }

    @Override
    public double height() {
        return Math.ceil(map.top() + Math.max(side(), ColourBar.height(side())) + MARGIN);
    }

    @Override
    public void drawOn(Canvas canvas) {
        canvas.text(new Text(MARGIN, MARGIN + TITLE * .8, title, new Look(TITLE, Axes.INK, Anchor.START, false)));
        if (!note.isEmpty()) {
            Look look = new Look(NOTE, NOTE_INK, Anchor.START, false);
            canvas.text(new Text(MARGIN, MARGIN + TITLE + NOTE + 3, note, look));
        }
        double label = Math.max(SMALLEST_LABEL, axes.room()) + Axes.GAP + 8;
        double middle = side() / 2;
        Look across = new Look(AXIS, NOTE_INK, Anchor.MIDDLE, false);
        canvas.text(new Text(map.left() + middle, map.top() - label, "key (is read)", across));
        Look upright = new Look(AXIS, NOTE_INK, Anchor.MIDDLE, true);
        canvas.text(new Text(map.left() - label, map.top() + middle, "query (reads)", upright));
        axes.columns(canvas, map);
        axes.rows(canvas, map);
        if (map.size() < SMALLEST_CELL_TO_POINT_AT) {
            Cells.draw(canvas, weights, map, style);
        } else {
            cells(canvas);
        }
        Cells.frame(canvas, weights.length, map);
        bar.draw(canvas, map.left() + side() + BAR_GAP, map.top(), ColourBar.height(side()));
    }

    private void cells(Canvas canvas) {
        double size = map.size();
        Cells.background(canvas, weights.length, map);
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key <= query; key++) {
                float weight = weights[query][key];
                int colour = style.colour(weight);
                String reading = "%s reads %s: %s".formatted(tokens.get(query), tokens.get(key), weight);
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
