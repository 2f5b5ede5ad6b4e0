package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript module, one class and its attributes, as the zip archive that PyTorch loads.
 *
 * <p>The archive holds {@code code/__torch__.py} (the class), {@code data.pkl} (the instance, in Python's pickle protocol 2),
 * {@code constants.pkl} (an empty tuple) and {@code version}.
 */
final class TorchScriptArchive {

    /** The operator set version, in which dividing integers yields a floating-point number. */
    private static final String VERSION = "10\n";

    private TorchScriptArchive() {}

    /**
     * Returns the archive's bytes.
     *
     * @param className the class in {@code source}
     * @param source the content of {@code __torch__.py}
     * @param attributes the instance's attributes: Boolean, Long, Double, String or an empty List
     */
    static byte[] write(String className, String source, Map<String, Object> attributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "data.pkl", pickleInstance(className, attributes));
            put(zip, "code/__torch__.py", source.getBytes(UTF_8));
            put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "version", VERSION.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry("heed/" + name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED); // PyTorch reads stored entries only
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** {@code className.__new__(className)} with its attributes set, as pickle opcodes. */
    private static byte[] pickleInstance(String className, Map<String, Object> attributes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x80); // PROTO
        out.write(2);
        out.writeBytes(("c__torch__\n" + className + "\n").getBytes(UTF_8)); // GLOBAL
        out.write(')'); // EMPTY_TUPLE
        out.write(0x81); // NEWOBJ
        out.write('}'); // EMPTY_DICT
        out.write('('); // MARK
        attributes.forEach((name, value) -> {
            pickleString(out, name);
            if (value instanceof Boolean b) {
                out.write(b ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
            } else if (value instanceof Long n) {
                out.write('J'); // BININT, little-endian
                writeLittleEndian(out, Math.toIntExact(n));
            } else if (value instanceof Double d) {
                out.write('G'); // BINFLOAT, big-endian
                out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(d).array());
            } else if (value instanceof List<?>) {
                out.write(']'); // EMPTY_LIST
            } else {
                pickleString(out, (String) value);
            }
        });
        out.write('u'); // SETITEMS
        out.write('b'); // BUILD
        out.write('.'); // STOP
        return out.toByteArray();
    }

    private static void pickleString(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        out.write('X'); // BINUNICODE, little-endian length
        writeLittleEndian(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void writeLittleEndian(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }
}
