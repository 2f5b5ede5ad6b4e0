package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Port;
import io.heed.model.PassTraces;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model without an encoder of which some edges alone are left: each input reads, of a node with an edge to it, what that node adds, and of
 * the others what they add on average at that position. Positions are added to the words and are on no edge, so they stay. This is mean
 * ablation, position by position (Wang et al., arXiv 2211.00593). B rows, T positions, C width, S nodes before an input, N inputs.
 */
public final class CircuitAlone implements PassTraces {

    private final Graph graph;
    private final NodeMeans means;
    private final Map<Port, float[]> missing =
            new HashMap<>(); // of each port 1 for each edge that is not left, (N,S) or (1,S)

    /**
     * Takes the other edges away.
     *
     * @param edges the numbers of those that are left
     * @param means of texts that the model has read
     */
    public CircuitAlone(Graph graph, BitSet edges, NodeMeans means) {
        this.graph = graph;
        this.means = means;
        for (Edge edge : graph.edges()) {
            missing.computeIfAbsent(edge.to().port(), port -> missing(port, edges));
        }
    }

    private float[] missing(Port port, BitSet edges) {
        int before = graph.before(port);
        float[] mask = new float[graph.streams(port) * before];
        for (int i = 0; i < mask.length; i++) {
            int edge = graph.first(port.input(i / before)) + i % before;
            mask[i] = edges.get(edge) ? 0 : 1;
        }
        float[] first = Arrays.copyOf(mask, before);
        for (int input = 1; input < graph.streams(port); input++) {
            if (!Arrays.equals(mask, input * before, (input + 1) * before, first, 0, before)) {
                return mask;
            }
        }
        return first; // all inputs read the same, most often no edge of the circuit
    }

    @Override
    public Trace of(int... lengths) {
        return new Trace(
                Set.of(Step.HEAD_CONTRIBUTION),
                new MeansInstead(Arrays.stream(lengths).max().orElseThrow()));
    }

    /** What inputs read in one pass. */
    private final class MeansInstead implements Trace.Intervention {

        private final int positions;
        private @Nullable NDArray
                differences; // how much more or less than their means the nodes so far add, (nodes,B,T,C)
        private @Nullable NDArray usual; // the means, (nodes,1,T,C)

        MeansInstead(int positions) {
            this.positions = positions;
        }

        @Override
        public NDArray apply(Trace.Place place, NDArray value) {
            int first = graph.writer(place);
            if (first >= 0) {
                NDArray byNode = value.getShape().dimension() == 3 ? value.expandDims(1) : value; // (B,n,T,C)
                NDIndex some =
                        new NDIndex("{}:{}", first, first + byNode.getShape().get(1));
                start(byNode.getManager(), byNode.getShape().get(0));
                NDArray mean = Objects.requireNonNull(usual).get(some);
                Objects.requireNonNull(differences)
                        .set(some, byNode.swapAxes(0, 1).sub(mean));
            }
            return value;
        }

        private void start(NDManager owner, long rows) {
            if (differences == null) {
                int nodes = graph.nodes(Part.DECODER);
                int width = graph.width();
                differences = owner.create(new Shape(nodes, rows, positions, width));
                usual = owner.create(means.means(positions), new Shape(nodes, 1, positions, width));
            }
        }

        @Override
        public NDArray read(Part part, int layer, Reader reader, NDArray stream) {
            Port port = new Port(part, layer, reader);
            float[] mask = Objects.requireNonNull(missing.get(port));
            int before = graph.before(port);
            int inputs = mask.length / before;
            Shape shape = stream.getShape(); // (B,T,C)
            NDArray added = Objects.requireNonNull(differences).get("0:{}", before);
            try (NDArray missed = stream.getManager()
                    .create(mask, new Shape(inputs, before))
                    .matMul(added.reshape(before, -1))) { // (N,B·T·C)
                NDArray byRow = missed.reshape(inputs, shape.get(0), shape.get(1), shape.get(2))
                        .swapAxes(0, 1); // (B,N,T,C)
                return inputs == 1
                        ? stream.sub(byRow.squeeze(1))
                        : stream.expandDims(1).sub(byRow);
            }
        }
    }
}
