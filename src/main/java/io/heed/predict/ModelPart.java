package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.model.Head;
import io.heed.model.HeadReplacement;
import io.heed.model.PassTraces;
import io.heed.model.shape.ModelConfig;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a model predicts: all but some heads, or a circuit alone.
 *
 * @param without the heads it does without, such as 1.0 for layer 1, head 0: their outputs are zero; empty for a circuit
 * @param only the circuit; left out without one
 * @param traces what that changes in each pass
 */
public record ModelPart(
        List<String> without,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Alone only,

        @JsonIgnore PassTraces traces) {

    /**
     * A circuit without the rest of the model: of each part without an edge to it, an input reads what that part adds on average.
     *
     * @param circuit its file
     * @param edges the number of its edges
     * @param all the number of the model's edges
     * @param means the files whose texts the means are over, position by position
     * @param tokens the number of their tokens
     * @param positions how many positions have a mean of their own, over at least 10 texts; at others it is that over all tokens
     */
    public record Alone(String circuit, int edges, int all, List<String> means, long tokens, int positions) {}

    /** A model without some heads. */
    public static ModelPart without(Collection<Head> heads, ModelConfig config) {
        return new ModelPart(
                heads.stream().map(head -> head.layer() + "." + head.head()).toList(),
                null,
                HeadReplacement.zero(heads, config));
    }
}
