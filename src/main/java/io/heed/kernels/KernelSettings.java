package io.heed.kernels;

import java.util.HashMap;
import java.util.Map;

/**
 * What the fused operations need to know of a model besides its weights.
 *
 * @param layers the number of layers
 * @param heads the number of attention heads
 * @param keyHeads the number of heads with their own keys and values
 * @param headWidth the size of one head's queries, keys and values
 * @param epsilon added to the variance or the mean square in normalisation
 * @param embeddingScale what token embeddings are multiplied by before positions are added
 * @param dropout the share of activations set to zero while training
 * @param encoder whether there is an encoder, with as many layers
 * @param choices what the kernel sources have in place of each {@code {name}}: the function that they call for an operation with variants,
 *     such as {@code gelu_new} for {@code activation}, or an expression
 * @param weights the order in which weights are passed
 */
public record KernelSettings(
        int layers,
        int heads,
        int keyHeads,
        int headWidth,
        double epsilon,
        double embeddingScale,
        double dropout,
        boolean encoder,
        Map<String, String> choices,
        WeightOrder weights) {

    /** The same with further choices. */
    KernelSettings with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(choices);
        all.putAll(more);
        return new KernelSettings(
                layers, heads, keyHeads, headWidth, epsilon, embeddingScale, dropout, encoder, all, weights);
    }
}
