package io.heed.checkpoint.gguf;

/**
 * A tensor that lies in a file.
 *
 * @param name its name
 * @param type how its numbers are stored
 * @param shape its dimensions, the one whose numbers lie side by side last
 * @param start where in the file its first byte is
 */
public record GgufTensor(String name, TensorType type, long[] shape, long start) {

    /** How many numbers it has. */
    public long numbers() {
        long numbers = 1;
        for (long dimension : shape) {
            numbers *= dimension;
        }
        return numbers;
    }

    /** How many numbers lie in a row, the last of its dimensions. */
    long row() {
        return shape[shape.length - 1];
    }

    long bytes() {
        return type.bytes(numbers());
    }
}
