package io.heed.inspect.files;

import java.util.Locale;

/** A kind of file about attention. */
public enum Format {
    /** {@code attention.html}: a page to look at. */
    HTML,
    /** {@code attention.npz}: arrays for NumPy. */
    NPZ,
    /** {@code attention.safetensors}: the same arrays. */
    SAFETENSORS,
    /** {@code attention.json}: the same arrays as nested lists. */
    JSON,
    /** {@code attention.csv}: weights and scores, a line a pair. */
    CSV,
    /** {@code sheet.svg} and {@code layer-L-head-H.svg}: pictures. */
    SVG,
    /** {@code sheet.png} and {@code layer-L-head-H.png}: the same in pixels. */
    PNG,
    /** {@code attention.pdf}: the sheet, and then a page for each head. */
    PDF;

    /** Whether it holds numbers for programs, of which a dump may write any number of texts. */
    public boolean ofNumbers() {
        return this == NPZ || this == SAFETENSORS || this == JSON || this == CSV;
    }

    /** The name on the command line and of the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
