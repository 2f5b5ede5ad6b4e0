/** The fused operations, written in TorchScript and called through plain Java methods. */
@NullMarked
package io.heed.kernels;

import org.jspecify.annotations.NullMarked;
