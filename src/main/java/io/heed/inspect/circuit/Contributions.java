package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Gathers what the nodes add to each stream in a pass with several sets of edges, and what is read at each port. */
class Contributions implements Trace.Intervention {

    final Map<Part, NDArray> nodes = new EnumMap<>(Part.class); // (V,nodes,P,T,C)
    final Map<Port, NDArray> streams = new HashMap<>(); // (V·P,T,C), by what is shared
    private final PromptGroup group;
    private final int sets;

    Contributions(PromptGroup group, NDManager reading, int sets) {
        this.group = group;
        this.sets = sets;
        group.graph().streams().forEach(stream -> nodes.put(stream, reading.create(allNodes(group, stream, sets))));
    }

    static Shape allNodes(PromptGroup group, Part stream, int sets) {
        return new Shape(
                sets, group.graph().nodes(stream), group.prompts().size(), group.positions(stream), group.width());
    }

    final Trace trace() {
        return new Trace(EnumSet.of(Step.HEAD_CONTRIBUTION), this);
    }

    @Override
    public final NDArray apply(Trace.Place place, NDArray value) {
        int first = group.graph().writer(place);
        if (first >= 0) {
            Part stream = place.part() == Part.ENCODER ? Part.ENCODER : Part.DECODER;
            NDArray byNode = value.getShape().dimension() == 3 ? value.expandDims(1) : value; // (V·P,nodes,T,C)
            int count = (int) byNode.getShape().get(1);
            NDArray bySet = byNode.reshape(sets, -1, count, group.positions(stream), group.width())
                    .swapAxes(1, 2); // (V,nodes,P,T,C)
            nodes(stream).set(new NDIndex(":,{}:{}", first, first + count), seen(stream, first, count, bySet));
        }
        return value;
    }

    /** What is gathered of what some nodes add, (V,nodes,P,T,C). */
    NDArray seen(Part stream, int first, int count, NDArray value) {
        return value;
    }

    @Override
    public final NDArray read(Part part, int layer, Reader reader, NDArray stream) {
        return read(new Port(part, layer, reader), stream);
    }

    /** What is read at a port instead of a stream. */
    NDArray read(Port port, NDArray stream) {
        NDArray read = port.isEnd() ? PromptGroup.last(stream) : stream;
        streams.put(port.shared(), read);
        return read;
    }

    /** What the nodes before a port have added, (V,S,P,T,C), for the logits at the last position. */
    final NDArray added(Port port) {
        return added(nodes(port.stream()), port, group.graph());
    }

    /** Of what the nodes of a stream add, (V,nodes,P,T,C), that of those before a port. */
    static NDArray added(NDArray nodes, Port port, Graph graph) {
        return nodes.get(new NDIndex(port.isEnd() ? ":,0:{},:,-1:" : ":,0:{}", graph.before(port)));
    }

    private NDArray nodes(Part stream) {
        return Objects.requireNonNull(nodes.get(stream));
    }
}
