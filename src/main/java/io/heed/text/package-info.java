/** Tokenizers, corpora and batches: everything between a person's text and arrays of ids. */
@NullMarked
package io.heed.text;

import org.jspecify.annotations.NullMarked;
