package io.heed.inspect.pictures;

import io.heed.drawing.Canvas.Box;
import io.heed.drawing.Canvas.Point;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds places for the numbers of arrows, one after the other: on the arrow or beside it, where nothing else stands, rather where no
 * other arrow passes, and rather in the middle.
 */
final class ArrowNumbers {

    /** What stays free to the left and right of a number. */
    private static final double APART = 4;

    /** What stays free between an arrow and a number beside it. */
    private static final double BESIDE = 6;

    private static final double FROM = .12;
    private static final double TO = .86; // an arrow's head follows

    private static final double CROSSED = 10;
    private static final double OFF = 3;
    private static final double FAR = 8;

    /** How many widths of itself a number may be away from its arrow. */
    private static final int MOST_OFF = 3;

    private final Box room;
    private final List<List<Point>> curves;
    private final List<Box> taken;

    private record Candidate(Box box, double cost) {}

    /**
     * Starts with no numbers.
     *
     * @param room where they have to be
     * @param curves all arrows
     * @param boxes where nothing may be
     */
    ArrowNumbers(Box room, List<List<Point>> curves, Collection<Box> boxes) {
        this.room = room;
        this.curves = curves;
        taken = new ArrayList<>(boxes);
    }

    /** Takes the best place for a number beside one of the curves; none if there is no room. */
    Optional<Box> place(List<Point> curve, double width, double height) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 1; i < curve.size() - 1; i++) {
            double along = (double) i / (curve.size() - 1);
            if (along >= FROM && along <= TO) {
                for (int off = -MOST_OFF; off <= MOST_OFF; off++) {
                    Box box = beside(curve, i, off, width, height);
                    if (isFree(box)) {
                        candidates.add(new Candidate(
                                box,
                                CROSSED * crossing(curve, curve.get(i), box)
                                        + OFF * Math.abs(off)
                                        + FAR * Math.abs(along - .5)));
                    }
                }
            }
        }
        Optional<Box> best = candidates.stream()
                .min(Comparator.comparingDouble(Candidate::cost))
                .map(Candidate::box);
        best.ifPresent(box -> taken.add(new Box(box.x() - APART, box.y(), box.width() + 2 * APART, box.height())));
        return best;
    }

    /** A box at a point of a curve, or away from it at a right angle. */
    private static Box beside(List<Point> curve, int i, int off, double width, double height) {
        Point at = curve.get(i);
        double dx = curve.get(i + 1).x() - curve.get(i - 1).x();
        double dy = curve.get(i + 1).y() - curve.get(i - 1).y();
        double length = Math.hypot(dx, dy);
        double away = off * (Math.abs(dy) * width + Math.abs(dx) * height) / length * .5 + Math.signum(off) * BESIDE;
        return new Box(
                at.x() - away * dy / length - width / 2, at.y() + away * dx / length - height / 2, width, height);
    }

    private boolean isFree(Box box) {
        return box.x() >= room.x()
                && box.right() <= room.right()
                && box.y() >= room.y()
                && box.bottom() <= room.bottom()
                && taken.stream().noneMatch(other -> overlap(box, other));
    }

    private static boolean overlap(Box a, Box b) {
        return a.x() < b.right() && b.x() < a.right() && a.y() < b.bottom() && b.y() < a.bottom();
    }

    /** How many other curves pass through a box, or between it and its own curve. */
    private long crossing(List<Point> own, Point at, Box box) {
        Rectangle2D area = new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height());
        Line2D way = new Line2D.Double(at.x(), at.y(), area.getCenterX(), area.getCenterY());
        return curves.stream()
                .filter(curve -> !curve.equals(own) && passes(curve, way, area))
                .count();
    }

    private static boolean passes(List<Point> curve, Line2D way, Rectangle2D area) {
        for (int i = 1; i < curve.size(); i++) {
            Point a = curve.get(i - 1);
            Point b = curve.get(i);
            Line2D piece = new Line2D.Double(a.x(), a.y(), b.x(), b.y());
            if (piece.intersects(area) || piece.intersectsLine(way)) {
                return true;
            }
        }
        return false;
    }
}
