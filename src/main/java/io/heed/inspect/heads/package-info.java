/** What single heads do: measured, compared, put into words. */
@NullMarked
package io.heed.inspect.heads;

import org.jspecify.annotations.NullMarked;
