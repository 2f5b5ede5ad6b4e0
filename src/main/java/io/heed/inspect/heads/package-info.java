/** What single heads do: measures, comparisons, descriptions. */
@NullMarked
package io.heed.inspect.heads;

import org.jspecify.annotations.NullMarked;
