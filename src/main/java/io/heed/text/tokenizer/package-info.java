/** Tokenizers: text cut into ids and put together again, and tokenizers made from text. */
@NullMarked
package io.heed.text.tokenizer;

import org.jspecify.annotations.NullMarked;
