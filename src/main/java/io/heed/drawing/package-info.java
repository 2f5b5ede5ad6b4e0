/** Pictures of lines, squares and words: one {@link io.heed.drawing.Canvas}, as SVG, PNG and PDF. */
@NullMarked
package io.heed.drawing;

import org.jspecify.annotations.NullMarked;
