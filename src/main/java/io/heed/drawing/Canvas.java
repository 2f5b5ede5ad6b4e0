package io.heed.drawing;

import java.util.List;

/**
 * A surface to draw on. Units are 1/96 inch, x runs right and y runs down from the upper left corner; colours are 0xRRGGBB.
 */
public interface Canvas {

    /** Whether text starts, ends or is centred at its anchor. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A place. */
    record Point(double x, double y) {}

    /** A rectangle. */
    record Box(double x, double y, double width, double height) {

        /** Its right edge. */
        public double right() {
            return x + width;
        }

        /** Its lower edge. */
        public double bottom() {
            return y + height;
        }
    }

    /**
     * How text is set.
     *
     * @param size the font's size
     * @param upright whether it runs upwards
     */
    record Look(double size, int rgb, Anchor anchor, boolean upright) {}

    /** A line of text; x and y are its anchor on the base line. */
    record Text(double x, double y, String content, Look look) {

        /** Where along the line, from the anchor, the text starts. */
        public double start() {
            double width = Typeface.get().width(content, look.size);
            return switch (look.anchor) {
                case START -> 0;
                case MIDDLE -> -width / 2;
                case END -> -width;
            };
        }
    }

    /** Fills rectangles with one colour. */
    void fill(int rgb, List<Box> boxes);

    /** Fills a rectangle, with a tooltip if the format has tooltips. */
    default void fill(int rgb, Box box, String title) {
        fill(rgb, List.of(box));
    }

    /** Draws the outline of a rectangle, one unit wide. */
    void frame(int rgb, Box box);

    /** Draws a line through points, with round corners. */
    void line(int rgb, double width, List<Point> points);

    /** Draws a line through points, with a tooltip if the format has tooltips. */
    default void line(int rgb, double width, List<Point> points, String title) {
        line(rgb, width, points);
    }

    /** Writes a line of text. */
    void text(Text text);
}
