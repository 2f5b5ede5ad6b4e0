package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A place in a file that advances as values are read. Each length and count is checked against the bytes that are left. */
final class FileCursor {

    private static final int BLOCK = 1 << 16;

    private static final int LONGEST_SHOWN = 60;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer block;
    private long blockStart;
    private String place = "its header";

    FileCursor(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        size = channel.size();
        block = ByteBuffer.allocate((int) Math.min(BLOCK, size))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    /** Names what is read from here on, for messages. */
    void reads(String what) {
        place = shown(what);
    }

    long position() {
        return blockStart + block.position();
    }

    long size() {
        return size;
    }

    long remaining() {
        return size - position();
    }

    /** Reads an unsigned number of four bytes. */
    long readCount32() throws IOException {
        return next(Integer.BYTES).getInt() & 0xFFFFFFFFL;
    }

    /** Reads an unsigned number of eight bytes; a negative result stands for a number larger than any that a file may have. */
    long readCount64() throws IOException {
        return next(Long.BYTES).getLong();
    }

    /**
     * Reads how many of something there are.
     *
     * @param what their name, for messages
     * @param bytes the fewest bytes that one can have
     * @throws HeedException if fewer bytes are left
     */
    int readCount(String what, int bytes) throws IOException {
        long count = readCount64();
        if (count < 0 || count > remaining() / bytes || count > Integer.MAX_VALUE - 8) {
            throw broken("%s claims %s %s and %d bytes are left"
                    .formatted(place, Long.toUnsignedString(count), what, remaining()));
        }
        return (int) count;
    }

    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, BLOCK);
            next(Math.min(part, block.capacity())).get(bytes, done, Math.min(part, block.capacity()));
            done += Math.min(part, block.capacity());
        }
        return bytes;
    }

    /** Reads a text: its length in eight bytes, then that many bytes of UTF-8. */
    String readText() throws IOException {
        byte[] bytes = readBytes(readCount("bytes of text", Byte.BYTES));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken("%s has bytes that are not UTF-8".formatted(place));
        }
    }

    /** A buffer with the given number of bytes from here on, at most a block's size. */
    private ByteBuffer next(int count) throws IOException {
        if (count > remaining()) {
            throw broken("it ends within " + place);
        }
        if (block.remaining() < count) {
            blockStart += block.position();
            block.compact();
            while (block.position() < count) {
                if (channel.read(block, blockStart + block.position()) < 0) {
                    throw new IOException("it was cut short while it was read");
                }
            }
            block.flip();
        }
        return block;
    }

    /** The exception for a wrong value at the cursor. */
    HeedException wrong(String why) {
        return broken("%s %s".formatted(place, why));
    }

    HeedException broken(String why) {
        return new HeedException("%s is not a valid GGUF file: %s".formatted(file, why));
    }

    /** An untrusted text as it is shown in a message. */
    static String shown(String text) {
        String visible = Visible.text(text);
        return visible.length() > LONGEST_SHOWN ? visible.substring(0, LONGEST_SHOWN) + "…" : visible;
    }
}
