/** Tokenizers: text to ids and back, and tokenizers built from text. */
@NullMarked
package io.heed.text.tokenizer;

import org.jspecify.annotations.NullMarked;
