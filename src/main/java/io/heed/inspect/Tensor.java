package io.heed.inspect;

import java.util.Arrays;

/**
 * An array of numbers with any number of dimensions.
 *
 * @param shape the size of each dimension
 * @param values the numbers, the last dimension's side by side
 */
public record Tensor(long[] shape, float[] values) {

    /** Checks that there are as many numbers as the shape says. */
    public Tensor {
        if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != values.length) {
            throw new IllegalArgumentException(
                    "%d numbers do not fill %s".formatted(values.length, Arrays.toString(shape)));
        }
    }

    /**
     * Rounds rows to floats.
     *
     * @param shape what their numbers are shaped as; (rows, columns) if nothing is given
     */
    public static Tensor of(double[][] rows, long... shape) {
        int width = rows[0].length;
        float[] values = new float[rows.length * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows[i / width][i % width];
        }
        return new Tensor(shape.length == 0 ? new long[] {rows.length, width} : shape, values);
    }

    /** Returns the part at an index of the first dimensions, a copy: of (H,T,D), {@code at(h)} is (T,D) and {@code at(h, t)} (D). */
    public Tensor at(int... index) {
        long[] rest = Arrays.copyOfRange(shape, index.length, shape.length);
        int size = Math.toIntExact(Arrays.stream(rest).reduce(1, (a, b) -> a * b));
        int from = offset(index) * size;
        return new Tensor(rest, Arrays.copyOfRange(values, from, from + size));
    }

    /** Returns one number. */
    public float get(int... index) {
        return values[offset(index)];
    }

    /** Its Euclidean length. */
    public double length() {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private int offset(int... index) {
        int offset = 0;
        for (int i = 0; i < index.length; i++) {
            if (index[i] < 0 || index[i] >= shape[i]) {
                throw new IndexOutOfBoundsException(
                        "%s is outside of %s".formatted(Arrays.toString(index), Arrays.toString(shape)));
            }
            offset = (int) (offset * shape[i] + index[i]);
        }
        return offset;
    }

    /** Returns a tensor of two dimensions as rows. */
    public float[][] rows() {
        float[][] rows = new float[(int) shape[0]][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * (int) shape[1], (row + 1) * (int) shape[1]);
        }
        return rows;
    }
}
