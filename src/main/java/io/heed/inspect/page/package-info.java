/** Recordings and lessons as pages that need nothing else. */
@NullMarked
package io.heed.inspect.page;

import org.jspecify.annotations.NullMarked;
