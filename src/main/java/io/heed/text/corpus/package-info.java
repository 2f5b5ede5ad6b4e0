/** Corpora: a person's text as ids in batches to learn from. */
@NullMarked
package io.heed.text.corpus;

import org.jspecify.annotations.NullMarked;
