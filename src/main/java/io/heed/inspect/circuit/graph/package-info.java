/** The parts of a model, and the edges between them: what one adds to a residual stream and another reads from it. */
@NullMarked
package io.heed.inspect.circuit.graph;

import org.jspecify.annotations.NullMarked;
