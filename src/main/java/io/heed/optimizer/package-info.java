/** What turns gradients into updates: AdamW, Muon, the learning rates' schedule and the weights' moving average. */
@NullMarked
package io.heed.optimizer;

import org.jspecify.annotations.NullMarked;
