package io.heed.model.shape;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;

/** The angles of {@link Positions.Rotary}, and the rotation of queries and keys by them. */
public final class RotaryPositions {

    private RotaryPositions() {}

    /**
     * The cosines, then the sines, of the angles of each position, row by row: (positions·R) numbers. Frequencies and angles are rounded to
     * float32 where other programs round them, so that scores equal theirs far into a text, too.
     *
     * @param turned R, the number of a head's numbers that are rotated
     */
    public static float[] table(Positions.Rotary rotary, int positions, int turned) {
        int half = turned / 2;
        float[] speeds = speeds(rotary, turned);
        double factor = rotary.scaling().attentionFactor();
        float[] table = new float[Math.multiplyExact(positions, turned)];
        for (int p = 0; p < positions; p++) {
            for (int i = 0; i < half; i++) {
                float angle = p * speeds[i];
                table[p * turned + i] = (float) (factor * Math.cos(angle));
                table[p * turned + half + i] = (float) (factor * Math.sin(angle));
            }
        }
        return table;
    }

    /** The angle per position of each pair of numbers, in radians, rounded to float32. */
    static float[] speeds(Positions.Rotary rotary, int turned) {
        float[] speeds = new float[turned / 2];
        for (int i = 0; i < speeds.length; i++) {
            double plain = Math.pow(rotary.theta(), -2.0 * i / turned);
            speeds[i] = (float) rotary.scaling().frequency(plain, i, rotary.theta(), turned);
        }
        return speeds;
    }

    /** Rotates the first R numbers of queries or keys (B,H,T,D) by cosines and sines (T,R); the explicit rendering. */
    public static NDArray turn(NDArray x, NDArray rows) {
        long turned = rows.getShape().get(1);
        NDList angles = rows.split(2, 1); // (T,R/2)
        NDArray cos = angles.get(0);
        NDArray sin = angles.get(1);
        NDList halves = x.get(new NDIndex(":, :, :, 0:{}", turned)).split(2, 3);
        NDArray first = halves.get(0);
        NDArray second = halves.get(1);
        NDArray left = first.mul(cos).sub(second.mul(sin));
        NDArray right = second.mul(cos).add(first.mul(sin));
        NDArray placed = left.concat(right, 3);
        return turned == x.getShape().get(3) ? placed : placed.concat(x.get(new NDIndex(":, :, :, {}:", turned)), 3);
    }
}
