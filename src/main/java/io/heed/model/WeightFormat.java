package io.heed.model;

import io.heed.kernels.NumberFormat;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** How a model that is only read keeps its large weights in memory. Other numbers are float32. */
public enum WeightFormat {
    /** float32, or bfloat16 where the folder has that and float32 would take more than half of the machine's memory. */
    AUTO,
    /** Four bytes a weight. */
    FLOAT32,
    /** Two bytes a weight: exact where the folder has bfloat16, otherwise rounded to 8 significant bits. */
    BFLOAT16,
    /** One byte a weight: a whole number from -127 to 127 times a scale for each output; only to read and write text, on a CPU. */
    INT8;

    /** The number of weights below which {@link #AUTO} does not ask for the machine's memory, which takes time. */
    private static final long FEW = 1L << 28;

    /**
     * Returns the format for a model.
     *
     * @param weights the number of its weights
     * @param bfloat16 whether its folder has them in bfloat16
     */
    public NumberFormat resolve(long weights, boolean bfloat16) {
        if (this == INT8) {
            return NumberFormat.INT8;
        }
        boolean tooLarge = this == AUTO && bfloat16 && weights > FEW && weights * Float.BYTES > memory() / 2;
        return this == BFLOAT16 || tooLarge ? NumberFormat.BFLOAT16 : NumberFormat.FLOAT32;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
