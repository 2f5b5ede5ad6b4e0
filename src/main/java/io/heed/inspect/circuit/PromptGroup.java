package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Trace;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pairs of prompts of one length, and what a model computes for their corrupted texts. A pass with a set of edges reads the clean texts;
 * each input sees what it sees for the corrupted text, and, from each node with an edge to it, what that node adds now instead of then.
 * P prompts, T positions, C width, V sets of edges.
 */
final class PromptGroup implements AutoCloseable {

    private final LanguageModel model;
    private final Graph graph;
    private final List<PromptPair> prompts;
    private final NDManager manager;
    private final Baselines baselines;

    /** What the model computes for the corrupted texts, and its logits after them, (P,V). */
    private record Baselines(Map<Place, NDArray> streams, NDArray nodes, float[][] logits) {

        NDArray stream(Place place) {
            return Objects.requireNonNull(streams.get(place.shared()));
        }
    }

    /** Where somebody reads. */
    private record Place(int layer, Reader reader) {

        /** Keys and values read the stream that queries read, unless each is given its own. */
        Place shared() {
            return reader == Reader.KEY || reader == Reader.VALUE ? new Place(layer, Reader.QUERY) : this;
        }

        /** Whether there is one input, which belongs to no head. */
        boolean isOne() {
            return reader == Reader.FEED_FORWARD || reader == Reader.LOGITS;
        }

        /** The last position alone decides what comes next. */
        boolean isEnd() {
            return reader == Reader.LOGITS;
        }

        Input input(int number) {
            return new Input(reader, layer, isOne() ? -1 : number);
        }
    }

    PromptGroup(LanguageModel model, Graph graph, List<PromptPair> prompts, Baseline baseline) {
        this.model = model;
        this.graph = graph;
        this.prompts = prompts;
        manager = model.newReading();
        baselines = baselines(baseline);
    }

    List<PromptPair> prompts() {
        return prompts;
    }

    int positions() {
        return prompts.get(0).clean().length;
    }

    private long width() {
        return model.transformer().config().width();
    }

    private long[][] rows(boolean clean, int repeated) {
        List<long[]> rows = new ArrayList<>();
        for (int i = 0; i < repeated; i++) {
            prompts.forEach(prompt -> rows.add(clean ? prompt.clean() : prompt.corrupted()));
        }
        return rows.toArray(long[][]::new);
    }

    private Baselines baselines(Baseline baseline) {
        try (NDManager reading = model.newReading()) {
            Gatherer gatherer = new Gatherer(reading, 1);
            float[][] logits = logits(model.read(reading, rows(false, 1), gatherer.trace()));
            Map<Place, NDArray> streams = new HashMap<>();
            gatherer.streams.forEach((place, stream) -> streams.put(place, kept(stream, 0, baseline)));
            return new Baselines(streams, kept(gatherer.nodes, 2, baseline), logits);
        }
    }

    /** An array of this group's manager; the mean over the prompts' axis, if that is wanted. */
    private NDArray kept(NDArray array, int axis, Baseline baseline) {
        NDArray kept =
                baseline == Baseline.MEAN ? array.mean(new int[] {axis}, true).broadcast(array.getShape()) : array;
        NDArray copy = kept.duplicate();
        copy.attach(manager);
        return copy;
    }

    /** The logits after the corrupted texts, (P,V). */
    float[][] corruptedLogits() {
        return baselines.logits;
    }

