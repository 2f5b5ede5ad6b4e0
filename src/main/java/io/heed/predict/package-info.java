/** Next words, continuations, and how likely a text is. */
@NullMarked
package io.heed.predict;

import org.jspecify.annotations.NullMarked;
