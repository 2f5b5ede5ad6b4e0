/** Attention drawn: SVG, PNG and PDF pictures, and maps in the terminal. */
@NullMarked
package io.heed.inspect.pictures;

import org.jspecify.annotations.NullMarked;
