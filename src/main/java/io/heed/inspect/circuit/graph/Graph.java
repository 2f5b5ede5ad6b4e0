package io.heed.inspect.circuit.graph;

import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Residual;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The parts of a model and all edges between them: each part reads the sum of what earlier ones have added to a residual stream. Sets of
 * edges are bit sets of their numbers.
 *
 * <p>An encoder has a stream of its own. The keys and values of a cross-attention read it, everything else in the decoder reads the
 * decoder's.
 */
public final class Graph {

    /** The most edges of a model that are tried one by one from the beginning. */
    private static final int EXACT = 500;

    private final List<Node> nodes = new ArrayList<>(); // the encoder's first
    private final List<Edge> edges = new ArrayList<>();
    private final Map<Part, Integer> starts = new EnumMap<>(Part.class); // of each stream the number of its first node
    private final Map<Trace.Place, Integer> writers = new HashMap<>(); // the first node that a step adds, in its stream
    private final Map<Port, Integer> before = new LinkedHashMap<>(); // the nodes that a port reads
    private final Map<Input, Integer> firsts = new HashMap<>(); // of each input the number of its first edge
    private final ModelConfig config;

    /** Draws the graph of a model. */
    public Graph(ModelConfig config) {
        this.config = config;
        if (config.translates()) {
            words(Part.ENCODER);
            for (int layer = 0; layer < config.layers(); layer++) {
                layer(Part.ENCODER, layer);
            }
        }
        words(Part.DECODER);
        for (int layer = 0; layer < config.layers(); layer++) {
            layer(Part.DECODER, layer);
        }
        reads(new Port(Part.DECODER, Trace.OUTSIDE, Reader.LOGITS));
    }

    private void words(Part part) {
        starts.put(part, nodes.size());
        writes(part, Trace.OUTSIDE, Step.TOKEN_EMBEDDING, Node.words(part));
    }

    private void layer(Part part, int layer) {
        Port feedForward = new Port(part, layer, Reader.FEED_FORWARD);
        attentionReads(part, layer);
        if (config.residual() == Residual.PARALLEL) {
            reads(feedForward);
        }
        headsWrite(part, layer);
        if (part == Part.DECODER && config.translates()) {
            attentionReads(Part.CROSS, layer);
            headsWrite(Part.CROSS, layer);
        }
        if (config.residual() == Residual.SEQUENTIAL) {
            reads(feedForward);
        }
        writes(part, layer, Step.FEED_FORWARD_OUTPUT, Node.feedForward(part, layer));
    }

    private void attentionReads(Part part, int layer) {
        reads(new Port(part, layer, Reader.QUERY));
        reads(new Port(part, layer, Reader.KEY));
        reads(new Port(part, layer, Reader.VALUE));
    }

    private void headsWrite(Part part, int layer) {
        Node[] heads = new Node[config.heads()];
        for (int head = 0; head < heads.length; head++) {
            heads[head] = Node.head(part, layer, head);
        }
        writes(part, layer, Step.HEAD_CONTRIBUTION, heads);
    }

    private void writes(Part part, int layer, Step step, Node... added) {
        Part stream = part.stream();
        writers.put(new Trace.Place(part, layer, step), nodes.size() - start(stream));
        nodes.addAll(List.of(added));
    }

    private void reads(Port port) {
        int start = start(port.stream());
        int end = port.stream() == Part.ENCODER && port.part() == Part.CROSS ? start(Part.DECODER) : nodes.size();
        before.put(port, end - start);
        for (int number = 0; number < streams(port); number++) {
            Input input = port.input(number);
            firsts.put(input, edges.size());
            nodes.subList(start, end).forEach(node -> edges.add(new Edge(node, input)));
        }
    }

    /** The parts that add to a residual stream, in the order of their computation. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The number of nodes that add to a stream. */
    public int nodes(Part stream) {
        return (stream == Part.ENCODER ? start(Part.DECODER) : nodes.size()) - start(stream);
    }

    /** The streams: the decoder's, and before it that of an encoder. */
    public List<Part> streams() {
        return List.copyOf(starts.keySet());
    }

    /** The number of a stream's first node. */
    public int start(Part stream) {
        return Objects.requireNonNull(starts.get(stream));
    }

    /** The place in its stream of the first node that a step adds, or -1 if it adds none. */
    public int writer(Trace.Place place) {
        return writers.getOrDefault(place, -1);
    }

    /** All edges, by their inputs in the order of computation, and of each input by their nodes. */
    public List<Edge> edges() {
        return Collections.unmodifiableList(edges);
    }

