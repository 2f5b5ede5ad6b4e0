package io.heed.kernels;

import java.util.Map;

/**
 * What the fused operations of one model have to know besides its weights.
 *
 * @param layers the number of layers
 * @param heads the number of attention heads
 * @param epsilon what layer normalisation adds to the variance
 * @param embeddingScale what token embeddings are multiplied by before positions are added
 * @param dropout the share of activations set to zero while training
 * @param encoder whether there is an encoder, of as many layers
 * @param choices which function the texts call for what has variants, such as {@code gelu_new} for {@code activation}
 * @param weights the order in which weights are passed
 */
public record KernelSettings(
        int layers,
        int heads,
        double epsilon,
        double embeddingScale,
        double dropout,
        boolean encoder,
        Map<String, String> choices,
        WeightOrder weights) {}
