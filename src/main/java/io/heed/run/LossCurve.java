package io.heed.run;

import io.heed.drawing.Canvas;
import io.heed.drawing.Canvas.Anchor;
import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Look;
import io.heed.drawing.Canvas.Text;
import io.heed.drawing.Drawing;
import io.heed.drawing.Scale;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Draws the losses of one or more runs over the training steps, with each best validation loss marked and labelled. It
 * does not measure text, so it needs no font file.
 */
public final class LossCurve implements Drawing {

    /**
     * The losses at a step, in nats per token; values that are not finite are not drawn.
     *
     * @param step the number of steps taken
     */
    public record Point(int step, double training, double validation) {}

    /** A run's losses, in order of the steps. */
    public record Curve(String name, List<Point> points) {

        /** Returns the point of the lowest validation loss, the first of equals; empty if there is none. */
        public Optional<Point> best() {
            return points.stream()
                    .filter(point -> Double.isFinite(point.validation))
                    .min(Comparator.comparingDouble(Point::validation));
        }
    }

    /**
     * Seven of the eight colours that people with any colour vision can distinguish; Okabe and Ito,
     * jfly.uni-koeln.de/color, 2008.
     */
    private static final List<Integer> COLOURS =
            List.of(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000);

    private static final int INK = 0x222222;
    private static final int SOFT = 0x666666;
    private static final int GRID = 0xe4e4e4;
    private static final int FRAME = 0x8a8a8a;

    private static final double WIDTH = 720;
    private static final double PLOT = 380;
    private static final double LEFT = 66;
    private static final double RIGHT = 16;
    private static final double TOP = 14;
    private static final double ROW = 20;
    private static final double BELOW = 48;
    private static final double FONT = 12;
    private static final double THIN = 1.2;
    private static final double THICK = 2.2;
    private static final double MARK = 8;
    private static final int LETTERS = 36;
    /** Room for the label of the best point. */
    private static final double BEST = 200;

    private final List<Curve> curves;
    private final Scale steps;
    private final Scale losses;

    /**
     * Draws runs. A single run's training and validation losses have different colours; of several runs, each has one colour, with a thin
     * line for the training loss.
     */
    public LossCurve(List<Curve> curves) {
        this.curves = List.copyOf(curves);
        double last = 1;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (Curve curve : curves) {
            for (Point point : curve.points) {
                last = Math.max(last, point.step);
                for (double loss : new double[] {point.training, point.validation}) {
                    if (Double.isFinite(loss)) {
                        lowest = Math.min(lowest, loss);
                        highest = Math.max(highest, loss);
                    }
                }
            }
        }
        steps = Scale.of(0, last, 8, 1).endingAt(last);
        losses = lowest > highest ? Scale.of(0, 1, 8, .1) : Scale.of(lowest, highest, 10, least(highest));
    }

    /** The smallest distance between grid lines: a thousandth of the largest loss. */
    private static double least(double highest) {
        return Math.max(1e-6, Math.abs(highest) / 1000);
    }

    /**
     * Returns the colour of a run's validation loss; colours repeat after the seventh.
     *
     * @param run its index among the runs, from 0
     * @return 0xRRGGBB
     */
    public static int colour(int run) {
        return COLOURS.get(run % COLOURS.size());
    }

    @Override
    public String title() {
        return "Loss over the training steps";
    }

    @Override
    public double width() {
        return WIDTH;
    }

    @Override
    public double height() {
        return plotTop() + PLOT + BELOW;
    }

    @Override
    public boolean darkens() {
        return true;
    }

    private double plotTop() {
        return TOP + ROW * (curves.size() == 1 ? 2 : curves.size() + 1) + 8;
    }

    @Override
    public void drawOn(Canvas canvas) {
        axes(canvas);
        for (int i = 0; i < curves.size(); i++) {
            int thin = curves.size() == 1 ? colour(1) : pale(colour(i));
            curve(canvas, curves.get(i), thin, THIN, Point::training);
        }
        for (int i = 0; i < curves.size(); i++) {
            curve(canvas, curves.get(i), colour(i), THICK, Point::validation);
        }
        for (int i = 0; i < curves.size(); i++) {
            best(canvas, curves.get(i), colour(i));
        }
        legend(canvas);
    }

    private double x(double step) {
        return LEFT + steps.share(step) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double loss) {
        return plotTop() + (1 - losses.share(loss)) * PLOT;
    }

    private void axes(Canvas canvas) {
        double right = WIDTH - RIGHT;
        double bottom = plotTop() + PLOT;
        for (double loss : losses.ticks()) {
            canvas.line(GRID, 1, List.of(new Canvas.Point(LEFT, y(loss)), new Canvas.Point(right, y(loss))));
            write(canvas, LEFT - 8, y(loss) + FONT * .35, Anchor.END, losses.label(loss), INK);
        }
        for (double step : steps.ticks()) {
            canvas.line(GRID, 1, List.of(new Canvas.Point(x(step), plotTop()), new Canvas.Point(x(step), bottom)));
            Anchor anchor = x(step) > right - 20 ? Anchor.END : Anchor.MIDDLE;
            write(canvas, x(step), bottom + FONT + 5, anchor, steps.label(step), INK);
        }
        canvas.frame(FRAME, new Box(LEFT, plotTop(), right - LEFT, PLOT));
        write(canvas, (LEFT + right) / 2, bottom + 2 * FONT + 14, Anchor.MIDDLE, "step", SOFT);
        Look upright = new Look(FONT, SOFT, Anchor.MIDDLE, true);
        canvas.text(new Text(FONT + 4, plotTop() + PLOT / 2, "loss, nats per token", upright));
    }

