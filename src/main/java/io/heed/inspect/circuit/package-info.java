/** Circuits: the edges between parts of a model that an answer depends on, found and proven. */
@NullMarked
package io.heed.inspect.circuit;

import org.jspecify.annotations.NullMarked;
