package io.heed.inspect.pictures;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Typeface;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.stream.IntStream;

/** The tokens beside and above a map. Where cells are lower than a line of text, only some are named, with their indices; elsewhere only a
 * token that occurs twice has its index. */
final class Axes {

    static final int INK = 0x222222;

    /** The gap between a label and the map. */
    static final double GAP = 7;

    private static final double LONGEST = 140;
    private static final double LARGEST_FONT = 13;
    private static final double SMALLEST_FONT = 9;
    private static final double LINE = 1.15;
    private static final int TICK = 4;

    private final double cell;
    private final double font;
    private final int step;
    private final List<String> labels;

    /** Labels for cells of one size. */
    Axes(List<String> shown, double cell) {
        this.cell = cell;
        this.font = Math.max(SMALLEST_FONT, Math.min(LARGEST_FONT, cell * .85));
        this.step = step(font * LINE / cell);
        List<String> named = step == 1
                ? Encoded.named(shown)
                : IntStream.iterate(0, i -> i < shown.size(), i -> i + step)
                        .mapToObj(i -> i + " " + shown.get(i))
                        .toList();
        this.labels = named.stream()
                .map(token -> Typeface.get().fit(token, font, LONGEST))
                .toList();
    }

    /** The smallest of 1, 2, 5, 10, 20, 50 … that is not below a number. */
    private static int step(double least) {
        for (int ten = 1; ; ten *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                if (ten * factor >= least) {
                    return ten * factor;
                }
            }
        }
    }

    /** The step from one named token to the next. */
    int step() {
        return step;
    }

    /** The width of the longest label. */
    double room() {
        return labels.stream()
                .mapToDouble(label -> Typeface.get().width(label, font))
                .max()
                .orElse(0);
    }

    /** Writes the labels left of a map. */
    void rows(Canvas canvas, Cells.Place map) {
        for (int i = 0; i < labels.size(); i++) {
            double middle = map.top() + (i * step + .5) * cell;
            Look look = new Look(font, INK, Anchor.END, false);
            canvas.text(new Text(map.left() - GAP, middle + font * .35, labels.get(i), look));
            if (step > 1) {
                canvas.fill(Cells.FRAME, List.of(new Box(map.left() - TICK, middle - .5, TICK, 1)));
            }
        }
    }

    /** Writes the labels above a map. */
    void columns(Canvas canvas, Cells.Place map) {
        for (int i = 0; i < labels.size(); i++) {
            double middle = map.left() + (i * step + .5) * cell;
            Look look = new Look(font, INK, Anchor.START, true);
            canvas.text(new Text(middle + font * .35, map.top() - GAP, labels.get(i), look));
            if (step > 1) {
                canvas.fill(Cells.FRAME, List.of(new Box(middle - .5, map.top() - TICK, 1, TICK)));
            }
        }
    }
}
