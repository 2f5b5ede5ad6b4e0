package io.heed.kernels;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
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

        @Param({"gelu", "gelu_new", "relu"})
        public String activation;

        private NDManager manager;
        private Kernels kernels;
        private NDArray ids;
        private NDList weights;
        private NDList trained;

        @Setup
        public void make() {
            oneThread();
            manager = NDManager.newBaseManager(Device.cpu());
            kernels = Kernels.load(manager, new KernelSettings(4, 1e-5, activation, 1, 0, false), products.arithmetic);
            ids = manager.arange(ROWS * POSITIONS).mod(VOCABULARY).toType(DataType.INT64, false).reshape(ROWS, POSITIONS);
            weights = new NDList(normal(manager, VOCABULARY, WIDTH), normal(manager, POSITIONS, WIDTH));
            trained = new NDList();
            for (Shape shape : shapes()) {
                NDArray weight = normal(manager, shape.getShape());
                weight.setRequiresGradient(true);
                weights.add(weight);
                if (shape.dimension() == 2 || weights.size() == 3 || weights.size() == 9) {
                    trained.add(weight); // the others are biases, which this layer has not
                }
            }
            weights.add(normal(manager, WIDTH));
            weights.add(normal(manager, WIDTH));
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
            kernels = Kernels.load(
                    manager, new KernelSettings(4, 1e-5, "gelu", 1, 0, false), Products.ENGINE.arithmetic);
            for (int layer = 0; layer < LAYERS; layer++) {
                for (Shape shape : shapes()) {
                    if (shape.dimension() == 2) {
                        parameters.add(normal(manager, shape.getShape()));
                        gradients.add(normal(manager, shape.getShape()));
                        first.add(manager.zeros(shape));
                        second.add(manager.zeros(shape));
                    }
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
            left = normal(manager, SIDE, SIDE);
            right = normal(manager, SIDE, SIDE);
        }

        @TearDown
        public void free() {
            manager.close();
        }
    }

    private static void oneThread() {
        Engine.getInstance(); // loads its library
        EngineThreads.limit(1);
    }

    private static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        Shape vector = new Shape(WIDTH);
        for (Shape matrix : List.of(
                new Shape(WIDTH, 3 * WIDTH),
                new Shape(WIDTH, WIDTH),
                new Shape(WIDTH, 4 * WIDTH),
                new Shape(4 * WIDTH, WIDTH))) {
            if (matrix.get(1) > WIDTH) {
                shapes.add(vector);
                shapes.add(vector);
            }
            shapes.add(matrix);
            shapes.add(new Shape(matrix.get(1)));
        }
        return shapes;
    }

    private static NDArray normal(NDManager manager, long... shape) {
        return manager.randomNormal(0, .1f, new Shape(shape), DataType.FLOAT32);
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
            layer.kernels.gradients(sum, layer.trained).close();
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
        update.kernels.squares(update.manager, update.gradients).close();
        update.kernels.clip(update.gradients, update.squares, 1e9);
    }

    /** AdamW on the matrices of four layers. */
    @Benchmark
    public void adamw(Update update) {
        AdamWSettings settings = new AdamWSettings(1e-3, .9, .99, 1e-8, .1);
        update.kernels.adamw(
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
        update.kernels.muon(parameters, gradients, means, pieces, update.polynomials, 1e-4, .9, 0);
    }

    /** Matrices of 2,048 × 2,048: 17.18 billion operations. */
    @Benchmark
    public void largeProduct(Matrices matrices) {
        try (GradMode off = GradMode.off()) {
            matrices.left.matMul(matrices.right).close();
        }
    }
}
