package io.heed.inspect.circuit;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.Json;
import io.heed.text.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A set of edges of a model.
 *
 * @param edges their names, such as {@code 0.2→1.0.k}, in the order of computation
 */
public record Circuit(List<String> edges) {

    /** The key in a file. */
    private static final String EDGES = "edges";

    /** The most bytes of a file. */
    private static final long LARGEST = 1L << 26;

    /** The circuit of a report. */
    public static Circuit of(CircuitReport report) {
        return new Circuit(report.edges().stream().map(Edge::toString).toList());
    }

    /**
     * Finds its edges in a graph.
     *
     * @throws HeedException if that has none of such a name
     */
    public BitSet in(Graph graph) {
        Map<String, Integer> numbers = IntStream.range(0, graph.size())
                .boxed()
                .collect(Collectors.toMap(i -> graph.edges().get(i).toString(), i -> i));
        BitSet set = new BitSet();
        for (String edge : edges) {
            Integer number = numbers.get(edge);
            if (number == null) {
                throw new HeedException("the model has no edge %s; its edges are named like %s"
                        .formatted(edge, graph.edges().get(0)));
            }
            set.set(number);
        }
        return set;
    }

    /**
     * Reads a file that {@link #write} has written; of a report only its edges.
     *
     * @throws HeedException if it cannot be read, or is none
     */
    public static Circuit read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new HeedException(
                        "%s: %d bytes are more than those of a circuit".formatted(file, Files.size(file)));
            }
            JsonNode read = JsonMapper.shared().readTree(Files.readAllBytes(file));
            JsonNode edges = read.path(EDGES);
            if (!edges.isArray() || edges.isEmpty() || !edges.valueStream().allMatch(JsonNode::isString)) {
                throw new HeedException("%s is no circuit: it has no list of edges".formatted(file));
            }
            return new Circuit(edges.valueStream().map(JsonNode::asString).toList());
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        } catch (JacksonException e) {
            throw new HeedException("%s is no circuit: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    /**
     * Reads a circuit of a model.
     *
     * @param graph the model's
     * @throws HeedException if the file cannot be read, is none, or has an edge that the model lacks
     */
    public static Circuit read(Path file, Graph graph) {
        Circuit circuit = read(file);
        try {
            circuit.in(graph);
        } catch (HeedException e) {
            throw new HeedException("%s: %s".formatted(file, e.getMessage()), e);
        }
        return circuit;
    }

    /** Writes a file. */
    public void write(Path file) {
        AtomicFile.writeText(file, Json.line(this) + "\n");
    }
}
