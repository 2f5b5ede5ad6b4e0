/** The page of a run, for the person at this machine. */
@NullMarked
package io.heed.cli.live;

import org.jspecify.annotations.NullMarked;
