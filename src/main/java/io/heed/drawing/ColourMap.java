package io.heed.drawing;

import java.util.Arrays;
import java.util.Locale;

/**
 * A colour scale whose lightness is monotonic, so that more reads as more in grey print and without red or green.
 *
 * <p>Between evenly spaced stops, colours are interpolated linearly, channel by channel, in sRGB.
 */
public enum ColourMap {
    /** White to dark blue; after ColorBrewer's Blues (Cynthia Brewer, Apache-2.0), from pure white. */
    BLUES("ffffff", "c6dbef", "6baed6", "2171b5", "08306b"),
    /** Dark violet to yellow; every sixteenth colour of matplotlib's viridis (Smith and van der Walt, CC0). */
    VIRIDIS(
            "440154", "48186a", "472d7b", "424086", "3b528b", "33638d", "2c728e", "26818e", "21908c", "1f9f88",
            "28ae80", "3ebc74", "5dc963", "82d34c", "abdc32", "d5e21a", "fde725"),
    /**
     * Dark blue to yellow, the same to people who see no red or green; every sixteenth colour of matplotlib's cividis (Nuñez,
     * Anderton and Renslow, doi:10.1371/journal.pone.0199239, CC0).
     */
    CIVIDIS(
            "00224e", "002e6a", "1a386f", "32436d", "434e6c", "52596d", "61656f", "6f7073", "7c7b78", "8b8778",
            "9b9376", "aba072", "bbad6c", "ccba64", "ddc958", "efd748", "fee838"),
    /** White to black. */
    GREY("ffffff", "000000");

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final int[] stops;

    ColourMap(String... stops) {
        this.stops = Arrays.stream(stops)
                .mapToInt(stop -> Integer.parseInt(stop, 16))
                .toArray();
    }

    /**
     * Returns the colour of a share of the scale.
     *
     * @param share from 0 to 1; values outside get the colour of the nearer end
     * @return 0xRRGGBB
     */
    public int rgb(double share) {
        double place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
        int below = Math.min(stops.length - 2, (int) place);
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = stops[below] >> shift & 0xff;
            int to = stops[below + 1] >> shift & 0xff;
            rgb |= (int) Math.round(from + (place - below) * (to - from)) << shift;
        }
        return rgb;
    }

    /** Returns black or white, whichever has more contrast with a colour by WCAG 2.2. */
    public static int inkOn(int rgb) {
        // both contrasts are the same where (L + .05)² = 1.05 · .05
        return luminance(rgb) > 0.179 ? 0x000000 : 0xffffff;
    }

    private static double luminance(int rgb) {
        return .2126 * linear(rgb >> 16) + .7152 * linear(rgb >> 8) + .0722 * linear(rgb);
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.;
        return value <= .04045 ? value / 12.92 : Math.pow((value + .055) / 1.055, 2.4);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
