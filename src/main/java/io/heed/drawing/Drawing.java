package io.heed.drawing;

import io.heed.HeedException;
import java.util.List;

/**
 * A picture that looks the same on every canvas and gives the same bytes on every machine. SVG uses the reader's fonts; in PNG and PDF a
 * character that Liberation Sans lacks is an empty box.
 *
 * <p>A scale is a factor on the size; at 1 a unit is 1/96 inch in SVG and PDF, and two pixels in PNG (192 dpi).
 */
public interface Drawing {

    /** A description for those who cannot see it. */
    String title();

    /** Its width in units. */
    double width();

    /** Its height in units. */
    double height();

    /** Draws it. */
    void drawOn(Canvas canvas);

    /** Whether its SVG follows a dark theme; maps do not, since their colours are numbers. */
    default boolean darkens() {
        return false;
    }

    /**
     * Returns the same drawing, whose SVG does not follow a dark theme: for a page that holds the SVG as an element, since the style that
     * follows a dark theme would turn the whole page.
     */
    default Drawing light() {
        return new Light(this);
    }

    /** Returns the text of an SVG file. */
    default String svg(double scale) {
        return SvgCanvas.draw(this, scale);
    }

    /**
     * Returns the bytes of a PNG file.
     *
     * @throws HeedException if it would have more than a hundred million pixels, or this Java cannot draw
     */
    default byte[] png(double scale) {
        return PngCanvas.draw(this, scale);
    }

    /**
     * Returns the bytes of a PDF file with a page for each drawing, of which there must be one.
     *
     * @throws HeedException if a page would be larger than PDF allows
     */
    static byte[] pdf(List<? extends Drawing> drawings, double scale) {
        return PdfCanvas.draw(drawings, scale);
    }
}
