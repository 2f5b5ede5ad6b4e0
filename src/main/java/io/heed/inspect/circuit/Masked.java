package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.circuit.PromptGroup.Cut;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Input;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.graph.Port;
import io.heed.model.Trace.Reader;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets each input see only some edges. What is computed between two reads of the stream is freed at the second: a manager of its own keeps
 * it, to which the arrays belong that are computed of what is read.
 */
final class Masked extends Contributions.Changes {

    private final List<BitSet> chosen;
    private final List<Cut> cuts;
    private @Nullable NDManager between;

    Masked(PromptGroup group, NDManager reading, List<BitSet> chosen, List<Cut> cuts, Needed needed) {
        super(group, reading, chosen.size(), needed);
        this.chosen = chosen;
        this.cuts = cuts;
    }

    @Override
    NDArray read(Port port, NDArray stream) {
        NDManager owner = owner(port);
        int[] inputs = needed.inputs(port);
        float[] mask = mask(port, inputs);
        long rows = (long) sets * group.prompts().size();
        long positions = port.isEnd() ? 1 : group.positions(port.stream());
        NDArray corrupted = group.corrupted(port).get(owner, new NDIndex(":")); // (P,T,C)
        if (mask.length == 0) {
            Shape each = new Shape(sets, group.prompts().size(), positions, group.width());
            return corrupted.expandDims(0).broadcast(each).reshape(rows, positions, group.width());
        }
        NDArray added = added(port);
        added.attach(owner); // (V,S,P,T,C)
        NDArray seen = owner.create(mask, new Shape(sets, inputs.length, needed.before(port)))
                .matMul(added.reshape(sets, needed.before(port), -1)) // (V,N,P·T·C)
                .reshape(sets, inputs.length, group.prompts().size(), -1, group.width());
        cut(port, inputs, seen, added);
        NDArray read = seen.swapAxes(1, 2).add(corrupted.expandDims(1)); // (V,P,N,T,C)
        return port.isOne()
                ? read.reshape(rows, positions, group.width())
                : read.reshape(rows, inputs.length, positions, group.width());
    }

    private NDManager owner(Port port) {
        boolean goesOn = port.reader() == Reader.KEY || port.reader() == Reader.VALUE;
        if (between == null || !goesOn) {
            if (between != null) {
                between.close();
            }
            between = reading.newSubManager();
        }
        return between;
    }

    /** Takes what an edge that is cut adds out of what is seen, (V,N,P,T,C). */
    private void cut(Port port, int[] inputs, NDArray seen, NDArray added) {
        Graph graph = group.graph();
        for (int set = 0; set < sets; set++) {
            Cut cut = cuts.get(set);
            if (cut.position() < 0 || !chosen.get(set).get(cut.edge())) {
                continue;
            }
            Input input = graph.edges().get(cut.edge()).to();
            int place = Arrays.binarySearch(inputs, Math.max(0, input.head()));
            int row = Arrays.binarySearch(needed.nodes(port.stream()), cut.edge() - graph.first(input));
            if (!input.port().equals(port) || place < 0 || row < 0) {
                continue;
            }
            int position = port.isEnd() ? 0 : cut.position();
            NDIndex where = new NDIndex("{},{},:,{}", set, place, position);
            seen.set(where, seen.get(where).sub(added.get("{},{},:,{}", set, row, position)));
        }
    }

    /** 1 for each edge that is there, (V,N,S); nothing if there are none. */
    private float[] mask(Port port, int[] inputs) {
        Graph graph = group.graph();
        int before = needed.before(port);
        int[] nodes = needed.nodes(port.stream());
        float[] mask = new float[sets * inputs.length * before];
        boolean any = false;
        int at = 0;
        for (BitSet edges : chosen) {
            for (int input : inputs) {
                int first = graph.first(port.input(input));
                for (int row = 0; row < before; row++) {
                    boolean there = edges.get(first + nodes[row]);
                    mask[at++] = there ? 1 : 0;
                    any |= there;
                }
            }
        }
        return any ? mask : new float[0];
    }
}
