package io.heed.drawing;

import java.util.List;

/**
 * What a picture is drawn on. Units are 1/96 inch, x runs right and y runs down from the upper left corner; colours are 0xRRGGBB.
 */
public interface Canvas {

    /** Where text starts, ends or has its middle. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

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

    /** Fills a rectangle, with words for a reader who points at it where there are readers who point. */
    default void fill(int rgb, Box box, String title) {
        fill(rgb, List.of(box));
    }

    /** Draws the edge of a rectangle, a unit wide. */
    void frame(int rgb, Box box);

    /** Writes a line of text. */
    void text(Text text);
}
