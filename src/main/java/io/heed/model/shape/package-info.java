/** The shape of a transformer: its configuration, and the variants of its parts. */
@NullMarked
package io.heed.model.shape;

import org.jspecify.annotations.NullMarked;
