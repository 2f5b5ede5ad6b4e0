package io.heed.model;

import java.util.Locale;

/** What a transformer is made of. */
public enum Architecture {
    /** A decoder by itself, which continues what it reads, as GPT-2 does. */
    DECODER_ONLY,
    /** An encoder that reads a source whole, and a decoder that looks it up (Vaswani et al., arXiv 1706.03762, section 3.1). */
    ENCODER_DECODER;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
