/** The few fused operations, written in TorchScript, behind plain Java methods. */
@NullMarked
package io.heed.kernels;

import org.jspecify.annotations.NullMarked;
