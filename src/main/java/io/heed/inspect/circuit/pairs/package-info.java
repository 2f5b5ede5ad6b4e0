/** Pairs of texts that differ in something, and what should follow them: what a circuit is found on and proven on. */
@NullMarked
package io.heed.inspect.circuit.pairs;

import org.jspecify.annotations.NullMarked;
