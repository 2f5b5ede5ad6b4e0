/** The training loop, the optimizers, the schedules and the metrics. */
@NullMarked
package io.heed.train;

import org.jspecify.annotations.NullMarked;
