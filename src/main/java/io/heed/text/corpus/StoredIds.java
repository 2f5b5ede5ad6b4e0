package io.heed.text.corpus;

import io.heed.text.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers in the heap or in a file.
 *
 * @param bytes the bytes that contain them
 * @param place the position of the first one
 * @param count how many there are
 * @param width the bytes of a number: 2 or 4 (unsigned), or 8
 */
public record StoredIds(Bytes bytes, long place, long count, int width) implements Ids {

    private static final int COPIED_AT_ONCE = 1 << 16;

    /** Numbers in the heap. */
    public static StoredIds of(long... numbers) {
        byte[] bytes = new byte[8 * numbers.length];
        put(numbers, 8, littleEndian(bytes));
        return new StoredIds(new Bytes.InHeap(bytes), 0, numbers.length, 8);
    }

    /**
     * Copies numbers into the heap.
     *
     * @param width the bytes for each
     */
    public static StoredIds copy(Ids ids, int width) {
        byte[] bytes = new byte[Math.toIntExact(ids.count() * width)];
        ByteBuffer buffer = littleEndian(bytes);
        for (long from = 0; from < ids.count(); from += COPIED_AT_ONCE) {
            put(ids.read(from, (int) Math.min(COPIED_AT_ONCE, ids.count() - from)), width, buffer);
        }
        return new StoredIds(new Bytes.InHeap(bytes), 0, ids.count(), width);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(long[] numbers, int width, ByteBuffer into) {
        for (long number : numbers) {
            switch (width) {
                case 2 -> into.putShort((short) number);
                case 4 -> into.putInt((int) number);
                default -> into.putLong(number);
            }
        }
    }

    @Override
    public long[] read(long from, int length) {
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
