/** The transformer as DJL blocks, its configuration, and the trace of what it computed. */
@NullMarked
package io.heed.model;

import org.jspecify.annotations.NullMarked;
