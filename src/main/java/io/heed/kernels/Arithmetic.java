package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How the fused operations multiply matrices.
 *
 * @param bfloat16 whether they round the factors to bfloat16
 * @param oneDnn whether oneDNN multiplies instead of the engine's own choice: MKL on a CPU, cuBLAS on a CUDA device
 */
public record Arithmetic(boolean bfloat16, boolean oneDnn) {

    /** The lowest compute capability, times ten, that supports bfloat16: Ampere's. */
    private static final int FIRST_WITH_BFLOAT16 = 80;

    private static final boolean AMD = isAmd();

    /** The environment variable that forces oneDNN on or off on a CPU, whatever the processor. */
    static final String ONE_DNN = "HEED_ONE_DNN";

    /** The environment variable that forces bfloat16 on or off, whatever the configuration. */
    static final String BFLOAT16 = "HEED_BFLOAT16";

    /**
     * Chooses the arithmetic for a device. MKL reserves its fastest code for Intel processors: on AMD processors with
     * AVX-512, oneDNN multiplies twice as fast (docs/performance.md), which outweighs converting arrays to its format
     * and back. In bfloat16 the engine uses oneDNN by itself. The environment variables {@value #ONE_DNN} and {@value
     * #BFLOAT16}, each {@code on} or {@code off}, override the choice.
     *
     * @throws HeedException if one of them has another value
     */
    public static Arithmetic of(Precision precision, Device device) {
        return of(precision, device, System.getenv());
    }

    /** The same for weights of a format: oneDNN's own format of arrays is of no use to products with int8. */
    public Arithmetic with(NumberFormat weights) {
        return weights == NumberFormat.INT8 ? new Arithmetic(bfloat16, false) : this;
    }

    static Arithmetic of(Precision precision, Device device, Map<String, String> environment) {
        boolean asked = precision == Precision.BFLOAT16 || (precision == Precision.AUTO && hasBfloat16(device));
        boolean bfloat16 = forced(BFLOAT16, environment, asked);
        return new Arithmetic(bfloat16, !bfloat16 && !device.isGpu() && forced(ONE_DNN, environment, AMD));
    }

    private static boolean forced(String name, Map<String, String> environment, boolean otherwise) {
        String value = environment.get(name);
        return switch (value == null ? "" : value) {
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

    /** Linux names the processor's vendor in a file, Windows in the environment; the engine supports no Mac with an AMD processor. */
    private static boolean isAmd() {
        String maker = "AuthenticAMD";
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return String.valueOf(System.getenv("PROCESSOR_IDENTIFIER")).contains(maker);
        }
        try (Stream<String> lines = Files.lines(info, UTF_8)) {
            return lines.limit(10).anyMatch(line -> line.startsWith("vendor_id") && line.endsWith(maker));
        } catch (IOException e) {
            return false; // then treat it as any other
        }
    }
}
