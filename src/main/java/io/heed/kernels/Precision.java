package io.heed.kernels;

import java.util.Locale;

/** The number format in which the fused operations multiply matrices. Weights, the residual stream, norms and losses are always float32. */
public enum Precision {
    /** bfloat16 on a CUDA device that supports it; on a CPU the quicker, found by a trial. */
    AUTO,
    /** 24 significant bits (11 on a CUDA device where the engine may use TF32). */
    FLOAT32,
    /** 8 significant bits. */
    BFLOAT16;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
