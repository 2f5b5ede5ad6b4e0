package io.heed.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.heed.kernels.AdamWSettings;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.GradMode;
import io.heed.kernels.Kernels;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels of one training step, at the size of nanoGPT's CPU example and half its batch, which is what one of two threads learns
 * from: B 6, T 64, C 128, H 4, V 65. Each benchmark thread has one engine thread.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsBenchmark {

    private static final int ROWS = 6;
    private static final int POSITIONS = 64;
    private static final int WIDTH = 128;
    private static final int VOCABULARY = 65;
    private static final int LAYERS = 4;

    /** What multiplies. */
    public enum Products {
        ENGINE(new Arithmetic(false, false)),
        ONE_DNN(new Arithmetic(false, true)),
        BFLOAT16(new Arithmetic(true, false));

        private final Arithmetic arithmetic;

        Products(Arithmetic arithmetic) {
            this.arithmetic = arithmetic;
        }
    }

    /** The weights of a transformer of one layer, and what it reads. */
    @State(Scope.Thread)
    public static class Layer {

        @Param
        public Products products;

        @Param({"GELU", "GELU_NEW", "RELU"})
        public Activation activation;

        private NDManager manager;
        private Kernels kernels;
        private OptimizerKernels optimizers;
        private NDArray ids;
        private final NDList weights = new NDList();
        private final NDList trained = new NDList();

        @Setup
        public void make() {
            oneThread();
            manager = NDManager.newBaseManager(Device.cpu());
            ModelConfig config = config(1, activation);
            WeightPlan plan = WeightPlan.of(config);
            kernels = Kernels.load(manager, KernelChoice.of(config, plan, NumberFormat.FLOAT32), products.arithmetic);
            optimizers = OptimizerKernels.load(manager);
            ids = manager.arange(ROWS * POSITIONS).mod(VOCABULARY).toType(DataType.INT64, false).reshape(ROWS, POSITIONS);
            for (Weight weight : plan.weights()) {
                NDArray values = normal(manager, weight.shape());
                weights.add(values);
                if (weight.trained() && weight.inLayer()) {
                    values.setRequiresGradient(true);
                    trained.add(values);
                }
            }
        }

        @TearDown
        public void free() {
            manager.close();
        }
    }

    /** Gradients of all matrices of the layers, and what optimizers keep of them. */
    @State(Scope.Thread)
    public static class Update {

        private static final float[] POLYNOMIALS = {
            8.2872f, -23.5959f, 17.3004f, 4.1070f, -2.9478f, 0.5448f, 3.9487f, -2.9089f, 0.5518f
        };

        private NDManager manager;
        private Kernels kernels;
        private OptimizerKernels optimizers;
        private final NDList parameters = new NDList();
        private final NDList gradients = new NDList();
        private final NDList first = new NDList();
        private final NDList second = new NDList();
        private NDArray step;
        private NDArray squares;
        private NDArray polynomials;

        @Setup
        public void make() {
            oneThread();
            manager = NDManager.newBaseManager(Device.cpu());
            ModelConfig config = config(LAYERS, Activation.GELU);
            WeightPlan plan = WeightPlan.of(config);
            kernels = Kernels.load(manager, KernelChoice.of(config, plan, NumberFormat.FLOAT32), Products.ENGINE.arithmetic);
            optimizers = OptimizerKernels.load(manager);
            for (Weight weight : plan.weights()) {
                if (!weight.matrices().isEmpty()) {
                    parameters.add(normal(manager, weight.shape()));
                    gradients.add(normal(manager, weight.shape()));
                    first.add(manager.zeros(weight.shape()));
                    second.add(manager.zeros(weight.shape()));
                }
            }
            step = manager.create(1f);
            squares = manager.create(1f);
            polynomials = manager.create(POLYNOMIALS, new Shape(3, 3));
        }

        @TearDown
        public void free() {
            manager.close();
        }
    }

    /** Two matrices whose product is the most that the machine reaches. */
    @State(Scope.Thread)
    public static class Matrices {

        private static final int SIDE = 2048;
        private NDManager manager;
        private NDArray left;
        private NDArray right;

        @Setup(Level.Trial)
        public void make() {
            oneThread();
            manager = NDManager.newBaseManager(Device.cpu());
            left = normal(manager, new Shape(SIDE, SIDE));
            right = normal(manager, new Shape(SIDE, SIDE));
        }

        @TearDown
        public void free() {
            manager.close();
        }
    }

    private static void oneThread() {
        EngineThreads.limit(1);
    }

    private static ModelConfig config(int layers, Activation activation) {
        return ModelConfig.builder(VOCABULARY, POSITIONS, WIDTH, layers)
                .attention(new Attention(4, false))
                .feedForward(new FeedForward(4 * WIDTH, activation, false))
                .build();
    }

    private static NDArray normal(NDManager manager, Shape shape) {
        return manager.randomNormal(0, .1f, shape, DataType.FLOAT32);
    }

    /** A transformer of one layer forward, nothing recorded. */
    @Benchmark
    public void layerForward(Layer layer) {
        try (GradMode off = GradMode.off()) {
            layer.kernels.transform(layer.ids, layer.weights, false).close();
        }
    }

    /** The same forward, and backward through the layer. */
    @Benchmark
    public void layerForwardBackward(Layer layer) {
        try (GradMode on = GradMode.on()) {
            NDArray y = layer.kernels.transform(layer.ids, layer.weights, true);
            NDArray sum = y.sum();
            layer.optimizers.gradients(sum, layer.trained).close();
            sum.close();
            y.close();
        }
    }

    /** The loss of logits (6,64,65). */
    @Benchmark
    public void crossEntropy(Update update) {
        try (GradMode off = GradMode.off();
                NDManager pass = update.manager.newSubManager()) {
            NDArray logits = pass.zeros(new Shape(ROWS, POSITIONS, VOCABULARY));
            NDArray targets = pass.zeros(new Shape(ROWS, POSITIONS), DataType.INT64);
            update.kernels.crossEntropy(logits, targets, pass.create(1f), pass.create(0f), false);
        }
    }

    /** The norm of the gradients of four layers, and clipping by it. */
    @Benchmark
    public void clip(Update update) {
        update.optimizers.squares(update.manager, update.gradients).close();
        update.optimizers.clip(update.gradients, update.squares, 1e9);
    }

    /** AdamW on the matrices of four layers. */
    @Benchmark
    public void adamw(Update update) {
        AdamWSettings settings = new AdamWSettings(1e-3, .9, .99, 1e-8, .1);
        update.optimizers.adamw(
                update.parameters, update.gradients, update.first, update.second, update.step, settings);
    }

    /** Muon on the projections (128,128) of four layers, which is one batch of its iterations. */
    @Benchmark
    public void muonOnSquares(Update update) {
        NDList parameters = new NDList();
        NDList gradients = new NDList();
        NDList means = new NDList();
        for (int i = 1; i < update.parameters.size(); i += 4) {
            parameters.add(update.parameters.get(i));
            gradients.add(update.gradients.get(i));
            means.add(update.first.get(i));
        }
        long[] pieces = {1, 1, 1, 1};
        update.optimizers.muon(parameters, gradients, means, pieces, update.polynomials, 1e-4, .9, 0);
    }

    /** Matrices of 2,048 × 2,048: 17.18 billion operations. */
    @Benchmark
    public void largeProduct(Matrices matrices) {
        try (GradMode off = GradMode.off()) {
            matrices.left.matMul(matrices.right).close();
        }
    }
}
