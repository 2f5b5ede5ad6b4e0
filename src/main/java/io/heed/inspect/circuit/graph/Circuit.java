package io.heed.inspect.circuit.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.Json;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A set of edges of a model.
 *
 * @param model the model's name; null if it is not known
 * @param all the number of edges that the model has; null if that is not known
 * @param edges their names, such as {@code 0.2→1.0.k}, in the order of computation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Circuit(@Nullable String model, @Nullable Integer all, List<String> edges) {

    /** Edges by their names alone. */
    public Circuit(List<String> edges) {
        this(null, null, edges);
    }

    /** The key in a file. */
    private static final String EDGES = "edges";

    private static final int LONGEST_NAME = 40;

    /** The most bytes of a file. */
    private static final long LARGEST = 1L << 26;

    /**
     * Finds its edges in a graph.
     *
     * @throws HeedException if that has none of such a name, or another number of edges
     */
    public BitSet in(Graph graph) {
        if (all != null && all != graph.size()) {
            throw new HeedException("the circuit is of a model with %d edges%s; this one has %d"
                    .formatted(all, model == null ? "" : " (" + Visible.text(model) + ")", graph.size()));
        }
        Map<String, Integer> numbers = IntStream.range(0, graph.size())
                .boxed()
                .collect(Collectors.toMap(i -> graph.edges().get(i).toString(), i -> i));
        BitSet set = new BitSet();
        for (String edge : edges) {
            Integer number = numbers.get(edge);
            if (number == null) {
                String shown = edge.substring(0, Math.min(edge.length(), LONGEST_NAME));
                throw new HeedException("the model has no edge %s; its edges are named like %s"
                        .formatted(Visible.text(shown), graph.edges().get(0)));
            }
            set.set(number);
        }
        return set;
    }

    /**
     * Reads a file that {@link #write} has written, or a report.
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
            JsonNode model = read.path("model");
            JsonNode all = read.path("all");
            return new Circuit(
                    model.isString() ? model.asString() : null,
                    all.isInt() ? all.asInt() : null,
                    edges.valueStream().map(JsonNode::asString).toList());
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        } catch (JacksonException e) {
            throw new HeedException("%s is no circuit: it is not JSON".formatted(file), e);
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
