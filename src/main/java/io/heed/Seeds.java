package io.heed;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers that depend only on (seed, purpose, step), never on earlier draws.
 *
 * <p>So any step can be repeated exactly, and a new use of randomness changes no other.
 */
public final class Seeds {

    private Seeds() {}

    /**
     * Returns the generator of one purpose at one step.
     *
     * @param seed the run's seed
     * @param purpose what the numbers are for, such as {@code "batch"}
     * @param step the step, or another count of the uses
     */
    public static RandomGenerator random(long seed, String purpose, long step) {
        return new SplittableRandom(derive(seed, purpose, step));
    }

    /** Returns a seed for another kind of generator. */
    public static long derive(long seed, String purpose, long step) {
        long hash = mix(seed);
        for (int i = 0; i < purpose.length(); i++) {
            hash = mix(hash + purpose.charAt(i));
        }
        return mix(hash + step);
    }

    /** Stafford's 64-bit mix 13, after one step of a Weyl sequence. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
