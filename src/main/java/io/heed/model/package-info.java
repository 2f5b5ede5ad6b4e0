/** The transformer as DJL blocks, its configuration, and the trace of its computation. */
@NullMarked
package io.heed.model;

import org.jspecify.annotations.NullMarked;
