package io.heed.inspect.files;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kind of file about attention. */
public enum DumpFormat {
    /** {@code attention.html}: a page to look at. */
    HTML,
    /** {@code attention.npz}: arrays for NumPy. */
    NPZ(NpzSink::new),
    /** {@code attention.safetensors}: the same arrays. */
    SAFETENSORS(SafetensorsSink::new),
    /** {@code attention.json}: the same arrays as nested lists. */
    JSON(JsonSink::new),
    /** {@code attention.csv}: weights and scores, one line per pair. */
    CSV(CsvTable::files),
    /** {@code sheet.svg} and {@code layer-L-head-H.svg}: pictures. */
    SVG,
    /** {@code sheet.png} and {@code layer-L-head-H.png}: the same in pixels. */
    PNG,
    /** {@code attention.pdf}: the sheet, and then a page for each head. */
    PDF;

    @SuppressWarnings("ImmutableEnumChecker") // functions that hold nothing
    private final @Nullable Function<DumpedArrays, Map<String, DumpSink.Opening>> files;

    DumpFormat() {
        files = null;
    }

    /** Numbers in one file. */
    DumpFormat(DumpSink.Opening opening) {
        files = dump -> Map.of("attention." + this, opening);
    }

    /** Numbers in several files. */
    DumpFormat(Function<DumpedArrays, Map<String, DumpSink.Opening>> files) {
        this.files = files;
    }

    /** Whether it holds numbers for programs, of which a dump may write any number of texts. */
    public boolean ofNumbers() {
        return files != null;
    }

    /** The files of a dump in this format, by their names. */
    Map<String, DumpSink.Opening> files(DumpedArrays dump) {
        if (files == null) {
            throw new IllegalArgumentException(this + " is not a format of numbers");
        }
        return files.apply(dump);
    }

    /** The name on the command line and of the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
