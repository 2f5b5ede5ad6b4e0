package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.model.shape.RotaryScaling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Llama 3's scaling of rotary positions as GGUF files hold it: a tensor with the number that divides the speed of each pair (llama.cpp,
 * convert_hf_to_gguf.py).
 */
final class RotaryFactors {

    /** The name of the tensor. */
    static final String TENSOR = "rope_freqs.weight";

    /** The longest first context to look for. */
    private static final int LONGEST = 1 << 20;

    /** The largest relative difference of a factor that float32 explains. */
    private static final double ROUNDING = 1e-5;

    /** How far beyond its bounds a context may be and still give factors that differ by less than {@link #ROUNDING}, with room to spare. */
    private static final double MARGIN = 1e-3;

    /** The widest head whose factors are read, four times that of any known model, so that the search for a context stays short. */
    private static final int WIDEST = 1024;

    private final float[] factors;
    private final double theta;

    private RotaryFactors(float[] factors, double theta) {
        this.factors = factors;
        this.theta = theta;
    }

    /** The factors of a scaling. */
    static float[] of(RotaryScaling scaling, double theta, int head) {
        RotaryFactors all = new RotaryFactors(new float[head / 2], theta);
        for (int pair = 0; pair < all.factors.length; pair++) {
            all.factors[pair] = (float) all.factor(scaling, pair);
        }
        return all.factors;
    }

    private double speed(int pair) {
        return Math.pow(theta, -(double) pair / factors.length);
    }

    private double factor(RotaryScaling scaling, int pair) {
        return speed(pair) / scaling.frequency(speed(pair), pair, theta, 2 * factors.length);
    }

    /**
     * Finds the scaling with the factors of a file. Since a multiple of all of the context and the two bounds gives the same factors, the
     * lower bound is 1, as Llama 3 has it.
     *
     * @throws HeedException if no scaling has them
     */
    static RotaryScaling read(GgufFile file, double theta, int head) {
        GgufTensor tensor = file.tensor(TENSOR);
        if (head > WIDEST) {
            throw new HeedException("%s: %s is of heads of width %d, and Heed reads it for widths of up to %d"
                    .formatted(file.file(), TENSOR, head, WIDEST));
        }
        if (!Arrays.equals(tensor.shape(), new long[] {head / 2})) {
            throw new HeedException("%s: the tensor %s has shape %s where the keys make it [%d]"
                    .formatted(file.file(), TENSOR, Arrays.toString(tensor.shape()), head / 2));
        }
        ByteBuffer numbers = ByteBuffer.allocate(head / 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (TensorReader reader = new TensorReader(file.file())) {
            reader.read(tensor, 0, numbers);
        }
        float[] factors = new float[head / 2];
        numbers.flip().asFloatBuffer().get(factors);
        return scaling(factors, theta)
                .orElseThrow(() -> new HeedException(
                        "%s: the factors in %s are not those of a llama3 scaling, and Heed reads no others"
                                .formatted(file.file(), TENSOR)));
    }

    /** The scaling that has such factors, if there is one. */
    static Optional<RotaryScaling> scaling(float[] factors, double theta) {
        return Optional.ofNullable(new RotaryFactors(factors, theta).scaling());
    }

    private @Nullable RotaryScaling scaling() {
        float slowest = 0;
        for (float factor : factors) {
            slowest = Math.max(slowest, factor);
        }
        if (slowest == 1) {
            RotaryScaling none = new RotaryScaling.None();
            return difference(none) == 0 ? none : null;
        }
        double factor = Double.parseDouble(Float.toString(slowest));
        double high = upperBound(factor);
        RotaryScaling best = null;
        double least = ROUNDING;
        int longest = longest(slowest);
        for (int context = shortest(high); factor > 1 && high > 1 && context <= longest; context++) {
            RotaryScaling.Llama3 scaling = new RotaryScaling.Llama3(factor, 1, high, context);
            double difference = difference(scaling);
            if (difference < least) {
                best = scaling;
                least = difference;
            }
        }
        return best;
    }

    /** The shortest context to try: in it, every pair that keeps its speed turns at least as often as the upper bound says. */
    private int shortest(double high) {
        double shortest = IntStream.range(0, factors.length)
                .filter(pair -> factors[pair] == 1)
                .mapToDouble(pair -> 2 * Math.PI * high / speed(pair))
                .max()
                .orElse(1);
        return (int) Math.max(1, shortest * (1 - MARGIN));
    }

    /** The longest context to try: in it, every pair that is slowed down most turns once at most. */
    private int longest(float slowest) {
        double longest = IntStream.range(0, factors.length)
                .filter(pair -> factors[pair] == slowest)
                .mapToDouble(pair -> 2 * Math.PI / speed(pair))
                .min()
                .orElse(LONGEST);
        return (int) Math.min(LONGEST, longest * (1 + MARGIN));
    }

    /** The largest relative difference from a scaling's factors, or one above {@link #ROUNDING}. */
    private double difference(RotaryScaling scaling) {
        double largest = 0;
        for (int pair = 0; pair < factors.length && largest < ROUNDING; pair++) {
            double difference = Math.abs(factors[pair] / factor(scaling, pair) - 1);
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }

    /**
     * The bound above which pairs are quick, relative to that below which they are slow. The share of its own speed that a pair keeps
     * grows with its speed in a straight line from one bound to the other; two pairs determine it. Fewer leave it open; Llama 3's is 4.
     */
    private double upperBound(double factor) {
        int[] between = IntStream.range(0, factors.length)
                .filter(pair -> factors[pair] > 1 && factors[pair] < factor)
                .toArray();
        if (between.length < 2) {
            return 4;
        }
        int first = between[0];
        int last = between[between.length - 1];
        double slope = (kept(first, factor) - kept(last, factor)) / (speed(first) - speed(last));
        double low = speed(last) - kept(last, factor) / slope;
        return Math.round(1000 * (low + 1 / slope) / low) / 1000.0;
    }

    private double kept(int pair, double factor) {
        return (1 / factors[pair] - 1 / factor) / (1 - 1 / factor);
    }
}
