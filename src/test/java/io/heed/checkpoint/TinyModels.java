package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.model.Activation;
import io.heed.model.Architecture;
import io.heed.model.Attention;
import io.heed.model.FeedForward;
import io.heed.model.GptInitializer;
import io.heed.model.ModelConfig;
import io.heed.model.Transformer;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
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

    private static LanguageModel of(TokenizerType type, String text, int context) {
        return of(type, text, context, Architecture.DECODER_ONLY);
    }

    private static LanguageModel of(TokenizerType type, String text, int context, Architecture architecture) {
        return of(Tokenizer.of(TokenizerBuilder.build(type, text, 1000), "test"), context, architecture);
    }

    private static LanguageModel of(Tokenizer tokenizer, int context, Architecture architecture) {
        ModelConfig config = ModelConfig.builder(tokenizer.size(), context, 16, 2)
                .attention(new Attention(4, true))
                .feedForward(new FeedForward(40, Activation.GELU_NEW, true))
                .embeddingScale(4)
                .architecture(architecture)
                .build();
        return of(tokenizer, config);
    }

    /** A model of a shape. */
    static LanguageModel of(Tokenizer tokenizer, ModelConfig config) {
        NDManager manager = NDManager.newBaseManager(Device.cpu());
        Transformer transformer = new Transformer(config, manager);
        GptInitializer positions = new GptInitializer(config, 1, false);
        transformer.initialize(
                manager,
                name -> name.equals("wpe.weight")
                        ? positions.apply(name)
                        : (owner, shape, dataType) -> {
                            RandomGenerator random = Seeds.random(1, name, 0);
                            float[] values = new float[(int) shape.size()];
                            for (int i = 0; i < values.length; i++) {
                                double centre = name.matches(".*(ln_|norm).*weight") ? 1 : 0;
                                values[i] = (float) (centre + .3 * random.nextGaussian());
                            }
                            return owner.create(values, shape);
                        });
        return new LanguageModel(manager, transformer, tokenizer);
    }
}
