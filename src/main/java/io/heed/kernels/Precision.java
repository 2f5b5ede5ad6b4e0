package io.heed.kernels;

import java.util.Locale;

/** In which numbers the fused operations multiply matrices; weights, sums of the residual stream, norms and losses are float32 in any case. */
public enum Precision {
    /** bfloat16 on a CUDA device that has it, else float32. */
    AUTO,
    /** 24 significant bits (on a CUDA device 11 where the engine may use TF32). */
    FLOAT32,
    /** 8 significant bits. */
    BFLOAT16;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
