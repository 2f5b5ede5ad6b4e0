package io.heed.text;

import java.util.Locale;

/** What a line end means in a text. */
public enum DataFormat {
    /** Each line is a sentence by itself. */
    LINES,
    /** The text is one long sequence. */
    STREAM;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
