package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.heed.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Reference results of PyTorch and transformers, made by {@code fixtures/make_fixtures.py}. */
public final class Fixtures {

    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    /** The shape of {@code fixtures/gpt2}, as its config.json has it. */
    public static final ModelConfig GPT2 =
            new ModelConfig(96, 48, 32, 2, 2, 128, Positions.LEARNED, Activation.GELU_NEW, 1e-5, 1, 0, true);

    private Fixtures() {}

    /** Reads one file of tensors. */
    public static Map<String, Safetensors.Tensor> read(String file) {
        return Safetensors.read(ROOT.resolve(file));
    }

    /** The transformer of {@code fixtures/gpt2} with that folder's weights. */
    public static Transformer gpt2(NDManager manager) {
        Transformer transformer = new Transformer(GPT2, manager);
        transformer.initialize(manager, weights("gpt2/model.safetensors"));
        return transformer;
    }

    private static Function<String, Initializer> weights(String file) {
        Map<String, Safetensors.Tensor> tensors = read(file);
        return name -> (manager, shape, type) ->
                manager.create(tensors.get("transformer." + name).floats(), shape);
    }

    /** An int64 tensor of a file as an array. */
    public static NDArray longs(NDManager manager, Safetensors.Tensor tensor) {
        return manager.create(tensor.longs(), new Shape(tensor.shape()));
    }
}
