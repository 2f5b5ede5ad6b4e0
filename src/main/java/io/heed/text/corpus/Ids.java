package io.heed.text.corpus;

import io.heed.text.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A sequence of whole numbers in the heap or in a file: token ids, or where lines start.
 *
 * @param bytes the bytes that contain them
 * @param place the position of the first one
 * @param count how many there are
 * @param width the bytes of a number: 2 or 4 (unsigned), or 8
 */
public record Ids(Bytes bytes, long place, long count, int width) {

    /** Numbers in the heap. */
    static Ids of(long... numbers) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            buffer.putLong(number);
        }
        return new Ids(new Bytes.InHeap(buffer.array()), 0, numbers.length, 8);
    }

    /** Reads some numbers from an index on. */
    long[] read(long from, int length) {
        ByteBuffer buffer = bytes.read(place + from * width, length * width);
        long[] numbers = new long[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = switch (width) {
                case 2 -> buffer.getShort() & 0xFFFFL;
                case 4 -> buffer.getInt();
                default -> buffer.getLong();
            };
        }
        return numbers;
    }
}
