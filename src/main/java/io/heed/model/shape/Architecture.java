package io.heed.model.shape;

import java.util.Locale;

/** Which parts a transformer has. */
public enum Architecture {
    /** A decoder alone, which continues a text, as GPT-2 does. */
    DECODER_ONLY,
    /** An encoder that reads a source, and a decoder that attends to it (Vaswani et al., arXiv 1706.03762, section 3.1). */
    ENCODER_DECODER;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
