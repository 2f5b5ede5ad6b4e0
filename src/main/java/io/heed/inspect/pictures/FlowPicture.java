package io.heed.inspect.pictures;

import io.heed.drawing.ColourMap;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.lesson.Flow;
import io.heed.inspect.pictures.Diagram.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws how the numbers flow through one head, as SVG: words, embeddings, positions, queries, keys, values, scores, softmax, output,
 * next word. A column is a word; long vectors show their first three numbers.
 */
public final class FlowPicture {

    /** The decimals of its numbers. */
    public static final int DECIMALS = 4;

    private static final int LEFT = 158;
    private static final int COLUMN = 140;
    private static final int BOX = 98;
    private static final int GUTTER = 13;
    private static final int GAP = 34;
    private static final int SHOWN = 3;
    private static final int LETTERS = 14;
    private static final int LEAST_WIDTH = 780;
    private static final String INK = "#1d2530";
    private static final String SOFT = "#5b6675";

    private final Flow flow;
    private final Diagram diagram = new Diagram();
    private double y = 52;

    private FlowPicture(Flow flow) {
        this.flow = flow;
    }

    /** Returns the picture. */
    public static String of(Flow flow) {
        return new FlowPicture(flow).draw();
    }

    private String draw() {
        diagram.text(16, 28, "start", 16, INK, flow.title());
        words();
        for (Flow.Stage stage : flow.stages()) {
            stage(stage);
        }
        attention();
        double width = Math.max(LEAST_WIDTH, LEFT + COLUMN * flow.words().size() + 12);
        if (!flow.next().isEmpty()) {
            next();
        }
        return diagram.finish(width, y + 18);
    }

    private double middle(int column) {
        return LEFT + COLUMN * (column + .5);
    }

    private void words() {
        label("words", "", Diagram.height(1));
        for (int i = 0; i < flow.words().size(); i++) {
            boolean reads = i == flow.query();
            diagram.frame(
                    middle(i) - 60,
                    y,
                    120,
                    Diagram.height(1),
                    reads ? Ink.QUERY.paper : "#fff",
                    reads ? Ink.QUERY.line : Ink.PLAIN.line);
            diagram.text(middle(i), y + 19, "middle", 14, INK, cut(flow.words().get(i)));
        }
        y += Diagram.height(1);
    }

    /** Shortens words of more than 14 characters, at a character's end. */
    private static String cut(String word) {
        return word.codePointCount(0, word.length()) > LETTERS
                ? word.substring(0, word.offsetByCodePoints(0, LETTERS - 1)) + "…"
                : word;
    }

    private void label(String name, String meaning, double height) {
        double line = y + height / 2 + (meaning.isEmpty() ? 5 : -2);
        diagram.text(16, line, "start", 14, INK, name);
        if (!meaning.isEmpty()) {
            diagram.text(16, line + 16, "start", 12, SOFT, meaning);
        }
    }

    private void stage(Flow.Stage stage) {
        double from = y;
        y += GAP;
        List<List<String>> boxes = new ArrayList<>();
        for (double[] vector : stage.vectors()) {
            boxes.add(lines(vector));
        }
        label(stage.label(), stage.meaning(), Diagram.height(boxes.get(0).size()));
        for (int i = 0; i < boxes.size(); i++) {
            diagram.path(Ink.PLAIN.line, true, middle(i), from, middle(i), y);
            diagram.numbers(middle(i), y, BOX, boxes.get(i), Ink.PLAIN);
        }
        y += Diagram.height(boxes.get(0).size());
    }

