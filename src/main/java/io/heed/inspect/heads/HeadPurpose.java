package io.heed.inspect.heads;

import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Input;
import io.heed.inspect.circuit.graph.Node;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Says what a head is for in a circuit: by what it looks, what it finds and moves, and who reads what it writes. */
final class HeadPurpose {

    /** How many parts a sentence names one by one. */
    private static final int NAMED = 4;

    private final List<Edge> edges;
    private final Attention attention;

    /**
     * Prepares.
     *
     * @throws io.heed.HeedException if the model has no such edges
     */
    HeadPurpose(ModelConfig config, Circuit circuit) {
        Graph graph = new Graph(config);
        edges = graph.edges(circuit.in(graph));
        attention = config.attention();
    }

    /** What one head is for, as a sentence. */
    String of(int layer, int head) {
        Node node = new Node(Part.DECODER, Node.Kind.HEAD, layer, head);
        List<String> readers = edges.stream()
                .filter(edge -> edge.from().equals(node))
                .map(edge -> named(edge.to()))
                .toList();
        if (readers.isEmpty()) {
            return HeadCard.OUTSIDE;
        }
        int keyHead = attention.keyHeadOf(head);
        List<String> clauses = new ArrayList<>();
        reading(clauses, "looks by what", new Input(Part.DECODER, Reader.QUERY, layer, head));
        reading(clauses, "finds by what", new Input(Part.DECODER, Reader.KEY, layer, keyHead));
        reading(clauses, "moves what", new Input(Part.DECODER, Reader.VALUE, layer, keyHead));
        clauses.add("writes for " + listed(readers));
        return "It " + String.join("; ", clauses) + ".";
    }

    private void reading(List<String> clauses, String does, Input input) {
        Predicate<Edge> reads = edge -> edge.to().equals(input);
        List<String> writers =
                edges.stream().filter(reads).map(edge -> named(edge.from())).toList();
        if (!writers.isEmpty()) {
            boolean words = writers.equals(List.of("the words"));
            clauses.add("%s %s %s".formatted(does, listed(writers), words || writers.size() > 1 ? "write" : "writes"));
        }
    }

    private static String named(Node node) {
        return switch (node.kind()) {
            case WORDS -> "the words";
            case HEAD -> "head " + node;
            case FEED_FORWARD -> "feed-forward network " + node.layer();
        };
    }

    private String named(Input input) {
        String sharing = attention.sharing() > 1 ? "key head " : "head ";
        return switch (input.reader()) {
            case QUERY -> "the queries of head " + input.layer() + "." + input.head();
            case KEY -> "the keys of " + sharing + input.layer() + "." + input.head();
            case VALUE -> "the values of " + sharing + input.layer() + "." + input.head();
            case FEED_FORWARD -> "feed-forward network " + input.layer();
            case LOGITS -> "the answer";
        };
    }

    private static String listed(List<String> parts) {
        int named = parts.size() > NAMED ? NAMED - 1 : parts.size();
        List<String> said = new ArrayList<>(parts.subList(0, named));
        if (named < parts.size()) {
            said.add(parts.size() - named + " others");
        }
        String last = Objects.requireNonNull(said.remove(said.size() - 1));
        return said.isEmpty() ? last : String.join(", ", said) + " and " + last;
    }
}
