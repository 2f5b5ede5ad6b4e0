package io.heed.text.corpus;

import io.heed.text.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whole numbers one after another, in the heap or in a file: tokens' ids, or where lines begin.
 *
 * @param bytes where they are
 * @param place where the first one is
 * @param count how many there are
 * @param width the bytes of a number: 2 and 4 without a sign, 8
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

    /** Reads so many from one on. */
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
