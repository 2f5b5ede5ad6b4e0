package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.circuit.graph.Node;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Exchanges what some heads add for what they add for the corrupted texts; V sets of heads. The same as taking all their edges away. */
final class ExchangedHeads implements Trace.Intervention {

    private final PromptGroup group;
    private final NDManager reading;
    private final List<Set<Node>> sets;
    private @Nullable NDArray change; // (V·P,T,C)

    ExchangedHeads(PromptGroup group, NDManager reading, List<Set<Node>> sets) {
        this.group = group;
        this.reading = reading;
        this.sets = sets;
    }

    @Override
    public NDArray apply(Trace.Place place, NDArray value) {
        if (place.step() == Step.HEAD_CONTRIBUTION) {
            change = change(place, value);
        } else if (place.step() == Step.ATTENTION_OUTPUT && change != null) {
            return value.add(change);
        }
        return value;
    }

    private @Nullable NDArray change(Trace.Place place, NDArray value) {
        int heads = (int) value.getShape().get(1);
        float[] mask = new float[sets.size() * heads];
        boolean any = false;
        for (int set = 0; set < sets.size(); set++) {
            for (int head = 0; head < heads; head++) {
                boolean goes = sets.get(set).contains(Node.head(place.part(), place.layer(), head));
                mask[set * heads + head] = goes ? 1 : 0;
                any |= goes;
            }
        }
        if (!any) {
            return null;
        }
        Part stream = place.part().stream();
        int first = group.graph().writer(place);
        NDArray then = group.corrupted(stream)
                .get(reading, new NDIndex(":,{}:{}", first, first + heads))
                .swapAxes(1, 2); // (1,P,H,T,C)
        Shape shape = value.getShape();
        NDArray now = value.reshape(sets.size(), -1, heads, shape.get(2), shape.get(3));
        return reading.create(mask, new Shape(sets.size(), 1, heads, 1, 1))
                .mul(then.sub(now))
                .sum(new int[] {2})
                .reshape(shape.get(0), shape.get(2), shape.get(3));
    }

    @Override
    public NDArray read(Part part, int layer, Reader reader, NDArray stream) {
        return reader == Reader.LOGITS ? PromptGroup.last(stream) : stream;
    }
}