    /** The logits after the clean texts, (P,V). */
    float[][] cleanLogits() {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(EnumSet.noneOf(Step.class), new Trace.Intervention() {
                @Override
                public NDArray apply(int layer, Step step, NDArray value) {
                    return value;
                }

                @Override
                public NDArray read(int layer, Reader reader, NDArray stream) {
                    return reader == Reader.LOGITS ? last(stream) : stream;
                }
            });
            return logits(model.read(reading, rows(true, 1), trace));
        }
    }

    /** The logits with each set of edges, (V,P,vocabulary). */
    float[][][] logits(List<BitSet> sets) {
        float[][][] all = new float[sets.size()][][];
        try (NDManager reading = model.newReading()) {
            Trace trace = new Masked(reading, sets).trace();
            float[][] rows = logits(model.read(reading, rows(true, sets.size()), trace));
            for (int set = 0; set < all.length; set++) {
                all[set] = new float[prompts.size()][];
                System.arraycopy(rows, set * prompts.size(), all[set], 0, prompts.size());
            }
        }
        return all;
    }

    /**
     * Estimates what each edge does (edge attribution patching with integrated gradients; Hanna et al., arXiv 2403.17806): the difference
     * of what its node adds, times the gradient of the metric with respect to what its input reads, the mean over words that go from the
     * corrupted to the clean ones in steps.
     *
     * @param steps how many
     * @return for each prompt and edge, (P,edges)
     */
    double[][] attribute(Metric metric, float[][] clean, int steps, OptimizerKernels kernels) {
        double[][] scores = new double[prompts.size()][graph.size()];
        try (NDManager reading = model.newReading()) {
            Gatherer differences = new Differences(reading, 1);
            model.read(reading, rows(true, 1), differences.trace());
            for (int step = 1; step <= steps; step++) {
                try (GradMode on = GradMode.on();
                        NDManager once = reading.newSubManager()) {
                    Probes probes = new Probes(once, differences.nodes, 1 - (double) step / steps);
                    NDArray logits =
                            model.readForGradients(once, rows(true, 1), new Trace(EnumSet.noneOf(Step.class), probes));
                    NDArray sum = metric.sum(prompts, logits.squeeze(1), clean);
                    NDList gradients = kernels.gradients(sum, new NDList(new ArrayList<>(probes.probes.values())));
                    gradients.attach(once);
                    int at = 0;
                    for (Place place : probes.probes.keySet()) {
                        score(scores, place, differences.nodes, gradients.get(at++), steps);
                    }
                }
            }
        }
        return scores;
    }

    /** Adds the products of what nodes add and a gradient, (P,N,T,C) or, of one input, (P,T,C). */
    private void score(double[][] scores, Place place, NDArray differences, NDArray gradient, int steps) {
        int before = graph.before(place.reader, place.layer);
        int inputs = graph.streams(place.reader);
        NDArray added = differences.get(new NDIndex(place.isEnd() ? "0,0:{},:,-1:" : "0,0:{}", before)); // (S,P,T,C)
        float[] products = gradient.reshape(prompts.size(), inputs, -1) // (P,N,T·C)
                .matMul(added.swapAxes(0, 1).reshape(prompts.size(), before, -1).swapAxes(1, 2))
                .toFloatArray(); // (P,N,S)
        int at = 0;
        for (double[] ofPrompt : scores) {
            for (int input = 0; input < inputs; input++) {
                int first = graph.first(place.input(input));
                for (int node = 0; node < before; node++) {
                    ofPrompt[first + node] += products[at++] / steps;
                }
            }
        }
    }

    /** Adds zeros to what each input reads, whose gradients are those of its stream. */
    private final class Probes implements Trace.Intervention {

        final Map<Place, NDArray> probes = new LinkedHashMap<>();
        private final NDManager reading;
        private final NDArray differences;
        private final double corrupted;

        Probes(NDManager reading, NDArray differences, double corrupted) {
            this.reading = reading;
            this.differences = differences;
            this.corrupted = corrupted;
        }

        @Override
        public NDArray apply(int layer, Step step, NDArray value) {
            return step == Step.TOKEN_EMBEDDING
                    ? value.sub(differences.get("0,0").mul((float) corrupted))
                    : value;
        }

        @Override
        public NDArray read(int layer, Reader reader, NDArray stream) {
            Place place = new Place(layer, reader);
            NDArray probe = reading.zeros(shape(place, 1));
            probe.setRequiresGradient(true);
            probes.put(place, probe);
            NDArray read = place.isEnd() ? last(stream) : stream;
            return (place.isOne() ? read : read.expandDims(1)).add(probe);
        }
    }

    /** The shape of what is read there with so many sets of edges: (V·P,T,C), or (V·P,N,T,C) for heads. */
    private Shape shape(Place place, int sets) {
        long rows = (long) sets * prompts.size();
        long positions = place.isEnd() ? 1 : positions();
        return place.isOne()
                ? new Shape(rows, positions, width())
                : new Shape(rows, graph.streams(place.reader), positions, width());
    }

    private static NDArray last(NDArray stream) {
        return stream.get(new NDIndex(":,-1:"));
    }

    private static float[][] logits(NDArray logits) {
        int vocabulary = (int) logits.getShape().get(2);
        float[] all = logits.toFloatArray();
        float[][] rows = new float[all.length / vocabulary][vocabulary];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(all, row * vocabulary, rows[row], 0, vocabulary);
        }
        return rows;
    }

    /** Gathers what the nodes add, (V,nodes,P,T,C), and what is read. */
    private class Gatherer implements Trace.Intervention {

        final Map<Place, NDArray> streams = new HashMap<>();
        final NDArray nodes;
        final int sets;
        private final int heads = model.transformer().config().heads();

        Gatherer(NDManager reading, int sets) {
            this.sets = sets;
            nodes = reading.create(new Shape(sets, graph.nodes().size(), prompts.size(), positions(), width()));
        }

        Trace trace() {
            return new Trace(EnumSet.of(Step.HEAD_CONTRIBUTION), this);
        }

        @Override
        public NDArray apply(int layer, Step step, NDArray value) {
            int first = 1 + layer * (heads + 1);
            switch (step) {
                case TOKEN_EMBEDDING -> added(0, 1, value.expandDims(1));
                case HEAD_CONTRIBUTION -> added(first, heads, value);
                case FEED_FORWARD_OUTPUT -> added(first + heads, 1, value.expandDims(1));
                default -> {}
            }
            return value;
        }

        /** What some nodes add, (V·P,nodes,T,C). */
        private void added(int first, int count, NDArray value) {
            NDArray bySet = value.reshape(sets, prompts.size(), count, positions(), width())
                    .swapAxes(1, 2); // (V,nodes,P,T,C)
            nodes.set(new NDIndex(":,{}:{}", first, first + count), difference(first, count, bySet));
        }

        NDArray difference(int first, int count, NDArray value) {
            return value;
        }

        @Override
        public NDArray read(int layer, Reader reader, NDArray stream) {
            Place place = new Place(layer, reader);
            NDArray read = place.isEnd() ? last(stream) : stream;
            streams.put(place.shared(), read);
            return read;
        }
    }

    /** Gathers how much more or less the nodes add than for the corrupted texts. */
    private class Differences extends Gatherer {

        private final NDManager reading;

        Differences(NDManager reading, int sets) {
            super(reading, sets);
            this.reading = reading;
        }

        @Override
        NDArray difference(int first, int count, NDArray value) {
            return value.sub(baselines.nodes.get(reading, new NDIndex(":,{}:{}", first, first + count)));
        }
    }

    /** Lets each input see only some edges. */
    private final class Masked extends Differences {

        private final NDManager reading;
        private final List<BitSet> chosen;

        Masked(NDManager reading, List<BitSet> chosen) {
            super(reading, chosen.size());
            this.reading = reading;
            this.chosen = chosen;
        }

        @Override
        public NDArray read(int layer, Reader reader, NDArray stream) {
            Place place = new Place(layer, reader);
            int before = graph.before(reader, layer);
            int inputs = graph.streams(reader);
            NDArray differences =
                    nodes.get(new NDIndex(place.isEnd() ? ":,0:{},:,-1:" : ":,0:{}", before)); // (V,S,P,T,C)
            return mask(place, inputs, before)
                    .matMul(differences.reshape(sets, before, -1)) // (V,N,P·T·C)
                    .reshape(sets, inputs, prompts.size(), -1, width())
                    .swapAxes(1, 2) // (V,P,N,T,C)
                    .add(baselines.stream(place).get(reading, new NDIndex(":")).expandDims(1))
                    .reshape(shape(place, sets));
        }

        /** 1 for each edge that is there, (V,N,S). */
        private NDArray mask(Place place, int inputs, int before) {
            float[] mask = new float[sets * inputs * before];
            int at = 0;
            for (BitSet edges : chosen) {
                for (int input = 0; input < inputs; input++) {
                    int first = graph.first(place.input(input));
                    for (int node = 0; node < before; node++) {
                        mask[at++] = edges.get(first + node) ? 1 : 0;
                    }
                }
            }
            return reading.create(mask, new Shape(sets, inputs, before));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
