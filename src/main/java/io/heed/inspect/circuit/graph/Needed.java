package io.heed.inspect.circuit.graph;

import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The nodes that a pass has to compute: those from which edges lead to the logits, and the heads that share a key head with them. What the
 * others would add reaches nobody. In a large model a small circuit needs few.
 */
public final class Needed {

    private final Graph graph;
    private final Map<Part, int[]> nodes = new EnumMap<>(Part.class); // of each stream, by their numbers in it

    /** Those that some edges need; not all of them need lie on a way from the words. */
    public Needed(Graph graph, BitSet edges) {
        this.graph = graph;
        BitSet needed = graph.needed(edges);
        for (int node = needed.nextSetBit(0); node >= 0; node = needed.nextSetBit(node + 1)) {
            Node head = graph.nodes().get(node);
            if (head.kind() == Node.Kind.HEAD) {
                int first = node - head.head() % graph.sharing();
                needed.set(first, first + graph.sharing());
            }
        }
        graph.streams()
                .forEach(stream -> nodes.put(
                        stream,
                        IntStream.range(0, graph.nodes(stream))
                                .filter(node -> needed.get(graph.start(stream) + node))
                                .toArray()));
    }

    /** All nodes. */
    public static Needed all(Graph graph) {
        return new Needed(graph, graph.all());
    }

    /** Their numbers in a stream, in ascending order. */
    public int[] nodes(Part stream) {
        return Objects.requireNonNull(nodes.get(stream));
    }

    /** How many of them come before a port. */
    public int before(Port port) {
        return below(nodes(port.stream()), graph.before(port));
    }

    /** The row of the first that is not below a node, among those of its stream. */
    public int row(Part stream, int node) {
        return below(nodes(stream), node);
    }

    private static int below(int[] ascending, int number) {
        return (int) IntStream.of(ascending).filter(each -> each < number).count();
    }

    /** The heads of an attention among them. */
    public int[] heads(Part part, int layer) {
        Part stream = part.stream();
        int first = graph.writer(new Trace.Place(part, layer, Step.HEAD_CONTRIBUTION));
        return IntStream.of(nodes(stream))
                .map(node -> node - first)
                .filter(head -> head >= 0 && head < graph.heads())
                .toArray();
    }

    /** The key heads that those read. */
    public int[] keyHeads(Part part, int layer) {
        return IntStream.of(heads(part, layer))
                .filter(head -> head % graph.sharing() == 0)
                .map(head -> head / graph.sharing())
                .toArray();
    }

    /** Whether the feed-forward network of a layer is among them. */
    public boolean feedsForward(Part part, int layer) {
        int node = graph.writer(new Trace.Place(part, layer, Step.FEED_FORWARD_OUTPUT));
        return IntStream.of(nodes(part)).anyMatch(each -> each == node);
    }

    /** The inputs of a port that belong to them, by their numbers. */
    public int[] inputs(Port port) {
        return switch (port.reader()) {
            case QUERY -> heads(port.part(), port.layer());
            case KEY, VALUE -> keyHeads(port.part(), port.layer());
            case FEED_FORWARD, LOGITS -> new int[1];
        };
    }
}
