package io.heed.checkpoint.gguf;

/**
 * A tensor in a file.
 *
 * @param name its name
 * @param type how its numbers are stored
 * @param shape its dimensions, the innermost last
 * @param start the place of its first byte in the file
 */
public record GgufTensor(String name, TensorType type, long[] shape, long start) {

    /** The number of its numbers. */
    public long numbers() {
        long numbers = 1;
        for (long dimension : shape) {
            numbers *= dimension;
        }
        return numbers;
    }

    /** The length of a row: the last of its dimensions. */
    long row() {
        return shape[shape.length - 1];
    }

    long bytes() {
        return type.bytes(numbers());
    }
}
