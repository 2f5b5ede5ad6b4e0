package io.heed.cli.print;

import io.heed.cli.terminal.BarLine;
import io.heed.cli.terminal.Terminal;
import io.heed.drawing.Palette;
import io.heed.drawing.Scale;
import io.heed.run.LossCurve;
import io.heed.text.Visible;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A text plot of validation losses over steps: a letter for each run, and a colour if there are colours. */
public final class CurvePlot {

    /** The columns of the plot itself if there is room. */
    private static final int WIDTH = 72;

    /** The fewest columns: narrower plots show nothing. */
    private static final int LEAST = 10;

    /** The columns of a tick. */
    private static final int TICK = 9;

    private static final int HEIGHT = 16;
    private static final int NOBODY = -1;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    /**
     * The axis below the plot.
     *
     * @param ticks its labels, by step
     * @param name what it counts
     */
    private record Axis(Scale scale, Map<Double, String> ticks, String name) {}

    private final List<LossCurve.Curve> curves;
    private final Scale losses;
    private final StringBuilder out = new StringBuilder();
    private final int width;
    private final int[][] cells;

    /**
     * Starts a plot.
     *
     * @param name what the axis below counts
     * @param columns the columns that a line may take
     */
    private CurvePlot(List<LossCurve.Curve> curves, String name, int columns) {
        this.curves = curves;
        double[] all = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(LossCurve.Point::validation)
                .toArray();
        double highest = Arrays.stream(all).max().orElseThrow();
        double lowest = Arrays.stream(all).min().orElseThrow();
        losses = Scale.of(lowest, highest, 8, Math.max(1e-6, Math.abs(highest) / 1000));
        int beside = labelled() + " ┤".length() + "  ".length() + name.length();
        width = Math.max(LEAST, Math.min(WIDTH, columns - beside));
        cells = new int[HEIGHT + 1][width];
        for (int[] row : cells) {
            Arrays.fill(row, NOBODY);
        }
    }

    /**
     * Returns the plot of the curves that have finite points, its lines ended by line feeds; empty if there are none. If no curve has two
     * points, it only lists their losses.
     *
     * @param columns the columns that a line may take
     */
    public static String of(List<LossCurve.Curve> curves, int columns) {
        List<LossCurve.Curve> drawn = curves.stream()
                .map(curve -> new LossCurve.Curve(
                        curve.name(),
                        curve.points().stream()
                                .filter(point -> Double.isFinite(point.validation()))
                                .toList()))
                .filter(curve -> !curve.points().isEmpty())
                .toList();
        if (drawn.isEmpty()) {
            return "";
        }
        CurvePlot plot = new CurvePlot(drawn, "step", columns);
        if (drawn.stream().anyMatch(curve -> curve.points().size() > 1)) {
            Scale steps =
                    Scale.of(0, last(drawn), Math.max(2, plot.width / TICK), 1).endingAt(last(drawn));
            Map<Double, String> ticks = new LinkedHashMap<>();
            steps.ticks().forEach(tick -> ticks.put(tick, steps.label(tick)));
            plot.draw(new Axis(steps, ticks, "step"));
        } else {
            plot.out.append("There is no curve yet: it starts with a second evaluation.\n");
        }
        plot.legend(columns);
        return plot.out.toString();
    }

    /**
     * Returns the plot of one curve of finite points over something other than steps.
     *
     * @param ticks the labels of its axis, by step
     * @param name what the axis counts
     * @param columns the columns that a line may take
     */
    public static String of(LossCurve.Curve curve, Map<Double, String> ticks, String name, int columns) {
        CurvePlot plot = new CurvePlot(List.of(curve), name, columns);
        double last = last(plot.curves);
        plot.draw(new Axis(new Scale(0, last, last), ticks, name));
        return plot.out.toString();
    }

    private static int last(List<LossCurve.Curve> curves) {
        return curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToInt(point -> Math.max(1, point.step()))
                .max()
                .orElseThrow();
    }

    private void draw(Axis axis) {
        for (int i = 0; i < curves.size(); i++) {
            place(i, axis.scale);
        }
        rows();
        below(axis);
    }