    private void curve(Canvas canvas, Curve curve, int rgb, double width, ToDoubleFunction<Point> loss) {
        List<Canvas.Point> line = new ArrayList<>();
        for (Point point : curve.points) {
            double value = loss.applyAsDouble(point);
            if (Double.isFinite(value)) {
                line.add(new Canvas.Point(x(point.step), y(value)));
            } else {
                piece(canvas, rgb, width, line);
                line.clear();
            }
        }
        piece(canvas, rgb, width, line);
    }

    /** Draws a line, or a square for a single point. */
    private static void piece(Canvas canvas, int rgb, double width, List<Canvas.Point> line) {
        if (line.size() == 1) {
            square(canvas, rgb, line.get(0), 2 * width + 2, "");
        } else if (!line.isEmpty()) {
            canvas.line(rgb, width, thinned(line));
        }
    }

    /**
     * Returns, of the points within one unit of width, the first, the lowest, the highest and the last, which look like
     * all of them.
     */
    private static List<Canvas.Point> thinned(List<Canvas.Point> line) {
        List<Canvas.Point> kept = new ArrayList<>();
        for (int from = 0, to; from < line.size(); from = to) {
            to = from + 1;
            int low = from;
            int high = from;
            while (to < line.size()
                    && (int) line.get(to).x() == (int) line.get(from).x()) {
                low = line.get(to).y() > line.get(low).y() ? to : low;
                high = line.get(to).y() < line.get(high).y() ? to : high;
                to++;
            }
            int[] places = {from, Math.min(low, high), Math.max(low, high), to - 1};
            for (int i = 0; i < places.length; i++) {
                if (i == 0 || places[i] != places[i - 1]) {
                    kept.add(line.get(places[i]));
                }
            }
        }
        return kept;
    }

    private void best(Canvas canvas, Curve curve, int rgb) {
        curve.best().ifPresent(best -> {
            String title = "%s: %s".formatted(Visible.text(curve.name), named(best));
            Canvas.Point place = new Canvas.Point(x(best.step), y(best.validation));
            square(canvas, 0xffffff, place, MARK + 3, "");
            square(canvas, rgb, place, MARK, title);
        });
    }

    private static void square(Canvas canvas, int rgb, Canvas.Point middle, double side, String title) {
        Box box = new Box(middle.x() - side / 2, middle.y() - side / 2, side, side);
        if (title.isEmpty()) {
            canvas.fill(rgb, List.of(box));
        } else {
            canvas.fill(rgb, box, title);
        }
    }

    private static String named(Point best) {
        return String.format(Locale.ROOT, "best %.4f at step %,d", best.validation, best.step);
    }

    private void legend(Canvas canvas) {
        if (curves.size() == 1) {
            entry(canvas, 0, colour(1), THIN, "training");
            entry(canvas, 1, colour(0), THICK, "validation");
        } else {
            write(canvas, WIDTH - BEST, TOP + FONT, Anchor.START, "thick: validation, thin: training", SOFT);
        }
        for (int i = 0; i < curves.size(); i++) {
            int row = i + 1;
            if (curves.size() > 1) {
                entry(canvas, row, colour(i), THICK, cut(Visible.text(curves.get(i).name)));
            }
            double baseline = TOP + row * ROW + FONT;
            int rgb = colour(i);
            curves.get(i).best().ifPresent(best -> {
                square(canvas, rgb, new Canvas.Point(WIDTH - BEST - MARK, baseline - FONT * .35), MARK, "");
                write(canvas, WIDTH - BEST, baseline, Anchor.START, named(best), INK);
            });
        }
    }

    private static void entry(Canvas canvas, int row, int rgb, double width, String name) {
        double baseline = TOP + row * ROW + FONT;
        double y = baseline - FONT * .35;
        canvas.line(rgb, width, List.of(new Canvas.Point(LEFT, y), new Canvas.Point(LEFT + 26, y)));
        write(canvas, LEFT + 34, baseline, Anchor.START, name, INK);
    }

    private static String cut(String name) {
        return name.codePointCount(0, name.length()) > LETTERS
                ? name.substring(0, name.offsetByCodePoints(0, LETTERS - 1)) + "…"
                : name;
    }

    private static void write(Canvas canvas, double x, double y, Anchor anchor, String text, int ink) {
        canvas.text(new Text(x, y, text, new Look(FONT, ink, anchor, false)));
    }

    /** Returns the colour halfway to white. */
    private static int pale(int rgb) {
        return (rgb >> 1 & 0x7f7f7f) + 0x808080;
    }
}
