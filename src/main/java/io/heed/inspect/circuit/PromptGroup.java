package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.graph.Node;
import io.heed.inspect.circuit.graph.Port;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of prompts of one length, and what a model computes for their corrupted texts. A pass with a set of edges reads the clean texts;
 * each input sees what it sees for the corrupted text, and, from each node with an edge to it, what that node adds now instead of then.
 * P prompts, T positions, C width, V sets of edges.
 */
final class PromptGroup implements AutoCloseable {

    /** The most numbers that a pass may hold at once. */
    private static final long MOST_NUMBERS = 1 << 26; // 256 MiB

    /** The most that a pass with gradients may hold. */
    private static final long MOST_WITH_GRADIENTS = 1 << 28; // 1 GiB

    /** How many arrays the norm of a stream makes, and how many an activation. */
    private static final int NORM = 8;

    private static final int ACTIVATION = 10;

    private final LanguageModel model;
    private final Graph graph;
    private final List<PromptPair> prompts;
    private final Baseline baseline;
    private @Nullable Baselines known;

    /** What the model computes for the corrupted texts, and its logits after them, (P,V). */
    private record Baselines(NDManager owner, Map<Port, NDArray> streams, Map<Part, NDArray> nodes, float[][] logits) {}

    PromptGroup(LanguageModel model, Graph graph, List<PromptPair> prompts, Baseline baseline) {
        this.model = model;
        this.graph = graph;
        this.prompts = prompts;
        this.baseline = baseline;
    }