    /** A letter in each column from the run's first evaluation to its last. */
    private void place(int run, Scale steps) {
        List<LossCurve.Point> points = curves.get(run).points();
        int first = column(steps, points.get(0).step());
        int last = column(steps, points.get(points.size() - 1).step());
        for (int column = first; column <= last; column++) {
            double step = steps.from() + column * (steps.to() - steps.from()) / (width - 1);
            cells[row(at(points, step))][column] = run;
        }
    }

    private int column(Scale steps, double step) {
        return (int) Math.round(steps.share(step) * (width - 1));
    }

    private int row(double loss) {
        return (int) Math.round((1 - losses.share(loss)) * HEIGHT);
    }

    /** The loss at a step, interpolated linearly between two evaluations. */
    private static double at(List<LossCurve.Point> points, double step) {
        LossCurve.Point before = points.get(0);
        for (LossCurve.Point point : points) {
            if (point.step() >= step) {
                double share = point.step() == before.step()
                        ? 1
                        : Math.max(0, (step - before.step()) / (point.step() - before.step()));
                return before.validation() + share * (point.validation() - before.validation());
            }
            before = point;
        }
        return before.validation();
    }

    private void rows() {
        String[] labels = new String[HEIGHT + 1];
        Arrays.fill(labels, "");
        losses.ticks().forEach(tick -> labels[row(tick)] = losses.label(tick));
        int room = labelled();
        for (int row = 0; row <= HEIGHT; row++) {
            out.append(" ".repeat(room - labels[row].length())).append(labels[row]);
            out.append(labels[row].isEmpty() ? " │" : " ┤");
            int end = width;
            while (end > 0 && cells[row][end - 1] == NOBODY) {
                end--;
            }
            for (int column = 0; column < end; column++) {
                out.append(cells[row][column] == NOBODY ? " " : letter(cells[row][column]));
            }
            out.append('\n');
        }
    }

    /** The columns of the longest label of the losses. */
    private int labelled() {
        return losses.ticks().stream()
                .mapToInt(tick -> losses.label(tick).length())
                .max()
                .orElse(0);
    }

    private void below(Axis axis) {
        char[] line = "─".repeat(width).toCharArray();
        StringBuilder labels = new StringBuilder();
        for (Map.Entry<Double, String> tick : axis.ticks.entrySet()) {
            int column = column(axis.scale, tick.getKey());
            String label = tick.getValue();
            line[column] = '┬';
            int left = Math.min(width - label.length(), Math.max(0, column - label.length() / 2));
            if (labels.isEmpty() || left > labels.length()) {
                labels.append(" ".repeat(Math.max(0, left - labels.length()))).append(label);
            }
        }
        String indent = " ".repeat(labelled() + 1);
        out.append(indent).append('└').append(line).append('\n');
        out.append(indent)
                .append(' ')
                .append(labels)
                .append("  ")
                .append(axis.name)
                .append('\n');
    }

    private void legend(int columns) {
        int widest = curves.stream()
                .mapToInt(curve -> BarLine.width(Visible.text(curve.name())))
                .max()
                .orElse(0);
        for (int i = 0; i < curves.size(); i++) {
            LossCurve.Curve curve = curves.get(i);
            LossCurve.Point loss = curve.best().orElseThrow();
            String name = Visible.text(curve.name());
            String best = String.format(Locale.ROOT, "best %.4f at step %,d", loss.validation(), loss.step());
            boolean fits = "a ".length() + widest + 2 + best.length() <= columns;
            String gap = fits ? " ".repeat(widest - BarLine.width(name) + 2) : "\n  ";
            out.append(letter(i))
                    .append(' ')
                    .append(name)
                    .append(gap)
                    .append(best)
                    .append('\n');
        }
    }

    private static String letter(int run) {
        String letter = LETTERS.substring(run % LETTERS.length(), run % LETTERS.length() + 1);
        return Terminal.colour(Palette.nearest(LossCurve.colour(run)), letter);
    }
}
