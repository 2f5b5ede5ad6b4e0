package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.Recording;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A NumPy archive: a zip of arrays in NumPy's format (version 1.0), stored as they are. Of several texts, those of the third are
 * {@code 2/weights} and so on, and {@code index.json} tells which text that is.
 */
final class NpzSink implements Sink {

    /** The header of an array ends at a multiple of this. */
    private static final int ALIGNMENT = 64;

    private final ZipOutputStream zip;
    private final boolean several;
    private int texts;

    NpzSink(OutputStream out, List<NamedArray> end, boolean several) throws IOException {
        zip = new ZipOutputStream(out);
        this.several = several;
        for (NamedArray array : end) {
            write("", array);
        }
    }

    @Override
    public void add(Recording recording, List<TextArray> arrays) throws IOException {
        String prefix = several ? texts + "/" : "";
        for (NamedArray array : NamedArray.of(recording, arrays)) {
            write(prefix, array);
        }
        texts++;
    }

    @Override
    public void finish() throws IOException {
        zip.finish();
    }

    private void write(String prefix, NamedArray array) throws IOException {
        byte[] header = header(array);
        CRC32 crc = new CRC32();
        crc.update(header);
        array.pieces().forEach(crc::update);
        ZipEntry entry = new ZipEntry(prefix + array.name() + ".npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.length + array.size());
        entry.setCrc(crc.getValue());
        entry.setTime(0); // the same dump, the same bytes
        zip.putNextEntry(entry);
        zip.write(header);
        for (byte[] piece : array.pieces()) {
            zip.write(piece);
        }
        zip.closeEntry();
    }

    private static byte[] header(NamedArray array) {
        String shape = Arrays.stream(array.shape()).mapToObj(size -> size + ",").collect(Collectors.joining());
        String about = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
                .formatted(array.whole() ? "<i8" : "<f4", shape);
        int before = 10; // magic, version, length
        int padding = Math.floorMod(-(before + about.length() + 1), ALIGNMENT);
        byte[] text = (about + " ".repeat(padding) + "\n").getBytes(US_ASCII);
        return ByteBuffer.allocate(before + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(UTF_8))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length)
                .put(text)
                .array();
    }
}
