/** Basics that every package may use. */
@NullMarked
package io.heed;

import org.jspecify.annotations.NullMarked;
