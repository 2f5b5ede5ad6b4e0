package io.heed.model.shape;

/** Sinusoidal positions (Vaswani et al., "Attention Is All You Need", arXiv 1706.03762, section 3.5). */
public final class PositionalEncoding {

    /** The longest wavelength is 2π times this many positions. */
    private static final double BASE = 10_000;

    private PositionalEncoding() {}

    /**
     * Returns the table of the first positions, row by row: {@code PE[p,2i] = sin(p/10000^(2i/C))} and
     * {@code PE[p,2i+1] = cos(p/10000^(2i/C))}.
     *
     * @param positions the number of rows
     * @param width C, the number of columns
     * @return (positions·C) numbers
     */
    public static float[] table(int positions, int width) {
        float[] table = new float[Math.multiplyExact(positions, width)];
        for (int p = 0; p < positions; p++) {
            for (int column = 0; column < width; column++) {
                double angle = angle(p, column, width);
                table[p * width + column] = (float) (column % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return table;
    }

    /** Returns the angle, in radians, whose sine (even columns) or cosine (odd columns) is an entry of the table. */
    private static double angle(int position, int column, int width) {
        int even = column - column % 2;
        return position / Math.pow(BASE, (double) even / width);
    }
}
