/** The training loop: steps on all cores, evaluations, sweeps, the learning rate test. */
@NullMarked
package io.heed.train;

import org.jspecify.annotations.NullMarked;
