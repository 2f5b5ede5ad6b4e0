package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.heed.checkpoint.Safetensors;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Positions;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Reference results of PyTorch and transformers, made by {@code fixtures/make_fixtures.py} and its neighbours. */
public final class Fixtures {

    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    /** The shape of {@code fixtures/gpt2}, as its config.json has it. */
    public static final ModelConfig GPT2 = ModelConfig.builder(96, 48, 32, 2)
            .attention(new Attention(2, true))
            .positions(new Positions.Learned())
            .build();

    /** The shape of {@code fixtures/encoder-decoder}, as {@code make_encoder_decoder.py} has it. */
    public static final ModelConfig ENCODER_DECODER = ModelConfig.builder(19, 9, 24, 2)
            .attention(new Attention(3, true))
            .feedForward(new FeedForward(40, Activation.GELU_NEW, true))
            .embeddingScale(Math.sqrt(24))
            .architecture(Architecture.ENCODER_DECODER)
            .build();

    private Fixtures() {}

    /** Reads one file of tensors. */
    public static Map<String, Safetensors.StoredArray> read(String file) {
        return Safetensors.read(ROOT.resolve(file));
    }

    /** The transformer of {@code fixtures/gpt2} with that folder's weights. */
    public static Transformer gpt2(NDManager manager) {
        Transformer transformer = new Transformer(GPT2, manager);
        transformer.initialize(manager, weights("gpt2/model.safetensors", "transformer."));
        return transformer;
    }

    /** The transformer of {@code fixtures/encoder-decoder} with that folder's weights. */
    public static Transformer encoderDecoder(NDManager manager) {
        Transformer transformer = new Transformer(ENCODER_DECODER, manager);
        transformer.initialize(manager, weights("encoder-decoder/model.safetensors", ""));
        return transformer;
    }

    private static Function<String, Initializer> weights(String file, String prefix) {
        Map<String, Safetensors.StoredArray> tensors = read(file);
        return name -> (manager, shape, type) ->
                manager.create(tensors.get(prefix + name).floats(), shape);
    }

    /** An int64 tensor of a file as an array. */
    public static NDArray longs(NDManager manager, Safetensors.StoredArray tensor) {
        return manager.create(tensor.longs(), new Shape(tensor.shape()));
    }
}
