package io.heed.inspect.circuit.graph;

import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;

/**
 * An input of a part of a model: where it reads the residual stream.
 *
 * @param part the part of the transformer it belongs to
 * @param reader what reads
 * @param layer its layer, from 0; -1 for the logits
 * @param head for queries the head, for keys and values the key head, from 0; -1 for the others
 */
public record Input(Part part, Reader reader, int layer, int head) {

    public static final Input LOGITS = new Input(Part.DECODER, Reader.LOGITS, -1, -1);

    /** The part of the transformer whose stream it reads. */
    public Part stream() {
        return port().stream();
    }

    /** Where it reads together with others of its kind. */
    public Port port() {
        return new Port(part, layer, reader);
    }

    /** Its name: {@code 1.0.q}, {@code 1.0.k}, {@code 1.0.v}, {@code ff1} or {@code logits}, with the part's {@linkplain Node prefix}. */
    @Override
    public String toString() {
        String name = switch (reader) {
            case QUERY -> layer + "." + head + ".q";
            case KEY -> layer + "." + head + ".k";
            case VALUE -> layer + "." + head + ".v";
            case FEED_FORWARD -> "ff" + layer;
            case LOGITS -> "logits";
        };
        return Node.prefix(part) + name;
    }
}
