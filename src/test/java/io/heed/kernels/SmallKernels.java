package io.heed.kernels;

import ai.djl.ndarray.NDManager;
import io.heed.model.Transformer;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;

/** The kernels of a small transformer: one layer of width 2, three tokens, a context of 3, embeddings times 3. */
final class SmallKernels {

    private SmallKernels() {}

    static Transformer transformer(NDManager manager) {
        return transformer(manager, 2);
    }

    private static Transformer transformer(NDManager manager, int width) {
        ModelConfig config = ModelConfig.builder(3, 3, width, 1)
                .attention(new Attention(2, true))
                .feedForward(new FeedForward(1, Activation.RELU, true))
                .embeddingScale(3)
                .build();
        return new Transformer(config, manager, new Arithmetic(false, false), NumberFormat.FLOAT32);
    }

    static Kernels load(NDManager manager) {
        return load(manager, 2);
    }

    /** The same of another width. */
    static Kernels load(NDManager manager, int width) {
        return transformer(manager, width).kernels();
    }
}
