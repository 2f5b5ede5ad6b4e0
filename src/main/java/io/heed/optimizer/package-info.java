/** Optimizers: AdamW, Muon, the learning rate schedule and the weights' moving average. */
@NullMarked
package io.heed.optimizer;

import org.jspecify.annotations.NullMarked;
