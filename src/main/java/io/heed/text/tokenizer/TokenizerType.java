package io.heed.text.tokenizer;

import java.util.Locale;

/** How text is cut into tokens. */
public enum TokenizerType {
    /** Lower-case words and punctuation marks, with tokens for the start and the end of a sentence. */
    WORD,
    /** Single characters, including spaces and line ends. */
    CHARACTER,
    /** Parts of words, learnt by byte-level byte-pair encoding, which can encode any text; {@code <|endoftext|>} ends a text. */
    BPE;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
