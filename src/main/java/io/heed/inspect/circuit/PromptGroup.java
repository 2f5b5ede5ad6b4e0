package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pairs of prompts of one length, and what a model computes for their corrupted texts. A pass with a set of edges reads the clean texts;
 * each input sees what it sees for the corrupted text, and, from each node with an edge to it, what that node adds now instead of then.
 * P prompts, T positions, C width, V sets of edges.
 */
final class PromptGroup implements AutoCloseable {

    /** The most numbers that what the nodes add may have in a pass. */
    static final long MOST_NUMBERS = 1 << 24; // 64 MiB

    private final LanguageModel model;
    private final Graph graph;
    private final List<PromptPair> prompts;
    private final NDManager manager;
    private final Baselines baselines;

    /** What the model computes for the corrupted texts, and its logits after them, (P,V). */
    private record Baselines(Map<Port, NDArray> streams, Map<Part, NDArray> nodes, float[][] logits) {}

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

    NDManager newReading() {
        return model.newReading();
    }

    Graph graph() {
        return graph;
    }

    /** What the nodes of a stream add for the corrupted texts, (1,nodes,P,T,C). */
    NDArray corrupted(Part stream) {
        return Objects.requireNonNull(baselines.nodes.get(stream));
    }

    private NDArray corrupted(Port port) {
        return Objects.requireNonNull(baselines.streams.get(port.shared()));
    }

    /** The numbers in what the nodes add in a pass with one set of edges. */
    private long numbers() {
        return graph.streams().stream()
                .mapToLong(stream -> Contributions.allNodes(this, stream, 1).size())
                .sum();
    }

    int positions(Part stream) {
        PromptPair first = prompts.get(0);
        return first.translates() && stream == Part.DECODER ? first.written().length : first.clean().length;
    }

    long width() {
        return model.transformer().config().width();
    }

