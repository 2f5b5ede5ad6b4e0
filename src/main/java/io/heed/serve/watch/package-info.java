/** The page and the HTTP API of a run that trains, or has trained. */
@NullMarked
package io.heed.serve.watch;

import org.jspecify.annotations.NullMarked;
