package io.heed.drawing;

/** xterm's 256 colours: 16 of the user's choice, a cube of 6 × 6 × 6, and 24 greys. */
public final class Palette {

    private static final int[] LEVELS = {0, 95, 135, 175, 215, 255};
    private static final int CUBE = 16;
    private static final int GREYS = 232;

    private Palette() {}

    /** Returns the number of the nearest colour of the cube and the greys, by Euclidean distance. */
    public static int nearest(int rgb) {
        int red = level(rgb >> 16 & 0xff);
        int green = level(rgb >> 8 & 0xff);
        int blue = level(rgb & 0xff);
        int inCube = LEVELS[red] << 16 | LEVELS[green] << 8 | LEVELS[blue];
        int mean = ((rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff)) / 3;
        int step = Math.max(0, Math.min(23, Math.round((mean - 8) / 10f)));
        int grey = (8 + 10 * step) * 0x010101;
        return distance(rgb, grey) < distance(rgb, inCube) ? GREYS + step : CUBE + 36 * red + 6 * green + blue;
    }

    private static int level(int channel) {
        int nearest = 0;
        for (int i = 1; i < LEVELS.length; i++) {
            nearest = Math.abs(LEVELS[i] - channel) < Math.abs(LEVELS[nearest] - channel) ? i : nearest;
        }
        return nearest;
    }

    private static int distance(int a, int b) {
        int red = (a >> 16 & 0xff) - (b >> 16 & 0xff);
        int green = (a >> 8 & 0xff) - (b >> 8 & 0xff);
        int blue = (a & 0xff) - (b & 0xff);
        return red * red + green * green + blue * blue;
    }
}