    private Baselines baselines(Baseline baseline) {
        try (NDManager reading = model.newReading()) {
            Contributions corrupted = new Contributions(this, reading, 1);
            float[][] logits = logits(read(reading, false, 1, corrupted.trace()));
            Map<Port, NDArray> streams = new HashMap<>();
            corrupted.streams.forEach((port, stream) -> streams.put(port, kept(stream, 0, baseline)));
            Map<Part, NDArray> nodes = new EnumMap<>(Part.class);
            corrupted.nodes.forEach((stream, added) -> nodes.put(stream, kept(added, 2, baseline)));
            return new Baselines(streams, nodes, logits);
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

    private NDArray read(NDManager reading, boolean clean, int repeated, Trace trace) {
        List<long[]> texts = texts(clean, repeated);
        return prompts.get(0).translates()
                ? model.read(reading, texts, written(repeated), trace)
                : model.read(reading, texts.toArray(long[][]::new), trace);
    }

    /** Reads the clean texts so that gradients can be taken. */
    NDArray readForGradients(NDManager reading, Trace trace) {
        List<long[]> texts = texts(true, 1);
        return prompts.get(0).translates()
                ? model.readForGradients(reading, texts, written(1), trace)
                : model.readForGradients(reading, texts.toArray(long[][]::new), trace);
    }

    private List<long[]> texts(boolean clean, int repeated) {
        List<long[]> rows = prompts.stream()
                .map(prompt -> clean ? prompt.clean() : prompt.corrupted())
                .toList();
        return Collections.nCopies(repeated, rows).stream()
                .flatMap(List::stream)
                .toList();
    }

    private List<long[]> written(int repeated) {
        List<long[]> rows = prompts.stream().map(PromptPair::written).toList();
        return Collections.nCopies(repeated, rows).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The logits after the corrupted texts, (P,V). */
    float[][] corruptedLogits() {
        return baselines.logits;
    }

    /** The logits after the clean texts, (P,V). */
    float[][] cleanLogits() {
        try (NDManager reading = model.newReading()) {
            return logits(read(reading, true, 1, new Trace(EnumSet.noneOf(Step.class), new LastPosition())));
        }
    }

    /** Changes nothing, but lets the logits read the last position alone. */
    private static final class LastPosition implements Trace.Intervention {

        @Override
        public NDArray apply(Trace.Place place, NDArray value) {
            return value;
        }

        @Override
        public NDArray read(Part part, int layer, Reader reader, NDArray stream) {
            return reader == Reader.LOGITS ? last(stream) : stream;
        }
    }

    /**
     * An edge that is taken away at one position.
     *
     * @param edge its number
     * @param position where its input reads, from 0; -1 for nowhere
     */
    record Cut(int edge, int position) {

        static final Cut NONE = new Cut(-1, -1);
    }

    /** Receives the logits after a prompt with a set of edges, (vocabulary). */
    @FunctionalInterface
    interface Answers {

        void take(int set, int prompt, float[] logits);
    }

    /** Computes the logits with each set of edges. */
    void answer(List<BitSet> sets, Answers answers) {
        answer(sets, Collections.nCopies(sets.size(), Cut.NONE), answers);
    }

    /** Computes the logits with each set of edges, of which one is cut. */
    void answer(List<BitSet> sets, List<Cut> cuts, Answers answers) {
        int most = (int) Math.max(1, MOST_NUMBERS / numbers());
        for (int from = 0; from < sets.size(); from += most) {
            int to = Math.min(sets.size(), from + most);
            try (NDManager reading = model.newReading()) {
                Trace trace = new Masked(reading, sets.subList(from, to), cuts.subList(from, to)).trace();
                float[][] rows = logits(read(reading, true, to - from, trace));
                for (int row = 0; row < rows.length; row++) {
                    answers.take(from + row / prompts.size(), row % prompts.size(), rows[row]);
                }
            }
        }
    }

    /** How much more or less the nodes of each stream add after the clean texts than after the corrupted, (1,nodes,P,T,C). */
    Map<Part, NDArray> differences(NDManager reading) {
        Contributions differences = new Differences(reading, 1);
        read(reading, true, 1, differences.trace());
        return differences.nodes;
    }

    static NDArray last(NDArray stream) {
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

    /** The shape of what is read at a port with so many sets of edges: (V·P,T,C), or (V·P,N,T,C) for heads. */
    Shape shape(Port port, int sets) {
        long rows = (long) sets * prompts.size();
        long positions = port.isEnd() ? 1 : positions(port.stream());
        return port.isOne()
                ? new Shape(rows, positions, width())
                : new Shape(rows, graph.streams(port), positions, width());
    }

    /** Gathers how much more or less the nodes add than for the corrupted texts. */
    private class Differences extends Contributions {

        private final NDManager reading;

        Differences(NDManager reading, int sets) {
            super(PromptGroup.this, reading, sets);
            this.reading = reading;
        }

        @Override
        NDArray seen(Part stream, int first, int count, NDArray value) {
            return value.sub(corrupted(stream).get(reading, new NDIndex(":,{}:{}", first, first + count)));
        }
    }

    /** Lets each input see only some edges. */
    private final class Masked extends Differences {

        private final NDManager reading;
        private final List<BitSet> chosen;
        private final List<Cut> cuts;

        Masked(NDManager reading, List<BitSet> chosen, List<Cut> cuts) {
            super(reading, chosen.size());
            this.reading = reading;
            this.chosen = chosen;
            this.cuts = cuts;
        }

        @Override
        NDArray read(Port port, NDArray stream) {
            int before = graph.before(port);
            int inputs = graph.streams(port);
            int sets = chosen.size();
            NDArray added = added(port); // (V,S,P,T,C)
            NDArray seen = mask(port, inputs, before)
                    .matMul(added.reshape(sets, before, -1)) // (V,N,P·T·C)
                    .reshape(sets, inputs, prompts.size(), -1, width());
            cut(port, seen, added);
            return seen.swapAxes(1, 2) // (V,P,N,T,C)
                    .add(corrupted(port).get(reading, new NDIndex(":")).expandDims(1))
                    .reshape(shape(port, sets));
        }

        /** Takes what an edge that is cut adds out of what is seen, (V,N,P,T,C). */
        private void cut(Port port, NDArray seen, NDArray added) {
            for (int set = 0; set < chosen.size(); set++) {
                Cut cut = cuts.get(set);
                if (cut.position < 0 || !chosen.get(set).get(cut.edge)) {
                    continue;
                }
                Input input = graph.edges().get(cut.edge).to();
                if (!input.port().equals(port)) {
                    continue;
                }
                int node = cut.edge - graph.first(input);
                int position = port.isEnd() ? 0 : cut.position;
                NDIndex where = new NDIndex("{},{},:,{}", set, Math.max(0, input.head()), position);
                seen.set(where, seen.get(where).sub(added.get("{},{},:,{}", set, node, position)));
            }
        }

        /** 1 for each edge that is there, (V,N,S). */
        private NDArray mask(Port port, int inputs, int before) {
            float[] mask = new float[chosen.size() * inputs * before];
            int at = 0;
            for (BitSet edges : chosen) {
                for (int input = 0; input < inputs; input++) {
                    int first = graph.first(port.input(input));
                    for (int node = 0; node < before; node++) {
                        mask[at++] = edges.get(first + node) ? 1 : 0;
                    }
                }
            }
            return reading.create(mask, new Shape(chosen.size(), inputs, before));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
