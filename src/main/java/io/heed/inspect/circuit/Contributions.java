package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.graph.Port;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Gathers what the nodes that are needed add to each stream in a pass with several sets of edges, and what is read at each port. */
class Contributions implements Trace.Intervention {

    final Map<Part, NDArray> nodes = new EnumMap<>(Part.class); // (V,S,P,T,C), S those of a stream
    final Map<Port, NDArray> streams = new HashMap<>(); // (V·P,T,C), by what is shared
    final PromptGroup group;
    final Needed needed;
    final int sets;

    Contributions(PromptGroup group, NDManager reading, int sets, Needed needed) {
        this.group = group;
        this.sets = sets;
        this.needed = needed;
        group.graph()
                .streams()
                .forEach(stream -> nodes.put(
                        stream,
                        reading.create(new Shape(
                                sets,
                                needed.nodes(stream).length,
                                group.prompts().size(),
                                group.positions(stream),
                                group.width()))));
    }

    final Trace trace() {
        return new Trace(EnumSet.of(Step.HEAD_CONTRIBUTION), this);
    }

    @Override
    public final int[] keyHeads(Part part, int layer, int all) {
        return needed.keyHeads(part, layer);
    }

    @Override
    public final boolean feedsForward(Part part, int layer) {
        return needed.feedsForward(part, layer);
    }

    @Override
    public final NDArray apply(Trace.Place place, NDArray value) {
        int first = group.graph().writer(place);
        if (first >= 0) {
            Part stream = place.part().stream();
            NDArray byNode = value.getShape().dimension() == 3 ? value.expandDims(1) : value; // (V·P,S,T,C)
            int count = (int) byNode.getShape().get(1);
            int row = needed.row(stream, first);
            int[] all = needed.nodes(stream);
            if (place.step() == Step.TOKEN_EMBEDDING && (row == all.length || all[row] != first)) {
                return value; // words that nobody needs
            }
            NDArray bySet = byNode.reshape(sets, -1, count, group.positions(stream), group.width())
                    .swapAxes(1, 2); // (V,S,P,T,C)
            for (int from = 0, to = 1; from < count; from = to++) {
                while (to < count && all[row + to] == all[row + to - 1] + 1) {
                    to++;
                }
                NDArray part = to - from == count ? bySet : bySet.get(new NDIndex(":,{}:{}", from, to));
                nodes(stream)
                        .set(
                                new NDIndex(":,{}:{}", row + from, row + to),
                                seen(stream, all[row + from], to - from, part));
            }
        }
        return value;
    }

    /** What is gathered of what consecutive nodes add, (V,S,P,T,C). */
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
        return nodes(port.stream()).get(new NDIndex(port.isEnd() ? ":,0:{},:,-1:" : ":,0:{}", needed.before(port)));
    }

    private NDArray nodes(Part stream) {
        return Objects.requireNonNull(nodes.get(stream));
    }

    /** Gathers how much more or less the nodes add than for the corrupted texts. */
    static class Changes extends Contributions {

        final NDManager reading;

        Changes(PromptGroup group, NDManager reading, int sets, Needed needed) {
            super(group, reading, sets, needed);
            this.reading = reading;
        }

        @Override
        final NDArray seen(Part stream, int first, int count, NDArray value) {
            return value.sub(group.corrupted(stream).get(reading, new NDIndex(":,{}:{}", first, first + count)));
        }
    }
}
