package io.heed.inspect.pictures;

import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Point;
import io.heed.drawing.Typeface;
import io.heed.inspect.circuit.CircuitExample;
import io.heed.inspect.circuit.graph.Input;
import io.heed.inspect.circuit.graph.Node;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the parts of a circuit stand in a picture: a column for each token, the translation's after the source's; a row for each kind of
 * part that occurs, from the words up, an encoder's below the decoder's.
 */
final class CircuitLayout {

    static final double FONT = 13;
    static final double SMALL = 10.5;
    static final double BOX_HEIGHT = 24;

    private static final double ROW = 84;
    private static final double PADDING = 9;
    private static final double GAP = 10;
    private static final double BETWEEN_TEXTS = 28;
    private static final int STEPS = 24;

    /** A part at a position; the logits are none, and named by their row. */
    record Spot(String name, Level level, Column column) {}

    /**
     * A token.
     *
     * @param stream whose it is
     * @param position its place, from 0
     */
    record Column(Part stream, int position) implements Comparable<Column> {

        @Override
        public int compareTo(Column other) {
            return Comparator.comparing(Column::stream)
                    .thenComparing(Column::position)
                    .compare(this, other);
        }
    }

    /**
     * A row of parts.
     *
     * @param stream whose; the words of both texts stand in one row
     * @param height its place among the stream's, from 0 for the words
     */
    record Level(Part stream, int height) implements Comparable<Level> {

        private static final int OF_LAYER = 3; // heads, heads of the cross-attention, feed-forward network
        private static final Level WORDS = new Level(Part.ENCODER, 0);
        private static final Level LOGITS = new Level(Part.DECODER, Integer.MAX_VALUE);

        static Level of(Node node) {
            if (node.kind() == Node.Kind.WORDS) {
                return WORDS;
            }
            int within = node.kind() == Node.Kind.FEED_FORWARD ? OF_LAYER : node.part() == Part.CROSS ? 2 : 1;
            return new Level(node.part().stream(), OF_LAYER * node.layer() + within);
        }

        @Override
        public int compareTo(Level other) {
            return Comparator.comparing(Level::stream)
                    .thenComparing(Level::height)
                    .compare(this, other);
        }
    }

    /**
     * An arrow.
     *
     * @param place the edge at the position where it is read
     */
    record Arrow(Spot from, Spot to, CircuitExample.Place place) {}

    private final CircuitExample example;
    private final List<Arrow> arrows = new ArrayList<>();
    private final Map<Spot, Box> boxes = new LinkedHashMap<>();
    private final double left;
    private double width;
    private double height;

    CircuitLayout(CircuitExample example, double left, double top) {
        this.example = example;
        this.left = left;
        for (CircuitExample.Place place : example.places()) {
            Node node = place.of().from();
            Column read = new Column(place.of().to().stream(), place.position());
            Spot from = new Spot(node.toString(), Level.of(node), read);
            readers(place.of().to(), read).forEach(to -> arrows.add(new Arrow(from, to, place)));
        }
        place(top);
    }

    /** Where what an input reads at a token goes: for keys and values to each token at which the head adds something that matters. */
    private List<Spot> readers(Input input, Column read) {
        if (input.reader() == Reader.LOGITS) {
            return List.of(new Spot("logits", Level.LOGITS, read));
        }
        if (input.reader() == Reader.FEED_FORWARD) {
            Node node = new Node(input.part(), Node.Kind.FEED_FORWARD, input.layer(), -1);
            return List.of(new Spot(node.toString(), Level.of(node), read));
        }
        return example.places().stream()
                .filter(place -> isHeadOf(place.of().from(), input))
                .filter(place -> input.reader() != Reader.QUERY || place.position() == read.position())
                .map(place -> new Spot(
                        place.of().from().toString(),
                        Level.of(place.of().from()),
                        new Column(place.of().to().stream(), place.position())))
                .distinct()
                .toList();
    }

    /** Whether a node is the head of an input, or one of those that share it. */
    private boolean isHeadOf(Node node, Input input) {
        if (node.kind() != Node.Kind.HEAD || node.part() != input.part() || node.layer() != input.layer()) {
            return false;
        }
        int sharing = input.reader() == Reader.QUERY ? 1 : example.sharing();
        return node.head() / sharing == input.head();
    }

