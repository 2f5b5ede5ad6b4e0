package io.heed.kernels;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.heed.HeedException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the fused operations multiply matrices.
 *
 * @param bfloat16 whether they round the factors to bfloat16
 * @param oneDnn whether oneDNN multiplies instead of the engine's own choice: MKL on a CPU, cuBLAS on a CUDA device
 */
public record Arithmetic(boolean bfloat16, boolean oneDnn) implements Serializable {

    /** The lowest compute capability, times ten, that supports bfloat16: Ampere's. */
    private static final int FIRST_WITH_BFLOAT16 = 80;

    /** The environment variable that forces oneDNN on or off on a CPU, whatever the processor. */
    static final String ONE_DNN = "HEED_ONE_DNN";

    /** The environment variable that forces bfloat16 on or off, whatever the configuration. */
    static final String BFLOAT16 = "HEED_BFLOAT16";

    /**
     * Chooses the arithmetic for a device without measuring: oneDNN where the {@linkplain Processor#quickerByOneDnn() processor} makes up
     * for converting arrays to its format and back. In bfloat16 the engine uses oneDNN by itself. The environment variables {@value #ONE_DNN} and {@value #BFLOAT16}, each {@code on} or {@code off},
     * override the choice.
     *
     * @throws HeedException if one of them has another value
     */
    public static Arithmetic of(Precision precision, Device device) {
        return of(precision, device, System.getenv());
    }

    /**
     * Chooses the arithmetic of a run that goes on: the one it began with, unless its precision is named now or the environment forces
     * another.
     *
     * @throws HeedException as {@link #of(Precision, Device)} does
     */
    public static Arithmetic resumed(Arithmetic begun, Precision precision, Device device) {
        return resumed(begun, precision, device, System.getenv());
    }

    static Arithmetic resumed(Arithmetic begun, Precision precision, Device device, Map<String, String> environment) {
        boolean asked = precision == Precision.BFLOAT16 || (precision == Precision.AUTO && begun.bfloat16);
        boolean bfloat16 = forced(BFLOAT16, environment, asked);
        boolean usual = begun.bfloat16 ? Processor.own().quickerByOneDnn() : begun.oneDnn;
        return new Arithmetic(bfloat16, !bfloat16 && !device.isGpu() && forced(ONE_DNN, environment, usual));
    }

    /** The same for weights of a format: oneDNN's own format of arrays is of no use to products with int8. */
    public Arithmetic with(NumberFormat weights) {
        return weights == NumberFormat.INT8 ? new Arithmetic(bfloat16, false) : this;
    }

    /**
     * Returns what may be quickest, the choice of {@link #of(Precision, Device)} first: on a CPU, if the precision is open, both
     * libraries in float32, and bfloat16 where the processor multiplies in it. What the environment forces has no alternative.
     *
     * @throws HeedException as {@link #of(Precision, Device)} does
     */
    public static List<Arithmetic> candidates(Precision precision, Device device) {
        return candidates(precision, device, Processor.own(), System.getenv());
    }

    static List<Arithmetic> candidates(
            Precision precision, Device device, Processor processor, Map<String, String> environment) {
        Arithmetic first = of(precision, device, environment);
        List<Arithmetic> all = new ArrayList<>(List.of(first));
        if (precision == Precision.AUTO && !device.isGpu() && !first.bfloat16) {
            if (isUnset(ONE_DNN, environment)) {
                all.add(new Arithmetic(false, !first.oneDnn));
            }
            if (isUnset(BFLOAT16, environment) && processor.bfloat16()) {
                all.add(new Arithmetic(true, false));
            }
        }
        return List.copyOf(all);
    }

    static Arithmetic of(Precision precision, Device device, Map<String, String> environment) {
        boolean asked = precision == Precision.BFLOAT16 || (precision == Precision.AUTO && hasBfloat16(device));
        boolean bfloat16 = forced(BFLOAT16, environment, asked);
        boolean oneDnn = forced(ONE_DNN, environment, Processor.own().quickerByOneDnn());
        return new Arithmetic(bfloat16, !bfloat16 && !device.isGpu() && oneDnn);
    }

    private static boolean isUnset(String name, Map<String, String> environment) {
        return environment.getOrDefault(name, "").isEmpty();
    }

    private static boolean forced(String name, Map<String, String> environment, boolean otherwise) {
        String value = environment.getOrDefault(name, "");
        return switch (value) {
            case "" -> otherwise;
            case "on" -> true;
            case "off" -> false;
            default ->
                throw new HeedException("the environment variable %s is \"%s\"; set it to on or off, or leave it out"
                        .formatted(name, value));
        };
    }

    private static boolean hasBfloat16(Device device) {
        if (!device.isGpu()) {
            return false;
        }
        try {
            return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= FIRST_WITH_BFLOAT16;
        } catch (IllegalStateException e) {
            return false; // the CUDA runtime was not found, so nothing is known of the device
        }
    }

    /** In words: {@code float32}, {@code float32 by oneDNN} or {@code bfloat16}. */
    @Override
    public String toString() {
        return bfloat16 ? "bfloat16" : oneDnn ? "float32 by oneDNN" : "float32";
    }
}
