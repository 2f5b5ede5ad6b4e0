package io.heed.text;

import java.util.Locale;

/** What a line end means in a text. */
public enum DataFormat {
    /** Each line is a separate sentence. */
    LINES,
    /** The text is one long sequence. */
    STREAM,
    /** Each line is a sentence, a tab and its translation; anything after another tab is ignored. */
    PAIRS;

    /** Whether a line end ends a sentence. */
    public boolean endsWithLines() {
        return this != STREAM;
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