    private static List<String> lines(double[] vector) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < Math.min(SHOWN, vector.length); i++) {
            lines.add(number(vector[i]));
        }
        if (vector.length > SHOWN) {
            lines.add("… %d in all".formatted(vector.length));
        }
        return lines;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%." + DECIMALS + "f", number).replaceFirst("^-(0\\.0+)$", "$1");
    }

    /** Queries, keys, scores, softmax, values and the output, with the lines between them. */
    private void attention() {
        Flow.Reading reading = flow.reading();
        int tall = Diagram.height(lines(reading.query()).size());
        int flat = Diagram.height(1);
        double fromStage = y;
        double queries = fromStage + GAP + 6;
        double keys = queries + tall + GAP + 6;
        double scores = keys + tall + GAP;
        double weights = scores + flat + GAP;
        double values = weights + flat + GAP;
        forks(fromStage, keys + tall / 2., values + tall / 2.);
        queryLines(queries, queries + tall + 16, scores + flat / 2.);
        at(queries, "Q", "what is looked for", tall);
        diagram.numbers(middle(flow.query()), queries, BOX, lines(reading.query()), Ink.QUERY);
        at(keys, "K", "what it is found by", tall);
        at(scores, "scores", "q·k/√d", flat);
        at(weights, "softmax", "exp, divided by the sum", flat);
        at(values, "V", "what it gives", tall);
        double output = values + tall + GAP + 14;
        for (int i = 0; i < flow.words().size(); i++) {
            double x = middle(i);
            diagram.numbers(x, keys, BOX, lines(reading.keys()[i]), Ink.KEY);
            diagram.path(Ink.KEY.line, true, x, keys + tall, x, scores);
            diagram.numbers(x, scores, BOX, List.of(score(reading.scores()[i])), Ink.PLAIN);
            diagram.path(Ink.PLAIN.line, true, x, scores + flat, x, weights);
            weight(x, weights, reading.weights()[i]);
            diagram.path(Ink.PLAIN.line, true, x, weights + flat, x, values);
            diagram.text(x + 6, weights + flat + GAP / 2. + 3, "start", 14, SOFT, "×");
            diagram.numbers(x, values, BOX, lines(reading.values()[i]), Ink.VALUE);
            double bus = values + tall + 18;
            diagram.path(Ink.VALUE.line, false, x, values + tall, x, bus, middle(flow.query()), bus);
        }
        diagram.path(Ink.VALUE.line, true, middle(flow.query()), values + tall + 18, middle(flow.query()), output);
        diagram.text(middle(flow.query()) + 8, output - 12, "start", 14, SOFT, "+");
        at(output, "output", "the blend of the values", tall);
        diagram.numbers(middle(flow.query()), output, BOX, lines(reading.output()), Ink.OUTPUT);
        y = output + tall;
    }

    private void at(double top, String name, String meaning, double height) {
        y = top;
        label(name, meaning, height);
    }

    private static String score(double score) {
        return Double.isInfinite(score) ? "−∞" : number(score);
    }

    /** From the head's input to its keys and values, down the right of each column. */
    private void forks(double from, double key, double value) {
        for (int i = 0; i < flow.words().size(); i++) {
            double x = middle(i) + BOX / 2. + GUTTER;
            double edge = middle(i) + BOX / 2.;
            diagram.path(
                    Ink.VALUE.line, true, middle(i), from, middle(i), from + 14, x, from + 14, x, value, edge, value);
            diagram.path(Ink.KEY.line, true, x, key, edge, key);
        }
    }

    /** From the query to all scores, down the left of each column. */
    private void queryLines(double query, double bus, double score) {
        double x = middle(flow.query());
        diagram.path(Ink.QUERY.line, true, x, query - GAP - 6, x, query);
        diagram.path(Ink.QUERY.line, false, x, bus - 16, x, bus);
        for (int i = 0; i < flow.words().size(); i++) {
            double left = middle(i) - BOX / 2. - GUTTER;
            diagram.path(Ink.QUERY.line, true, x, bus, left, bus, left, score, middle(i) - BOX / 2., score);
        }
    }

    private void weight(double x, double top, double weight) {
        diagram.frame(
                x - BOX / 2.,
                top,
                BOX,
                Diagram.height(1),
                "#%06x".formatted(ColourMap.BLUES.rgb(weight)),
                Ink.PLAIN.line);
        diagram.text(x, top + 18, "middle", 13, weight > .65 ? "#fff" : INK, number(weight));
    }

    private void next() {
        double x = middle(flow.query());
        double pill = y + GAP;
        int half = 220;
        double centre = Math.max(LEFT + half, x - half + BOX / 2.);
        diagram.path(Ink.OUTPUT.line, true, x, y, x, pill);
        diagram.frame(centre - half, pill, 2 * half, 48, Ink.OUTPUT.paper, Ink.OUTPUT.line);
        for (int i = 0; i < flow.rest().size(); i++) {
            diagram.text(
                    centre,
                    pill + 20 + 18 * i,
                    "middle",
                    13,
                    Ink.OUTPUT.text,
                    flow.rest().get(i));
        }
        double top = pill + 48 + GAP;
        diagram.path(Ink.OUTPUT.line, true, centre, pill + 48, centre, top);
        y = top;
        label("next word", "the likeliest", 24 * flow.next().size());
        for (Guess guess : flow.next()) {
            diagram.text(centre - 60, y + 17, "end", 14, INK, cut(guess.shown()));
            diagram.frame(
                    centre - 50, y + 4, Math.max(1, 180 * guess.probability()), 16, Ink.OUTPUT.line, Ink.OUTPUT.line);
            diagram.text(
                    centre - 42 + 180 * guess.probability(), y + 17, "start", 13, INK, number(guess.probability()));
            y += 24;
        }
    }
}
