package io.heed.cli;

import io.heed.drawing.Palette;
import io.heed.drawing.Scale;
import io.heed.text.Visible;
import io.heed.train.LossCurve;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Validation losses over steps as lines of text: a letter for each run, and a colour where there are colours. */
final class CurvePlot {

    private static final int WIDTH = 72;
    private static final int HEIGHT = 16;
    private static final int NOBODY = -1;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    /**
     * What stands below the plot.
     *
     * @param ticks where, in steps, which words stand
     * @param name what they count
     */
    private record Axis(Scale scale, Map<Double, String> ticks, String name) {}

    private final List<LossCurve.Curve> curves;
    private final StringBuilder out = new StringBuilder();
    private final int[][] cells = new int[HEIGHT + 1][WIDTH];

    private CurvePlot(List<LossCurve.Curve> curves) {
        this.curves = curves;
    }

    /** Returns the plot of the curves that have finite points, its lines ended by line feeds; nothing where none has. */
    static String of(List<LossCurve.Curve> curves) {
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
        Scale steps = Scale.of(0, last(drawn), 8, 1).endingAt(last(drawn));
        Map<Double, String> ticks = new LinkedHashMap<>();
        steps.ticks().forEach(tick -> ticks.put(tick, steps.label(tick)));
        CurvePlot plot = new CurvePlot(drawn);
        plot.draw(new Axis(steps, ticks, "step"));
        plot.legend();
        return plot.out.toString();
    }

    /**
     * Returns the plot of one curve of finite points over something else than steps.
     *
     * @param ticks where, in steps, which words stand below it
     * @param name what they count
     */
    static String of(LossCurve.Curve curve, Map<Double, String> ticks, String name) {
        CurvePlot plot = new CurvePlot(List.of(curve));
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
        double[] all = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(LossCurve.Point::validation)
                .toArray();
        double highest = Arrays.stream(all).max().orElseThrow();
        double lowest = Arrays.stream(all).min().orElseThrow();
        Scale losses = Scale.of(lowest, highest, 8, Math.max(1e-6, Math.abs(highest) / 1000));
        for (int[] row : cells) {
            Arrays.fill(row, NOBODY);
        }
        for (int i = 0; i < curves.size(); i++) {
            place(i, losses, axis.scale);
        }
        rows(losses);
        axis(losses, axis);
    }

    /** A letter in each column from the run's first evaluation to its last. */
    private void place(int run, Scale losses, Scale steps) {
        List<LossCurve.Point> points = curves.get(run).points();
        int first = column(steps, points.get(0).step());
        int last = column(steps, points.get(points.size() - 1).step());
        for (int column = first; column <= last; column++) {
            double step = steps.from() + column * (steps.to() - steps.from()) / (WIDTH - 1);
            cells[row(losses, at(points, step))][column] = run;
        }
    }

    private static int column(Scale steps, double step) {
        return (int) Math.round(steps.share(step) * (WIDTH - 1));
    }

    private static int row(Scale losses, double loss) {
        return (int) Math.round((1 - losses.share(loss)) * HEIGHT);
    }

    /** The loss at a step: between two evaluations on the straight line from one to the other. */
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

    private void rows(Scale losses) {
        String[] labels = new String[HEIGHT + 1];
        Arrays.fill(labels, "");
        losses.ticks().forEach(tick -> labels[row(losses, tick)] = losses.label(tick));
        int room = room(losses);
        for (int row = 0; row <= HEIGHT; row++) {
            out.append(" ".repeat(room - labels[row].length())).append(labels[row]);
            out.append(labels[row].isEmpty() ? " │" : " ┤");
            int end = WIDTH;
            while (end > 0 && cells[row][end - 1] == NOBODY) {
                end--;
            }
            for (int column = 0; column < end; column++) {
                out.append(cells[row][column] == NOBODY ? " " : letter(cells[row][column]));
            }
            out.append('\n');
        }
    }

    private static int room(Scale losses) {
        return losses.ticks().stream()
                .mapToInt(tick -> losses.label(tick).length())
                .max()
                .orElse(0);
    }

    private void axis(Scale losses, Axis axis) {
        char[] line = "─".repeat(WIDTH).toCharArray();
        StringBuilder labels = new StringBuilder();
        for (Map.Entry<Double, String> tick : axis.ticks.entrySet()) {
            int column = column(axis.scale, tick.getKey());
            String label = tick.getValue();
            line[column] = '┬';
            int left = Math.min(WIDTH - label.length(), Math.max(0, column - label.length() / 2));
            labels.append(" ".repeat(Math.max(0, left - labels.length()))).append(label);
        }
        String indent = " ".repeat(room(losses) + 1);
        out.append(indent).append('└').append(line).append('\n');
        out.append(indent)
                .append(' ')
                .append(labels)
                .append("  ")
                .append(axis.name)
                .append('\n');
    }

    private void legend() {
        int widest = curves.stream()
                .mapToInt(curve -> Visible.text(curve.name()).length())
                .max()
                .orElse(0);
        for (int i = 0; i < curves.size(); i++) {
            LossCurve.Curve curve = curves.get(i);
            LossCurve.Point best = curve.best().orElseThrow();
            String name = Visible.text(curve.name());
            out.append(letter(i)).append(' ').append(name).append(" ".repeat(widest - name.length()));
            out.append(String.format(Locale.ROOT, "  best %.4f at step %,d%n", best.validation(), best.step()));
        }
    }

    private static String letter(int run) {
        String letter = LETTERS.substring(run % LETTERS.length(), run % LETTERS.length() + 1);
        return Terminal.colour(Palette.nearest(LossCurve.colour(run)), letter);
    }
}
