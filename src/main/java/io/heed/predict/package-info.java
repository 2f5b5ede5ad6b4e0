/** Next words and continuations of a text. */
@NullMarked
package io.heed.predict;

import org.jspecify.annotations.NullMarked;
