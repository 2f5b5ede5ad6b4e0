package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.model.GptInitializer;
import io.heed.model.Transformer;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.model.shape.RotaryScaling;
import io.heed.model.shape.SlidingWindow;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** Models with random weights, wide enough apart that every token and every place makes a difference. */
public final class TinyModels {

    /** The words that {@link #words()} knows. */
    public static final String TEXT = "the cat sat on the mat . the dog , which saw a bird , slept on the rug .";

    /** The largest number of tokens the models read. */
    public static final int CONTEXT = 12;

    private TinyModels() {}

    /** A model of words. */
    public static LanguageModel words() {
        return words(TEXT);
    }

    /** A model of the words of a text. */
    public static LanguageModel words(String text) {
        return of(TokenizerType.WORD, text, CONTEXT);
    }

    /** A model of the characters of a text. */
    public static LanguageModel characters(String text) {
        return characters(text, CONTEXT);
    }

    /** A model of the characters of a text that reads more or fewer at once. */
    public static LanguageModel characters(String text, int context) {
        return of(TokenizerType.CHARACTER, text, context);
    }

    /** A model of words that translates. */
    public static LanguageModel translator() {
        return of(TokenizerType.WORD, TEXT, CONTEXT, Architecture.ENCODER_DECODER);
    }

    /** A model of the tokens of a tokenizer. */
    public static LanguageModel with(Tokenizer tokenizer) {
        return of(tokenizer, CONTEXT, Architecture.DECODER_ONLY);
    }

    /** A model of words with grouped keys, wide heads, rotary positions, RMS norms, also of queries and keys, and a gate, as Qwen3's. */
    public static LanguageModel modern() {
        return words(shape -> shape.attention(new Attention(4, 2, 6, Attention.Biases.NONE, true, null))
                .positions(new Positions.Rotary(100, 1, new RotaryScaling.None()))
                .norm(new Norm(Norm.Kind.RMS, 1e-6, false))
                .feedForward(new FeedForward(24, Activation.SILU, true, false))
                .tiedHead(false));
    }

    /** A model of words with a parallel residual, partly rotated heads and a window in its last layer. */
    public static LanguageModel parallel() {
        return words(shape -> shape.attention(
                        new Attention(4, 4, 8, Attention.Biases.ALL, false, new SlidingWindow(3, List.of(1))))
                .positions(new Positions.Rotary(100, 0.5, new RotaryScaling.Linear(2)))
                .residual(Residual.PARALLEL));
    }

    private static LanguageModel words(UnaryOperator<ModelConfig.Builder> shape) {
        Tokenizer tokenizer = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, TEXT, 1000), "test");
        return of(tokenizer, shape.apply(shape(tokenizer, CONTEXT)).build());
    }

    private static LanguageModel of(TokenizerType type, String text, int context) {
        return of(type, text, context, Architecture.DECODER_ONLY);
    }

    private static LanguageModel of(TokenizerType type, String text, int context, Architecture architecture) {
        return of(Tokenizer.of(TokenizerBuilder.build(type, text, 1000), "test"), context, architecture);
    }

    private static LanguageModel of(Tokenizer tokenizer, int context, Architecture architecture) {
        return of(
                tokenizer, shape(tokenizer, context).architecture(architecture).build());
    }

    private static ModelConfig.Builder shape(Tokenizer tokenizer, int context) {
        return ModelConfig.builder(tokenizer.size(), context, 16, 2)
                .attention(new Attention(4, true))
                .feedForward(new FeedForward(40, Activation.GELU_NEW, true))
                .embeddingScale(4);
    }

    /** A model of a shape. */
    public static LanguageModel of(Tokenizer tokenizer, ModelConfig config) {
        NDManager manager = NDManager.newBaseManager(Device.cpu());
        Transformer transformer = new Transformer(config, manager);
        GptInitializer start = new GptInitializer(config, 1, false);
        transformer.initialize(
                manager,
                name -> !transformer.plan().get(name).trained()
                        ? start.apply(name)
                        : (owner, shape, dataType) -> {
                            RandomGenerator random = Seeds.random(1, name, 0);
                            float[] values = new float[(int) shape.size()];
                            for (int i = 0; i < values.length; i++) {
                                double centre = name.matches(".*(ln_|norm).*weight") ? 1 : 0;
                                values[i] = (float) (centre + .3 * random.nextGaussian());
                            }
                            return owner.create(values, shape);
                        });
        return new LanguageModel(manager, transformer, tokenizer, List.of(), KeptSettings.NONE);
    }
}
