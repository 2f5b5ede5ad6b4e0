/** Watching a run: what is kept of it step by step, who sees it, and what they may change. */
@NullMarked
package io.heed.watch;

import org.jspecify.annotations.NullMarked;