    /** The number of edges. */
    public int size() {
        return edges.size();
    }

    /** The number of an input's first edge, from the words; its others follow, by their nodes. */
    public int first(Input input) {
        return Objects.requireNonNull(firsts.get(input), input::toString);
    }

    /** The number of nodes that come before a port, of its stream. */
    public int before(Port port) {
        return Objects.requireNonNull(before.get(port), port::toString);
    }

    /** The ports, in the order of computation. */
    public Set<Port> ports() {
        return before.keySet();
    }

    /** The number of inputs of a port. */
    public int streams(Port port) {
        return switch (port.reader()) {
            case QUERY -> config.heads();
            case KEY, VALUE -> config.attention().keyHeads();
            case FEED_FORWARD, LOGITS -> 1;
        };
    }

    /** The heads of a layer. */
    public int heads() {
        return config.heads();
    }

    /** How many heads share a key head. */
    public int sharing() {
        return config.attention().sharing();
    }

    /** Whether it has too many edges to try each from the beginning. */
    public boolean isLarge() {
        return size() > EXACT;
    }

    /** The width of the streams. */
    public int width() {
        return config.width();
    }

    /** The most positions of a stream. */
    public int context() {
        return config.context();
    }

    /** All edges. */
    public BitSet all() {
        BitSet all = new BitSet();
        all.set(0, edges.size());
        return all;
    }

    /** Some edges by their numbers. */
    public List<Edge> edges(BitSet chosen) {
        return chosen.stream().mapToObj(edges::get).toList();
    }

    /** The inputs of a node. */
    public List<Input> inputs(Node node) {
        return switch (node.kind()) {
            case WORDS -> List.of();
            case FEED_FORWARD -> List.of(new Port(node.part(), node.layer(), Reader.FEED_FORWARD).input(0));
            case HEAD -> {
                int key = node.head() / config.attention().sharing();
                yield List.of(
                        new Input(node.part(), Reader.QUERY, node.layer(), node.head()),
                        new Input(node.part(), Reader.KEY, node.layer(), key),
                        new Input(node.part(), Reader.VALUE, node.layer(), key));
            }
        };
    }

    /** Those of the first edges of a list that lie on a way from the words to the logits. */
    public BitSet connected(List<Integer> order, int count) {
        BitSet first = new BitSet();
        order.subList(0, count).forEach(first::set);
        return connected(first);
    }

    /** What is left of a set without some edges, and without those that then lie on no way from the words to the logits. */
    public BitSet without(BitSet set, List<Integer> edges) {
        BitSet less = (BitSet) set.clone();
        edges.forEach(less::clear);
        return connected(less);
    }

    /**
     * Those of some edges that lie on a way from the words to the logits; the others change nothing. In a model that translates, the
     * words are the source's, since what has been translated is the same in both texts.
     */
    public BitSet connected(BitSet chosen) {
        boolean[] reached = new boolean[nodes.size()]; // from the words
        BitSet into = new BitSet();
        for (int i = 0; i < nodes.size(); i++) {
            reached[i] = i == 0;
            for (Input input : inputs(nodes.get(i))) {
                reached[i] |= anyInto(input, chosen, reached, into);
            }
        }
        anyInto(Input.LOGITS, chosen, reached, into);
        BitSet connected = new BitSet();
        BitSet needed = new BitSet();
        need(Input.LOGITS, into, needed, connected);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (needed.get(i)) {
                inputs(nodes.get(i)).forEach(input -> need(input, into, needed, connected));
            }
        }
        return connected;
    }

    /** The nodes, by their numbers, that lie on a way along some edges to the logits. */
    public BitSet needed(BitSet chosen) {
        BitSet needed = new BitSet();
        need(Input.LOGITS, chosen, needed, new BitSet());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (needed.get(i)) {
                inputs(nodes.get(i)).forEach(input -> need(input, chosen, needed, new BitSet()));
            }
        }
        return needed;
    }

    private boolean anyInto(Input input, BitSet chosen, boolean[] reached, BitSet into) {
        Port port = input.port();
        int first = first(input);
        int start = start(port.stream());
        boolean any = false;
        for (int node = 0; node < before(port); node++) {
            if (chosen.get(first + node) && reached[start + node]) {
                into.set(first + node);
                any = true;
            }
        }
        return any;
    }

    private void need(Input input, BitSet into, BitSet needed, BitSet connected) {
        Port port = input.port();
        int first = first(input);
        int start = start(port.stream());
        for (int node = 0; node < before(port); node++) {
            if (into.get(first + node)) {
                connected.set(first + node);
                needed.set(start + node);
            }
        }
    }
}