    /**
     * Returns how many pairs can be read together: so many that a pass with one set of edges holds no more than it may, nor one with
     * gradients.
     *
     * @param pair one of them
     */
    static int most(LanguageModel model, Graph graph, PromptPair pair) {
        PromptGroup one = new PromptGroup(model, graph, List.of(pair), Baseline.COUNTERFACTUAL);
        long most = Math.min(
                MOST_NUMBERS / one.numbers(Needed.all(graph)), MOST_WITH_GRADIENTS / one.numbersWithGradients());
        return (int) Math.max(1, Math.min(most, Integer.MAX_VALUE));
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

    /** What the nodes of a stream add for the corrupted texts, (1,nodes,P,T,C), or, if it is the same for all, (1,nodes,1,T,C). */
    NDArray corrupted(Part stream) {
        return Objects.requireNonNull(baselines().nodes.get(stream));
    }

    /** What is read at a port for the corrupted texts, (P,T,C), or, if it is the same for all, (1,T,C). */
    NDArray corrupted(Port port) {
        return Objects.requireNonNull(baselines().streams.get(port.shared()));
    }

    /** The numbers that are kept of the corrupted texts. */
    long kept() {
        long rows = baseline == Baseline.MEAN ? 1 : prompts.size();
        return graph.streams().stream()
                        .mapToLong(stream -> graph.nodes(stream) * rows * positions(stream))
                        .sum()
                * width();
    }

    /** The numbers that a pass with one set of edges holds: what the nodes add, and what the largest layer computes on the way. */
    private long numbers(Needed needed) {
        ModelConfig config = model.transformer().config();
        long most = 0;
        long stored = 0;
        for (Part stream : graph.streams()) {
            stored += (long) needed.nodes(stream).length * positions(stream) * width();
        }
        for (Port port : graph.ports()) {
            long positions = positions(port.stream());
            long inputs = needed.inputs(port).length;
            long made = switch (port.reader()) {
                case QUERY -> inputs * (3 * NORM + 3) * width() + inputs * ACTIVATION * positions;
                case FEED_FORWARD ->
                    NORM * width() + (long) ACTIVATION * config.feedForward().width();
                default -> 0;
            };
            most = Math.max(most, made * positions);
        }
        return prompts.size() * (stored + most + config.vocabulary());
    }

    /** The numbers that a pass holds until gradients have been taken. */
    private long numbersWithGradients() {
        ModelConfig config = model.transformer().config();
        long made = 0;
        for (Port port : graph.ports()) {
            long positions = positions(port.stream());
            long inner = port.reader() == Reader.FEED_FORWARD
                    ? (long) ACTIVATION * config.feedForward().width()
                    : 0;
            made += (graph.streams(port) * (NORM * width() + 2 * positions) + inner) * positions;
        }
        return prompts.size() * made;
    }

    /** The multiplications of a pass with one set of edges, about. */
    long work(Needed needed) {
        ModelConfig config = model.transformer().config();
        long work = (long) config.vocabulary() * width();
        for (Port port : graph.ports()) {
            long inputs = needed.inputs(port).length;
            long each = port.isOne() ? 3L * config.feedForward().width() : 2L * config.headWidth();
            work += inputs * (each + needed.before(port)) * width() * (port.isEnd() ? 0 : positions(port.stream()));
        }
        return prompts.size() * work;
    }

    int positions(Part stream) {
        PromptPair first = prompts.get(0);
        return first.translates() && stream == Part.DECODER ? first.written().length : first.clean().length;
    }

    long width() {
        return model.transformer().config().width();
    }

    private Baselines baselines() {
        if (known == null) {
            known = read();
        }
        return known;
    }

    /** Forgets what the model computes for the corrupted texts, until it is needed again. */
    void forget() {
        if (known != null) {
            known.owner.close();
            known = null;
        }
    }

    private Baselines read() {
        NDManager manager = model.newReading();
        try (NDManager reading = model.newReading()) {
            Contributions corrupted = new Contributions(this, reading, 1, Needed.all(graph));
            float[][] logits = logits(read(reading, false, 1, corrupted.trace()));
            Map<Port, NDArray> streams = new HashMap<>();
            corrupted.streams.forEach((port, stream) -> streams.put(port, kept(stream, 0, manager)));
            Map<Part, NDArray> nodes = new EnumMap<>(Part.class);
            corrupted.nodes.forEach((stream, added) -> nodes.put(stream, kept(added, 2, manager)));
            return new Baselines(manager, streams, nodes, logits);
        }
    }

    /** An array of a manager; the mean over the prompts' axis, if that is wanted. */
    private NDArray kept(NDArray array, int axis, NDManager manager) {
        NDArray kept = baseline == Baseline.MEAN ? array.mean(new int[] {axis}, true) : array.duplicate();
        kept.attach(manager);
        return kept;
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
        return baselines().logits;
    }

    /** The logits after the clean texts, (P,V). */
    float[][] cleanLogits() {
        try (NDManager reading = model.newReading()) {
            return logits(read(
                    reading,
                    true,
                    1,
                    new Trace(EnumSet.noneOf(Step.class), new ExchangedHeads(this, reading, List.of()))));
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
        for (int from = 0, to; from < sets.size(); from = to) {
            BitSet union = (BitSet) sets.get(from).clone();
            Needed needed = new Needed(graph, union);
            for (to = from + 1; to < sets.size(); to++) { // as many as may be read together
                BitSet more = (BitSet) union.clone();
                more.or(sets.get(to));
                Needed of = more.equals(union) ? needed : new Needed(graph, more);
                if ((to - from + 1) * numbers(of) > MOST_NUMBERS) {
                    break;
                }
                union = more;
                needed = of;
            }
            try (NDManager reading = model.newReading()) {
                Trace trace = new Masked(this, reading, sets.subList(from, to), cuts.subList(from, to), needed).trace();
                take(from, logits(read(reading, true, to - from, trace)), answers);
            }
        }
    }

    private void take(int first, float[][] rows, Answers answers) {
        for (int row = 0; row < rows.length; row++) {
            answers.take(first + row / prompts.size(), row % prompts.size(), rows[row]);
        }
    }

    /** Computes the logits with the contributions of some heads exchanged for those to the corrupted texts, each set of them in turn. */
    void answerWithout(List<Set<Node>> sets, Answers answers) {
        ModelConfig config = model.transformer().config();
        long each = (long) config.layers()
                * prompts.size()
                * Math.max(positions(Part.ENCODER), positions(Part.DECODER))
                * ((2 * config.heads() + 3 * NORM) * width()
                        + (long) ACTIVATION * config.feedForward().width());
        int most = (int) Math.max(1, MOST_NUMBERS / each);
        for (int from = 0; from < sets.size(); from += most) {
            List<Set<Node>> some = sets.subList(from, Math.min(sets.size(), from + most));
            try (NDManager reading = model.newReading()) {
                Trace trace = new Trace(EnumSet.of(Step.HEAD_CONTRIBUTION), new ExchangedHeads(this, reading, some));
                take(from, logits(read(reading, true, some.size(), trace)), answers);
            }
        }
    }

    /** How much more or less the nodes of each stream add after the clean texts than after the corrupted, (1,nodes,P,T,C). */
    Map<Part, NDArray> differences(NDManager reading) {
        Contributions differences = new Contributions.Changes(this, reading, 1, Needed.all(graph));
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

    @Override
    public void close() {
        forget();
    }
}
