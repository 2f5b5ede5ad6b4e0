package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.heed.Seeds;
import io.heed.model.shape.ModelConfig;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * GPT-2's initialization (Radford et al. 2019): weights from a normal distribution of standard deviation 0.02, divided
 * by {@code √(2·layers)} for projections that write into the residual stream; biases zero, norm scales one.
 *
 * <p>A parameter's values depend only on the seed and its name, not on the device or the order of initialization.
 */
public final class GptInitializer implements Function<String, Initializer> {

    private static final double DEVIATION = 0.02;

    private final ModelConfig config;
    private final WeightPlan plan;
    private final long seed;
    private final boolean zeroStart;

    /**
     * Creates the initializer for a model of this shape.
     *
     * @param zeroStart whether the projections that write into the residual stream start at zero, so that every layer
     *     starts as the identity
     */
    public GptInitializer(ModelConfig config, long seed, boolean zeroStart) {
        this.config = config;
        plan = WeightPlan.of(config);
        this.seed = seed;
        this.zeroStart = zeroStart;
    }

    /** Returns the initializer of the parameter of this name. */
    @Override
    public Initializer apply(String parameter) {
        Weight weight = plan.get(parameter);
        return switch (weight.start()) {
            case ZEROS, ONES, FIXED -> fixed(weight, config);
            case RANDOM -> drawn(parameter, DEVIATION);
            case RANDOM_INTO_RESIDUAL ->
                zeroStart ? Initializer.ZEROS : drawn(parameter, DEVIATION / Math.sqrt(2.0 * config.layers()));
        };
    }

    /**
     * Returns the initializer of a weight that is not drawn at random.
     *
     * @throws IllegalArgumentException if it is
     */
    public static Initializer fixed(Weight weight, ModelConfig config) {
        return switch (weight.start()) {
            case ZEROS -> Initializer.ZEROS;
            case ONES -> Initializer.ONES;
            case FIXED -> {
                float[] table = config.positions().table(config);
                yield (manager, shape, type) -> ofEngine(manager, table, shape);
            }
            case RANDOM, RANDOM_INTO_RESIDUAL ->
                throw new IllegalArgumentException(weight.name() + " is drawn at random");
        };
    }

    private Initializer drawn(String parameter, double deviation) {
        return (manager, shape, type) -> ofEngine(manager, normal(parameter, shape, deviation), shape);
    }

    /** An array in the engine's own memory, like those read from files: an array made of Java's numbers loses them once only views of it are left. */
    private static NDArray ofEngine(NDManager manager, float[] numbers, Shape shape) {
        try (NDArray made = manager.create(numbers, shape)) {
            return made.duplicate();
        }
    }

    private float[] normal(String parameter, Shape shape, double deviation) {
        RandomGenerator random = Seeds.random(seed, "initialize " + parameter, 0);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }
}
