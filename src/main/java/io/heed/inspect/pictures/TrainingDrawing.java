package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Drawing;
import io.heed.drawing.Typeface;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadsThen;
import java.util.List;
import java.util.Locale;

/** How heads developed: for each measure a map whose rows are heads and whose columns are training steps. */
final class TrainingDrawing implements Drawing {

    private static final double CELL = 34;
    private static final double LOW_CELL = 18;
    private static final double FONT = 11;
    private static final double MARGIN = 20;
    private static final double TITLE = 16;
    private static final double GAP = 30;
    private static final double LABEL = 92;
    private static final double DARK = 0.55;

    private final List<HeadsThen> history;
    private final List<HeadMeasure> measures;
    private final Style style;

    /** The measures to draw: those that are shares; a distance in tokens is not. */
    TrainingDrawing(List<HeadsThen> history, Style style) {
        this.history = history;
        this.style = style;
        measures = history.get(0).cards().get(0).measures().keySet().stream()
                .filter(measure -> measure != HeadMeasure.DISTANCE)
                .filter(measure -> history.stream()
                        .flatMap(then -> then.cards().stream())
                        .anyMatch(card -> !Double.isNaN(value(card, measure))))
                .toList();
    }

    @Override
    public String title() {
        return "How the heads developed: measures over the steps of training";
    }

    private static double value(HeadCard card, HeadMeasure measure) {
        return card.measures().getOrDefault(measure, Double.NaN);
    }

    private double cell() {
        return Math.max(CELL, Typeface.get().width(String.valueOf(last().step()), FONT) + 6);
    }

    private HeadsThen last() {
        return history.get(history.size() - 1);
    }

    private int heads() {
        return history.get(0).cards().size();
    }

    private double panel() {
        return FONT + 8 + heads() * LOW_CELL + FONT + 8 + GAP;
    }

    @Override
    public double width() {
        double map = MARGIN + LABEL + history.size() * cell() + MARGIN;
        return Math.ceil(Math.max(map, Typeface.get().width(title(), TITLE) + 2 * MARGIN));
    }

    @Override
    public double height() {
        return Math.ceil(MARGIN + TITLE + GAP + measures.size() * panel());
    }

    @Override
    public void drawOn(Canvas canvas) {
        write(canvas, MARGIN, MARGIN + TITLE * .8, TITLE, Anchor.START, title(), Axes.INK);
        for (int i = 0; i < measures.size(); i++) {
            map(canvas, measures.get(i), MARGIN + TITLE + GAP + i * panel());
        }
    }

    private void map(Canvas canvas, HeadMeasure measure, double top) {
        double left = MARGIN + LABEL;
        double first = top + FONT + 8;
        write(
                canvas,
                MARGIN,
                top + FONT * .8,
                FONT + 1,
                Anchor.START,
                measure.toString().replace('_', ' '),
                Axes.INK);
        for (int head = 0; head < heads(); head++) {
            HeadCard name = history.get(0).cards().get(head);
            String label = "layer %d, head %d".formatted(name.layer(), name.head());
            double middle = first + (head + .5) * LOW_CELL + FONT * .35;
            write(canvas, left - 6, middle, FONT, Anchor.END, label, Axes.INK);
            for (int column = 0; column < history.size(); column++) {
                Box box = new Box(left + column * cell(), first + head * LOW_CELL, cell(), LOW_CELL);
                value(canvas, box, value(history.get(column).cards().get(head), measure));
            }
        }
        double below = first + heads() * LOW_CELL;
        canvas.frame(Cells.FRAME, new Box(left, first, history.size() * cell(), heads() * LOW_CELL));
        for (int column = 0; column < history.size(); column++) {
            double middle = left + (column + .5) * cell();
            String step = String.valueOf(history.get(column).step());
            write(canvas, middle, below + FONT + 2, FONT, Anchor.MIDDLE, step, Axes.INK);
        }
    }

    private void value(Canvas canvas, Box box, double value) {
        if (Double.isNaN(value)) {
            return; // the measure applies to nothing in the text
        }
        String number = String.format(Locale.ROOT, "%.2f", value).replaceFirst("^0\\.", ".");
        canvas.fill(style.colours().rgb(value), box, number);
        int ink = value > DARK ? 0xffffff : Axes.INK;
        double x = box.x() + box.width() / 2;
        write(canvas, x, box.y() + box.height() / 2 + FONT * .35, FONT, Anchor.MIDDLE, number, ink);
    }

    private static void write(Canvas canvas, double x, double y, double size, Anchor anchor, String text, int ink) {
        canvas.text(new Text(x, y, text, new Look(size, ink, anchor, false)));
    }
}
