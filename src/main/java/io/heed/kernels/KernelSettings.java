package io.heed.kernels;

/**
 * What the fused operations of one model have to know besides its weights.
 *
 * @param heads the number of attention heads
 * @param epsilon what layer normalisation adds to the variance
 * @param activation {@code gelu_new}, {@code gelu} or {@code relu}, as GPT-2's configuration names them
 * @param embeddingScale what token embeddings are multiplied by before positions are added
 * @param dropout the share of activations set to zero while training
 * @param biases whether projections have biases; without, those passed are not looked at
 */
public record KernelSettings(
        int heads, double epsilon, String activation, double embeddingScale, double dropout, boolean biases) {}
