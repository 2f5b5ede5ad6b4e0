package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.Recording;
import io.heed.inspect.files.NamedArray.Floats;
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
 * A NumPy archive: a zip of arrays in NumPy's format (version 1.0), uncompressed. With several texts, those of the third
 * are {@code 2/weights} and so on, and {@code index.json} says which text that is.
 */
final class NpzSink implements DumpSink {

    /** The alignment of an array's data. */
    private static final int ALIGNMENT = 64;

    private final ZipOutputStream zip;
    private final DumpedArrays dump;
    private int texts;

    NpzSink(OutputStream out, DumpedArrays dump) throws IOException {
        zip = new ZipOutputStream(out);
        this.dump = dump;
        for (NamedArray array : dump.weights()) {
            write("", array);
        }
    }

    @Override
    public void add(Recording recording, List<Floats> arrays) throws IOException {
        String prefix = dump.prefix(texts++);
        for (NamedArray array : DumpedArrays.tokens(recording.passage())) {
            write(prefix, array);
        }
        for (NamedArray array : arrays) {
            write(prefix, array);
        }
    }

    @Override
    public void finish() throws IOException {
        zip.finish();
    }

    private void write(String prefix, NamedArray array) throws IOException {
        byte[] header = header(array);
        CRC32 crc = new CRC32();
        crc.update(header);
        List<byte[]> pieces = array.pieces().toList();
        pieces.forEach(crc::update);
        ZipEntry entry = new ZipEntry(prefix + array.name() + ".npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(
                header.length + pieces.stream().mapToLong(piece -> piece.length).sum());
        entry.setCrc(crc.getValue());
        entry.setTime(0); // the same dump, the same bytes
        zip.putNextEntry(entry);
        zip.write(header);
        for (byte[] piece : pieces) {
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
