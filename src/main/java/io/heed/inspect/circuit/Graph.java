package io.heed.inspect.circuit;

import io.heed.HeedException;
import io.heed.model.Head;
import io.heed.model.Trace.Reader;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Residual;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The parts of a decoder and all edges between them: each part reads the sum of what earlier ones have added. Sets of edges are bit sets of
 * their numbers.
 */
public final class Graph {

    private final List<Node> nodes = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Map<Input, Integer> firsts = new HashMap<>(); // of each input the number of its first edge
    private final ModelConfig config;

    /**
     * Draws the graph of a model.
     *
     * @throws HeedException if it translates
     */
    public Graph(ModelConfig config) {
        if (config.translates()) {
            throw new HeedException("circuits are those of a model that continues a text, and this one translates");
        }
        this.config = config;
        add(Node.WORDS);
        for (int layer = 0; layer < config.layers(); layer++) {
            readers(Reader.QUERY, layer, config.heads());
            readers(Reader.KEY, layer, config.attention().keyHeads());
            readers(Reader.VALUE, layer, config.attention().keyHeads());
            if (config.residual() == Residual.PARALLEL) {
                reader(new Input(Reader.FEED_FORWARD, layer, -1));
            }
            for (int head = 0; head < config.heads(); head++) {
                add(Node.of(new Head(layer, head)));
            }
            if (config.residual() == Residual.SEQUENTIAL) {
                reader(new Input(Reader.FEED_FORWARD, layer, -1));
            }
            add(Node.feedForward(layer));
        }
        reader(Input.LOGITS);
    }

    private void add(Node node) {
        nodes.add(node);
    }

    private void readers(Reader reader, int layer, int heads) {
        for (int head = 0; head < heads; head++) {
            reader(new Input(reader, layer, head));
        }
    }

    private void reader(Input input) {
        firsts.put(input, edges.size());
        for (Node node : nodes) {
            edges.add(new Edge(node, input));
        }
    }

    /** The parts that add to the residual stream, in the order of their computation. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
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
    int first(Input input) {
        return Objects.requireNonNull(firsts.get(input), input::toString);
    }

    /** The number of nodes that come before an input. */
    int before(Reader reader, int layer) {
        int layers = reader == Reader.LOGITS ? config.layers() : layer;
        boolean heads = reader == Reader.FEED_FORWARD && config.residual() == Residual.SEQUENTIAL;
        return 1 + layers * (config.heads() + 1) + (heads ? config.heads() : 0);
    }

    /** The number of streams that an input's kind reads in a layer. */
    int streams(Reader reader) {
        return switch (reader) {
            case QUERY -> config.heads();
            case KEY, VALUE -> config.attention().keyHeads();
            case FEED_FORWARD, LOGITS -> 1;
        };
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
    private List<Input> inputs(Node node) {
        return switch (node.kind()) {
            case WORDS -> List.of();
            case FEED_FORWARD -> List.of(new Input(Reader.FEED_FORWARD, node.layer(), -1));
            case HEAD -> {
                int key = node.head() / config.attention().sharing();
                yield List.of(
                        new Input(Reader.QUERY, node.layer(), node.head()),
                        new Input(Reader.KEY, node.layer(), key),
                        new Input(Reader.VALUE, node.layer(), key));
            }
        };
    }

    /** Those of the first edges of a list that lie on a way from the words to the logits. */
    BitSet connected(List<Integer> order, int count) {
        BitSet first = new BitSet();
        order.subList(0, count).forEach(first::set);
        return connected(first);
    }

    /** What is left of a set without some edges, and without those that then lie on no way from the words to the logits. */
    BitSet without(BitSet set, List<Integer> edges) {
        BitSet less = (BitSet) set.clone();
        edges.forEach(less::clear);
        return connected(less);
    }

    /** Those of some edges that lie on a way from the words to the logits; the others change nothing. */
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
        boolean[] needed = new boolean[nodes.size()];
        need(Input.LOGITS, into, needed, connected);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (needed[i]) {
                inputs(nodes.get(i)).forEach(input -> need(input, into, needed, connected));
            }
        }
        return connected;
    }

    private boolean anyInto(Input input, BitSet chosen, boolean[] reached, BitSet into) {
        int first = first(input);
        boolean any = false;
        for (int node = 0; node < before(input.reader(), input.layer()); node++) {
            if (chosen.get(first + node) && reached[node]) {
                into.set(first + node);
                any = true;
            }
        }
        return any;
    }

    private void need(Input input, BitSet into, boolean[] needed, BitSet connected) {
        int first = first(input);
        for (int node = 0; node < before(input.reader(), input.layer()); node++) {
            if (into.get(first + node)) {
                connected.set(first + node);
                needed[node] = true;
            }
        }
    }
}
