package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The processor that computes, as Linux describes it in a file, or Windows, more briefly, in the environment.
 *
 * @param name its maker, family and model, and a checksum of what it can do, which virtual machines may limit
 * @param quickerByOneDnn whether oneDNN multiplies more quickly than MKL, which keeps its fastest code for Intel's processors: on AMD's
 *     with AVX-512 twice as fast, on those without it a little more slowly (docs/performance.md)
 * @param bfloat16 whether it multiplies matrices in bfloat16
 */
public record Processor(String name, boolean quickerByOneDnn, boolean bfloat16) {

    private static final String AMD = "AuthenticAMD";
    private static final Set<String> BFLOAT16 = Set.of("amx_bf16", "avx512_bf16", "bf16");
    private static final Processor OWN = read(Path.of("/proc/cpuinfo"));

    /** The processor of this machine. */
    public static Processor own() {
        return OWN;
    }

    private static Processor read(Path info) {
        if (Files.isReadable(info)) {
            try {
                return of(Files.readAllLines(info, UTF_8));
            } catch (IOException e) { // then it is known as little as on other systems
                return unknown();
            }
        }
        return unknown();
    }

    private static Processor unknown() {
        String name = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch"));
        return new Processor(name, false, false);
    }

    /** Reads the description of the first of a machine's processors. */
    static Processor of(List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        String flags = values.getOrDefault("flags", values.getOrDefault("Features", ""));
        CRC32 sum = new CRC32();
        sum.update(flags.getBytes(UTF_8));
        String name = "%s, family %s, model %s, features %08x"
                .formatted(
                        values.getOrDefault("model name", values.getOrDefault("CPU implementer", "unknown")),
                        values.getOrDefault("cpu family", values.getOrDefault("CPU architecture", "unknown")),
                        values.getOrDefault("model", values.getOrDefault("CPU part", "unknown")),
                        sum.getValue());
        Set<String> all = Set.copyOf(Arrays.asList(flags.split(" ")));
        boolean amd = AMD.equals(values.get("vendor_id"));
        return new Processor(name, amd && all.contains("avx512f"), !Collections.disjoint(all, BFLOAT16));
    }
}
