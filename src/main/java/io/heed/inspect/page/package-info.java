/** Recordings and lessons as self-contained pages. */
@NullMarked
package io.heed.inspect.page;

import org.jspecify.annotations.NullMarked;
