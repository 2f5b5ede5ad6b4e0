package io.heed.inspect.circuit.graph;

import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;

/**
 * Where a residual stream is read: inputs of one kind in one layer, which are computed together.
 *
 * @param part the part of the transformer that reads
 * @param layer its layer, from 0; -1 for the logits
 * @param reader what reads
 */
public record Port(Part part, int layer, Reader reader) {

    /** The part whose stream is read: keys and values of a cross-attention read the encoder's. */
    public Part stream() {
        boolean lookedUp = reader == Reader.KEY || reader == Reader.VALUE;
        return part == Part.CROSS && lookedUp ? Part.ENCODER : part.stream();
    }

    /** Keys and values read the stream that queries read, unless each is given its own; all of a cross-attention's read the same source. */
    public Port shared() {
        if (reader != Reader.KEY && reader != Reader.VALUE) {
            return this;
        }
        return part == Part.CROSS ? new Port(Part.CROSS, 0, Reader.KEY) : new Port(part, layer, Reader.QUERY);
    }

    /** Whether there is one input, which belongs to no head. */
    public boolean isOne() {
        return reader == Reader.FEED_FORWARD || reader == Reader.LOGITS;
    }

    /** The last position alone decides what comes next. */
    public boolean isEnd() {
        return reader == Reader.LOGITS;
    }

    public Input input(int number) {
        return new Input(part, reader, layer, isOne() ? -1 : number);
    }
}