    private void place(double top) {
        List<Spot> spots = new ArrayList<>();
        for (Part stream : example.translates() ? List.of(Part.ENCODER, Part.DECODER) : List.of(Part.DECODER)) {
            for (int i = 0; i < example.tokens(stream).size(); i++) {
                String name = example.translates() && stream == Part.ENCODER ? "source" : "words";
                spots.add(new Spot(name, Level.WORDS, new Column(stream, i)));
            }
        }
        arrows.forEach(arrow -> {
            spots.add(arrow.from);
            spots.add(arrow.to);
        });
        List<Spot> distinct = spots.stream().distinct().toList();
        List<Level> levels =
                List.copyOf(new TreeSet<>(distinct.stream().map(Spot::level).toList()));
        Map<Column, List<Spot>> byColumn = new TreeMap<>();
        distinct.forEach(spot -> byColumn.computeIfAbsent(spot.column, column -> new ArrayList<>())
                .add(spot));
        double x = left;
        Part before = null;
        for (Map.Entry<Column, List<Spot>> column : byColumn.entrySet()) {
            Part stream = column.getKey().stream;
            x += before == null ? 0 : before == stream ? GAP : BETWEEN_TEXTS;
            before = stream;
            double wide = levels.stream()
                    .mapToDouble(level -> across(at(column.getValue(), level)))
                    .max()
                    .orElseThrow();
            for (int level = 0; level < levels.size(); level++) {
                List<Spot> cell = at(column.getValue(), levels.get(level));
                double from = x + (wide - across(cell)) / 2;
                for (Spot spot : cell) {
                    boxes.put(spot, new Box(from, top + (levels.size() - 1 - level) * ROW, wide(spot), BOX_HEIGHT));
                    from += wide(spot) + GAP;
                }
            }
            x += wide;
        }
        width = x - left;
        height = (levels.size() - 1) * ROW + BOX_HEIGHT;
    }

    private static List<Spot> at(Collection<Spot> spots, Level level) {
        return spots.stream()
                .filter(spot -> spot.level.equals(level))
                .sorted(Comparator.comparing(Spot::name))
                .toList();
    }

    private double across(List<Spot> cell) {
        return cell.stream().mapToDouble(this::wide).sum() + GAP * Math.max(0, cell.size() - 1);
    }

    private double wide(Spot spot) {
        double wide = Typeface.get().width(text(spot), FONT) + 2 * PADDING;
        return isToken(spot) ? Math.max(wide, Typeface.get().width(exchanged(spot), SMALL)) : wide;
    }

    /** What stands in a box: a token, or the part's name. */
    String text(Spot spot) {
        return isToken(spot) ? example.tokens(spot.column.stream).get(spot.column.position) : spot.name;
    }

    static boolean isToken(Spot spot) {
        return spot.level.equals(Level.WORDS);
    }

    /** What says which token the corrupted text has instead; empty where it has the same. */
    String exchanged(Spot spot) {
        if (example.translates() && spot.column.stream == Part.DECODER) {
            return "";
        }
        String other = example.corrupted().get(spot.column.position);
        return other.equals(text(spot)) ? "" : "not " + other;
    }

    /** Whether it is the logits. */
    boolean isEnd(Spot spot) {
        return spot.level.equals(Level.LOGITS);
    }

    /** The boxes of the parts. */
    Map<Spot, Box> boxes() {
        return boxes;
    }

    /** The arrows, the strongest last. */
    List<Arrow> arrows() {
        return arrows.stream()
                .sorted(Comparator.comparingDouble(
                        arrow -> Math.abs(arrow.place().lost())))
                .toList();
    }

    /** How far to the right boxes and arrows reach. */
    double width() {
        return arrows.stream()
                .flatMap(arrow -> curve(arrow).stream())
                .mapToDouble(point -> point.x() - left + GAP)
                .reduce(width, Math::max);
    }

    double height() {
        return height;
    }

    /** The points of an arrow: a curve that starts upward, and bows out where it would run through boxes of its own column. */
    List<Point> curve(Arrow arrow) {
        Box from = box(arrow.from);
        Box to = box(arrow.to);
        double x1 = port(arrow, arrow.from, from);
        double x2 = port(arrow, arrow.to, to);
        double y1 = from.y();
        double y2 = to.bottom();
        double up = (y1 - y2) / 2;
        double centres = (from.x() + from.right()) / 2 - (to.x() + to.right()) / 2;
        boolean through = y1 - y2 > ROW && Math.abs(centres) < (from.width() + to.width()) / 2;
        double out = (from.width() + to.width()) / 2 + GAP;
        double bow = through ? centres < 0 && x1 - out > left ? -out : out : 0;
        List<Point> points = new ArrayList<>();
        for (int i = 0; i <= STEPS; i++) {
            double t = (double) i / STEPS;
            points.add(new Point(cubic(t, x1, x1 + bow, x2 + bow, x2), cubic(t, y1, y1 - up * .8, y2 + up * .8, y2)));
        }
        return points;
    }

    /** Where an arrow leaves or reaches a box: those of one box stand side by side, in the order of their other ends. */
    private double port(Arrow arrow, Spot spot, Box box) {
        boolean leaves = spot.equals(arrow.from);
        List<Arrow> beside = arrows.stream()
                .filter(each -> spot.equals(leaves ? each.from : each.to))
                .sorted(Comparator.comparingDouble(
                        each -> box(leaves ? each.to : each.from).x()))
                .toList();
        return box.x() + box.width() * (beside.indexOf(arrow) + 1) / (beside.size() + 1);
    }

    private Box box(Spot spot) {
        return Objects.requireNonNull(boxes.get(spot));
    }

    private static double cubic(double t, double a, double b, double c, double d) {
        double s = 1 - t;
        return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    }
}
