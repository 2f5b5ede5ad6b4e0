package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.TokenMaps;
import io.heed.text.Visible;
import java.util.List;

/** Many heads side by side. The first column and row name the tokens if cells have the room. */
final class PanelDrawing implements Drawing {

    /** A head. */
    record Panel(int layer, int head) {}

    private static final double LARGEST_MAP = 220;
    private static final double SMALLEST_MAP = 90;
    private static final double WIDEST = 1080;
    private static final double MOST_SQUARES = 3e5;
    private static final double SMALLEST_CELL_WITH_LABEL = 10.5;
    private static final double GAP = 16;
    private static final double NAME = 11;
    private static final double NARROWEST = 480;

    private final TokenMaps maps;
    private final List<Panel> panels;
    private final int columns;
    private final Style style;
    /** One square is the largest of pooling × pooling weights. */
    private final int pooling;

    private final int length; // of a map, in squares, down and across
    private final int breadth;
    private final double cell;
    private final Axes axes;
    private final Axes above;
    private final boolean labelled;

    PanelDrawing(TokenMaps maps, List<Panel> panels, int columns, Style style) {
        this.maps = maps;
        this.panels = panels;
        this.columns = columns;
        this.style = style;
        double side = Math.max(SMALLEST_MAP, Math.min(LARGEST_MAP, WIDEST / columns));
        double most = Math.min(side, Math.sqrt(MOST_SQUARES * 2 / panels.size()));
        int longest = Math.max(maps.encoded().length(), maps.keys().length());
        this.pooling = (int) Math.ceil(longest / most);
        this.length = (maps.encoded().length() + pooling - 1) / pooling;
        this.breadth = (maps.keys().length() + pooling - 1) / pooling;
        this.cell = Math.min(
                36, Math.floor(2 * side / Math.max(length, breadth)) / 2); // halves of units are whole pixels in PNG
        this.axes = new Axes(maps.encoded().shown(), cell);
        this.above = new Axes(maps.keys().shown(), cell);
        this.labelled = cell >= SMALLEST_CELL_WITH_LABEL;
    }

    @Override
    public String title() {
        return maps.text();
    }

    private double labels(Axes some) {
        return labelled ? some.room() + Axes.GAP : 0;
    }

    private double across() {
        return Math.max(breadth * cell, Typeface.get().width(widestName(), NAME)) + GAP;
    }

    private String widestName() {
        Panel last = panels.get(panels.size() - 1);
        return maps.title(last.layer, last.head);
    }

    private double down() {
        return length * cell + NAME + GAP;
    }

    private double left() {
        return Math.ceil(HeadDrawing.MARGIN + HeadDrawing.NOTE + 8 + labels(axes));
    }

    private double top() {
        return Math.ceil(HeadDrawing.MARGIN + HeadDrawing.TITLE + HeadDrawing.NOTE + 14 + NAME + 8 + labels(above));
    }

    private int rows() {
        return (panels.size() + columns - 1) / columns;
    }

    private double barLeft() {
        return left() + columns * across() + 6;
    }

    @Override
    public double width() {
        double right = barLeft() + new ColourBar(style, maps.unit()).width() + HeadDrawing.MARGIN;
        double note = Typeface.get().width(note(), HeadDrawing.NOTE) + 2 * HeadDrawing.MARGIN;
        return Math.ceil(Math.max(Math.max(right, note), NARROWEST));
    }

    @Override
    public double height() {
        double below = Math.max((rows() - 1) * down() + length * cell, ColourBar.height(down() * rows()) + NAME);
        return Math.ceil(top() + below + HeadDrawing.MARGIN);
    }

    @Override
    public void drawOn(Canvas canvas) {
        double room = width() - 2 * HeadDrawing.MARGIN;
        heading(
                canvas,
                0,
                HeadDrawing.TITLE,
                Axes.INK,
                Typeface.get().fit(Visible.text(maps.text()), HeadDrawing.TITLE, room));
        heading(canvas, HeadDrawing.TITLE + 5, HeadDrawing.NOTE, HeadDrawing.NOTE_INK, note());
        for (int i = 0; i < panels.size(); i++) {
            panel(canvas, panels.get(i), i / columns, i % columns);
        }
        new ColourBar(style, maps.unit())
                .draw(canvas, barLeft(), top(), ColourBar.height(rows() * down() - GAP - NAME));
    }

    private String note() {
        int queries = maps.encoded().length();
        int keys = maps.keys().length();
        String rows = "rows: queries (who reads); columns: keys (who is read); tokens: %s"
                .formatted(queries == keys ? queries : queries + " by " + keys);
        return pooling == 1
                ? rows
                : rows + "; a square is the largest weight of %d × %d pairs".formatted(pooling, pooling);
    }

    private static void heading(Canvas canvas, double below, double size, int ink, String text) {
        double y = HeadDrawing.MARGIN + below + size * .8;
        canvas.text(new Text(HeadDrawing.MARGIN, y, text, new Look(size, ink, Anchor.START, false)));
    }

    private void panel(Canvas canvas, Panel panel, int row, int column) {
        Cells.Place map = new Cells.Place(left() + column * across(), top() + row * down(), cell);
        float[][] weights = maps.map(panel.layer, panel.head);
        float[][] squares = pooling == 1 ? weights : Cells.pooled(weights, maps.causal(), pooling);
        Cells.draw(canvas, squares, maps.causal(), map, style);
        Cells.frame(canvas, squares, map);
        double room = row == 0 ? labels(above) : 0;
        Look look = new Look(NAME, Axes.INK, Anchor.START, false);
        canvas.text(new Text(map.left(), map.top() - 5 - room, maps.title(panel.layer, panel.head), look));
        if (labelled && row == 0) {
            above.columns(canvas, map);
        }
        if (labelled && column == 0) {
            axes.rows(canvas, map);
        }
    }
}
