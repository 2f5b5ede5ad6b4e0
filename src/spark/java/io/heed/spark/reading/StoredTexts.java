package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.Visible;
import java.io.Serializable;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The texts in rows of bytes, file and start of the file's part: those that are not blank. */
final class StoredTexts implements Iterator<StoredTexts.Text> {

    private static final int SHOWN = 40;

    private final Iterator<Row> rows;
    private @Nullable Text next;

    /**
     * A part of a file that one task reads.
     *
     * @param file its URI
     * @param start its first byte
     */
    record Part(String file, long start) implements Serializable {
        static final Comparator<Part> ORDER =
                Comparator.comparing(Part::file).thenComparing(Part::start);
    }

    /** A text and the part that it is in. */
    record Text(Part part, String text) {}

    StoredTexts(Iterator<Row> rows) {
        this.rows = rows;
    }

    @Override
    public boolean hasNext() {
        while (next == null && rows.hasNext()) {
            Row row = rows.next();
            String text = row.isNullAt(0) ? "" : decoded(row.getAs(0), row.getString(1));
            if (!text.isBlank()) {
                next = new Text(new Part(row.getString(1), row.getLong(2)), text);
            }
        }
        return next != null;
    }

    /** The text that {@link #next} will return. */
    Text peek() {
        Text text = hasNext() ? next : null;
        if (text == null) {
            throw new NoSuchElementException();
        }
        return text;
    }

    @Override
    public Text next() {
        Text text = peek();
        next = null;
        return text;
    }

    private static String decoded(byte[] bytes, String file) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            String before = out.flip().toString();
            throw new HeedException("%s is not UTF-8 text: bad byte 0x%02x after “%s”"
                    .formatted(
                            HadoopFiles.shown(new Path(URI.create(file))),
                            in.get(in.position()),
                            Visible.text(before.substring(Math.max(0, before.length() - SHOWN)))));
        }
        return out.flip().toString();
    }
}
