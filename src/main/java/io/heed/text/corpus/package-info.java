/** Corpora: text as ids, in batches to train on. */
@NullMarked
package io.heed.text.corpus;

import org.jspecify.annotations.NullMarked;
