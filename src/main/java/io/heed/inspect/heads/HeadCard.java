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
 * @param measures the measures by name, in the order in which they are shown
 */
public record HeadCard(
        int layer,
        int head,

        @JsonProperty("key_head") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Integer keyHead,

        String sentence,
        String elsewhere,
        Map<HeadMeasure, Double> measures) {

    /** The card of a head with keys and values of its own. */
    public HeadCard(int layer, int head, String sentence, String elsewhere, Map<HeadMeasure, Double> measures) {
        this(layer, head, null, sentence, elsewhere, measures);
    }
}
