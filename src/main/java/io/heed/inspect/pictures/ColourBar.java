package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Typeface;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** The colour scale beside a map. */
final class ColourBar {

    private static final double BAR = 14;
    private static final double FONT = 11;
    private static final double TICK = 4;
    private static final double GAP = 4;
    private static final int QUARTERS = 4;

    private final Style style;
    private final String name;

    /** The bar of a style, for the quantity of a name. */
    ColourBar(Style style, String name) {
        this.style = style;
        this.name = name;
    }

    /** The height of the bar beside a map. */
    static double height(double map) {
        return Math.max(100, Math.min(240, map));
    }

    /** The width of the bar, its figures and name included. */
    double width() {
        return BAR + TICK + GAP + figures() + GAP + FONT;
    }

    private double figures() {
        double widest = 0;
        for (int quarter = 0; quarter <= QUARTERS; quarter++) {
            widest = Math.max(widest, Typeface.get().width(figure(quarter), FONT));
        }
        return widest;
    }

    void draw(Canvas canvas, double left, double top, double height) {
        int slices = (int) height / 2;
        double slice = height / slices;
        for (int i = 0; i < slices; i++) {
            Box box = new Box(left, top + height - (i + 1) * slice, BAR, slice);
            canvas.fill(style.colours().rgb(i / (slices - 1.)), List.of(box));
        }
        canvas.frame(Cells.FRAME, new Box(left, top, BAR, height));
        Look look = new Look(FONT, Axes.INK, Anchor.START, false);
        for (int quarter = 0; quarter <= QUARTERS; quarter++) {
            double y = top + height * (QUARTERS - quarter) / QUARTERS;
            canvas.fill(Cells.FRAME, List.of(new Box(left + BAR, y - .5, TICK, 1)));
            canvas.text(new Text(left + BAR + TICK + GAP, y + FONT * .35, figure(quarter), look));
        }
        Look upright = new Look(FONT, Axes.INK, Anchor.MIDDLE, true);
        canvas.text(new Text(left + width(), top + height / 2, name, upright));
    }

    private String figure(int quarter) {
        return quarter == QUARTERS ? largest(style) : number(style.vmax() * quarter / QUARTERS);
    }

    /** The figure at the scale's end. */
    static String largest(Style style) {
        return (style.vmax() < 1 ? "≥ " : "") + number(style.vmax());
    }

    private static String number(double weight) {
        return new BigDecimal(weight)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
