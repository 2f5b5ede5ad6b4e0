package io.heed.inspect.heads;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A description of one head: a sentence, and the measures behind it.
 *
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param keyHead the key head that it shares with other heads, from 0; null if it shares none
 * @param sentence what it does in the text or texts that were read
 * @param elsewhere what it does on texts made to test it; empty if nothing is known
 * @param circuit what it is for in a circuit that is known; empty if none is
 * @param measures the measures by name, in the order in which they are shown
 */
public record HeadCard(
        int layer,
        int head,

        @JsonProperty("key_head") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Integer keyHead,

        String sentence,
        String elsewhere,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String circuit,
        Map<HeadMeasure, Double> measures) {

    /** What is said of a head that has no part in the circuit. */
    static final String OUTSIDE = "It is not in the circuit.";

    /** Whether it has a part in a circuit that is known. */
    public boolean inCircuit() {
        return !circuit.isEmpty() && !circuit.equals(OUTSIDE);
    }

    /** The card of a head with keys and values of its own, where no circuit is known. */
    public HeadCard(int layer, int head, String sentence, String elsewhere, Map<HeadMeasure, Double> measures) {
        this(layer, head, null, sentence, elsewhere, "", measures);
    }
}
