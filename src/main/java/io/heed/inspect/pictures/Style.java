package io.heed.inspect.pictures;

import io.heed.HeedException;
import io.heed.drawing.ColourMap;

/**
 * The look of pictures.
 *
 * @param scale a factor on the size; at 1 a unit is 1/96 inch in SVG and PDF, and two pixels in PNG (192 dpi)
 * @param colours the colours of weights
 * @param vmax the weight that gets the last colour of the scale, as do larger ones
 */
public record Style(double scale, ColourMap colours, double vmax) {

    /** White to blue, weights from 0 to 1. */
    public static final Style STANDARD = new Style(1, ColourMap.BLUES, 1);

    private static final double SMALLEST = 0.1;
    private static final double LARGEST = 10;

    /**
     * Checks the numbers.
     *
     * @throws HeedException if one is out of range
     */
    public Style {
        if (!(scale >= SMALLEST && scale <= LARGEST)) {
            throw new HeedException(
                    "a picture's scale is a number from %s to %s, not %s".formatted(SMALLEST, LARGEST, scale));
        }
        if (!(vmax > 0 && vmax <= 1)) {
            throw new HeedException("a picture's vmax is a weight above 0 and at most 1, not %s".formatted(vmax));
        }
    }

    /** The colour of a weight, 0xRRGGBB. */
    int colour(double weight) {
        return colours.rgb(weight / vmax);
    }
}
