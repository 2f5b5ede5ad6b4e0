package io.heed.checkpoint.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.JsonFile;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.StoredModel;
import io.heed.checkpoint.TinyModels;
import io.heed.model.Transformer;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.Attention.Biases;
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
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The switches of a shape decide whose folder it becomes, and the folder gives back shape and logits. */
class FamilyWritingTest {

    private static final String WORDS = TokenizerBuilder.build(TokenizerType.WORD, TinyModels.TEXT, 1000);

    private static final Attention FOUR = new Attention(4, false);
    private static final SlidingWindow EVERYWHERE = new SlidingWindow(3, List.of(0, 1));
    private static final Positions HALF = new Positions.Rotary(500, 0.5, new RotaryScaling.Linear(2));

    private static ModelConfig.Builder plain() {
        return ModelConfig.builder(17, 12, 16, 2)
                .attention(FOUR.withBiases(Biases.ALL))
                .feedForward(new FeedForward(24, Activation.GELU, true));
    }

    private static ModelConfig.Builder modern() {
        return plain().attention(FOUR)
                .positions(new Positions.Rotary(10_000, 1, new RotaryScaling.None()))
                .norm(new Norm(Norm.Kind.RMS, 1e-6, false))
                .feedForward(new FeedForward(24, Activation.SILU, true, false));
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                        Arguments.of("gpt2", plain()),
                        Arguments.of("llama", modern()),
                        Arguments.of("llama", modern().tiedHead(false).attention(FOUR.withKeyHeads(2))),
                        Arguments.of("mistral", modern().attention(FOUR.withWindow(EVERYWHERE))),
                        Arguments.of("qwen2", modern().attention(FOUR.withBiases(Biases.QUERY_KEY_VALUE))),
                        Arguments.of(
                                "qwen2", modern().attention(FOUR.withWidth(6).withBiases(Biases.QUERY_KEY_VALUE))),
                        Arguments.of("qwen3", modern().attention(FOUR.withQueryKeyNorm(true))),
                        Arguments.of(
                                "qwen3", modern().attention(FOUR.withWidth(6).withQueryKeyNorm(true))),
                        Arguments.of("gpt_neox", plain().positions(HALF).residual(Residual.PARALLEL)),
                        Arguments.of("gpt_neox", plain().positions(HALF).tiedHead(false)),
                        Arguments.of("heed-decoder", plain().norm(new Norm(Norm.Kind.RMS, 1e-6, false))),
                        Arguments.of("heed-decoder", modern().residual(Residual.PARALLEL)))
                .map(shape -> Arguments.of(
                        shape.get()[0],
                        ((ModelConfig.Builder) shape.get()[1]).embeddingScale(4).build()));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_shape_becomes_the_folder_of_its_family(String type, ModelConfig shape, @TempDir Path folder) {
        try (LanguageModel model = TinyModels.of(Tokenizer.of(WORDS, "test"), shape)) {
            ModelFolder.write(folder, model, "");
            assertThat(JsonFile.small(folder.resolve("config.json"))
                            .path("model_type")
                            .asString())
                    .isEqualTo(type);
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.transformer().config())
                        .isEqualTo(shape.toBuilder().embeddingScale(1).build());
                assertThat(logits(read)).containsExactly(logits(model), within(1e-4f));
            }
        }
    }

    /** Takes the memory of all buffers that nothing refers to any more, so that an array that still uses one has other numbers. */
    private static void overwriteFreedMemory() {
        System.gc();
        for (int bytes = 64; bytes <= 1 << 14; bytes += 64) {
            for (int i = 0; i < 8; i++) {
                ByteBuffer taken = ByteBuffer.allocateDirect(bytes);
                while (taken.hasRemaining()) {
                    taken.put((byte) -1);
                }
            }
        }
    }

    /** The embedding scale is part of the stored weights; a family that knows of none trains on without it. */
    @ParameterizedTest
    @MethodSource("shapes")
    void training_starts_with_what_the_folder_computes(String type, ModelConfig shape, @TempDir Path folder) {
        try (LanguageModel model = TinyModels.of(Tokenizer.of(WORDS, "test"), shape)) {
            ModelFolder.write(folder, model, "");
            StoredModel stored = StoredModel.open(folder);
            NDManager manager = NDManager.newBaseManager(Device.cpu());
            Transformer transformer = new Transformer(stored.config(), manager);
            try (LanguageModel started =
                    new LanguageModel(manager, transformer, stored.tokenizer(), List.of(), KeptSettings.NONE)) {
                transformer.initialize(
                        manager, name -> stored.start(transformer.plan().get(name), transformer.kernels()));
                assertThat(stored.type()).isEqualTo(type);
                overwriteFreedMemory();
                assertThat(logits(started)).containsExactly(logits(model), within(1e-4f));
            }
        }
    }

    private static float[] logits(LanguageModel model) {
        try (NDManager reading = model.newReading()) {
            return model.read(reading, model.encode("the cat sat on the").ids(), null)
                    .toFloatArray();
        }
    }
}
