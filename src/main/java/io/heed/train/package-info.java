/** The training loop: steps on all cores, evaluations, sweeps, the test of learning rates. */
@NullMarked
package io.heed.train;

import org.jspecify.annotations.NullMarked;
