package io.heed.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.initializer.ConstantInitializer;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.OptimizerKernels;
import io.heed.kernels.Processor;
import io.heed.kernels.ThreadClock;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.text.corpus.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Times a layer of a model and its share of the head, forward and backward, on a part of a batch or as much of one as can be repeated in
 * the time there is.
 *
 * @param shape the model with one layer, and so many tokens fewer that the head's share of the work stays what it is
 * @param rows the number of sequences, each as long as the context of that shape
 * @param threads how many threads the engine uses inside an operation
 */
record ArithmeticTrial(ModelConfig shape, int rows, int threads) {

    /** How long to repeat, in milliseconds of all that take part. */
    private static final double MILLISECONDS = 100;

    /** The operations that are affordable in one round. */
    private static final double OPERATIONS = 1.5e9;

    /** The fewest positions: with fewer, another way of multiplying may be quickest. */
    private static final int POSITIONS = 256;

    /** Variables by which users limit what the engine's libraries may use of a processor. */
    private static final List<String> LIMITS = List.of(
            "ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA");

    /** Prepares the trial for a run. */
    static ArithmeticTrial of(RunConfig config, ModelConfig whole, Device device, Arithmetic usual) {
        BatchDivision division = BatchDivision.of(config, device, usual);
        int vocabulary = Math.max(2, whole.vocabulary() / whole.layers());
        ModelConfig layer = whole.toBuilder().layers(1).vocabulary(vocabulary).build();
        int rows = Math.max(1, config.training().batch() / division.parts());
        long affordable = (long) Math.max(POSITIONS, OPERATIONS / operations(layer));
        int context = (int) Math.min(whole.context(), affordable);
        return new ArithmeticTrial(
                layer.toBuilder().context(context).build(),
                (int) Math.min(rows, Math.max(1, affordable / context)),
                division.operationThreads());
    }

    /** The operations that multiply by a model's weights, forward and backward, for one position. */
    static double operations(ModelConfig model) {
        double width = model.width();
        double attention = width
                * model.headWidth()
                * 2
                * (model.heads() + model.attention().keyHeads());
        double feedForward =
                width * model.feedForward().width() * (model.feedForward().gated() ? 3 : 2);
        return 6 * (model.layers() * (attention + feedForward) + width * model.vocabulary());
    }

    /** Describes the machine and all that the times depend on. */
    String key() {
        Map<String, String> limits = new TreeMap<>(System.getenv());
        limits.keySet().retainAll(LIMITS);
        return "Heed %s, %s, %d processors, PyTorch %s %s: width %d, %s, %s, %s, %s, %s, dropout %s, %d tokens, %d rows of %d, %d threads"
                .formatted(
                        ArithmeticTrial.class.getPackage().getImplementationVersion(),
                        Processor.own().name(),
                        Runtime.getRuntime().availableProcessors(),
                        Engine.getEngine("PyTorch").getVersion(),
                        limits,
                        shape.width(),
                        shape.attention(),
                        shape.feedForward(),
                        shape.norm(),
                        shape.positions(),
                        shape.architecture(),
                        shape.dropout(),
                        shape.vocabulary(),
                        rows,
                        shape.context(),
                        threads);
    }

    /** Returns the shortest time of a round with each arithmetic, in milliseconds, by its name. */
    Map<String, Double> milliseconds(List<Arithmetic> candidates) {
        Map<String, Double> best = new LinkedHashMap<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            OptimizerKernels kernels = OptimizerKernels.load(manager);
            List<Contender> contenders = new ArrayList<>();
            try {
                for (Arithmetic candidate : candidates) {
                    contenders.add(contender(candidate, kernels, manager));
                }
                compare(contenders, best);
            } finally {
                contenders.forEach(each -> each.replica.close());
            }
        }
        return best;
    }

    /** A model and its thread. */
    private record Contender(String name, Replica replica) {}

    private Contender contender(Arithmetic arithmetic, OptimizerKernels kernels, NDManager manager) {
        Transformer transformer = new Transformer(shape, manager, arithmetic, NumberFormat.FLOAT32);
        transformer.initialize(manager, name -> new ConstantInitializer(0.02f));
        return new Contender(arithmetic.toString(), new Replica(transformer, kernels, manager, threads, 0));
    }

    /**
     * Lets all take their turns, round by round. In a round before the first, the engine prepares its operations. One that takes twice as
     * long as the quickest is out.
     */
    private void compare(List<Contender> contenders, Map<String, Double> best) {
        List<Batch> part = List.of(batch());
        List<Contender> left = new ArrayList<>(contenders);
        left.forEach(each -> time(each.replica, part));
        double spent = 0;
        while (left.size() > 1 && spent < MILLISECONDS) {
            for (Contender each : left) {
                double time = time(each.replica, part);
                spent += time;
                best.merge(each.name, time, Math::min);
            }
            double quickest =
                    best.values().stream().min(Comparator.naturalOrder()).orElseThrow();
            left.removeIf(each -> Objects.requireNonNull(best.get(each.name)) > 2 * quickest);
        }
    }

    /** One thread's own processor time is the same on a busy machine; if several compute, only the clock tells. */
    private double time(Replica replica, List<Batch> part) {
        return replica.submit(() -> {
                    long began = now();
                    replica.learn(part, 1);
                    return (now() - began) / 1e6;
                })
                .join();
    }

    private long now() {
        return threads == 1 && ThreadClock.isFine() ? ThreadClock.nanoseconds() : System.nanoTime();
    }

    private Batch batch() {
        int columns = shape.context();
        long[] ids = new long[rows * columns];
        Arrays.setAll(ids, i -> i % shape.vocabulary());
        long[] lengths = new long[rows];
        Arrays.fill(lengths, columns);
        Batch.Source source = shape.translates() ? new Batch.Source(columns, ids, lengths) : null;
        return new Batch(rows, columns, ids, ids, ids.length, source);
    }
}
