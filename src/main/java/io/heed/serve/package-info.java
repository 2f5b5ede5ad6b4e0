/** The page and the HTTP API of one model. */
@NullMarked
package io.heed.serve;

import org.jspecify.annotations.NullMarked;
