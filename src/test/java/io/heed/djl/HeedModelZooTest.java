package io.heed.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.kernels.EngineThreads;
import io.heed.model.Transformer;
import io.heed.predict.Generated;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.NextWord;
import io.heed.predict.NextWords;
import io.heed.predict.Sampling;
import io.heed.predict.Score;
import io.heed.predict.Scorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small model through DJL's Criteria and Predictor, against the same model read directly. */
class HeedModelZooTest {

    private static final List<String> TEXTS = List.of(
            "the", "the cat sat on the", "a bird , which saw the dog , sat on the mat . the cat slept on", "which saw");

    @TempDir
    private static Path folder;

    private static LanguageModel direct;

    @BeforeAll
    static void write() {
        try (LanguageModel model = TinyModels.words()) {
            ModelFolder.write(folder, model, "test");
        }
        direct = ModelFolder.read(folder, Device.cpu());
    }

    @AfterAll
    static void close() {
        direct.close();
    }

    private static <O> Criteria.Builder<String, O> criteria(Class<O> output) {
        return Criteria.builder()
                .setTypes(String.class, output)
                .optModelZoo(new HeedModelZoo(folder))
                .optDevice(Device.cpu());
    }

    /** The probabilities of the whole vocabulary, by one plain pass of the transformer. */
    private static double[] probabilities(String text) {
        long[] ids = direct.encode(text).last(TinyModels.CONTEXT).ids();
        try (NDManager reading = direct.newReading()) {
            float[] row = direct.read(reading, ids, null)
                    .get(0, ids.length - 1)
                    .softmax(0)
                    .toFloatArray();
            double[] probabilities = new double[row.length];
            for (int id = 0; id < row.length; id++) {
                probabilities[id] = row[id];
            }
            return probabilities;
        }
    }

    private static void assertRight(String text, NextWords words) {
        double[] expected = probabilities(text);
        assertThat(words.likeliest()).hasSize(expected.length);
        for (NextWord word : words.likeliest()) {
            assertThat(word.probability()).isEqualTo(expected[word.id()], within(1e-4));
        }
    }

    @Nested
    class NextWordsOfATextAre {

        @Test
        void those_of_the_transformer() throws Exception {
            try (ZooModel<String, NextWords> model = criteria(NextWords.class)
                            .optArgument("top", 1000)
                            .build()
                            .loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                for (String text : TEXTS) {
                    assertRight(text, predictor.predict(text));
                }
            }
        }

        @Test
        void returned_with_the_unknown_words() throws Exception {
            try (ZooModel<String, NextWords> model =
                            criteria(NextWords.class).build().loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                List<NextWords> words = predictor.batchPredict(List.of("the cat", "the zebra saw the Gnu, the zebra"));
                assertThat(words).extracting(NextWords::unknown).containsExactly(List.of(), List.of("zebra", "Gnu"));
            }
        }

        @Test
        void those_of_the_transformer_if_texts_of_different_lengths_are_read_together() throws Exception {
            try (ZooModel<String, NextWords> model = criteria(NextWords.class)
                            .optArgument("top", "1000")
                            .build()
                            .loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                List<NextWords> together = predictor.batchPredict(TEXTS);
                for (int i = 0; i < TEXTS.size(); i++) {
                    assertRight(TEXTS.get(i), together.get(i));
                }
                assertThat(predictor.batchPredict(List.of())).isEmpty();
            }
        }

        @Test
        void five_unless_another_number_is_given() throws Exception {
            try (ZooModel<String, NextWords> five =
                            criteria(NextWords.class).build().loadModel();
                    ZooModel<String, NextWords> two = criteria(NextWords.class)
                            .optArgument("top", 2)
                            .build()
                            .loadModel()) {
                assertThat(five.newPredictor().predict("the").likeliest()).hasSize(5);
                assertThat(two.newPredictor().predict("the").likeliest()).hasSize(2);
                assertThat(two.getProperty("top")).isEqualTo("2");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"bfloat16", "int8"})
        void almost_the_same_from_rounded_weights(String weights) throws Exception {
            try (ZooModel<String, NextWords> narrow = criteria(NextWords.class)
                            .optArgument("weights", weights)
                            .build()
                            .loadModel();
                    ZooModel<String, NextWords> usual =
                            criteria(NextWords.class).build().loadModel()) {
                double rounded =
                        narrow.newPredictor().predict("the").likeliest().get(0).probability();
                double exact =
                        usual.newPredictor().predict("the").likeliest().get(0).probability();
                assertThat(rounded).isNotEqualTo(exact).isCloseTo(exact, within(0.02));
            }
            assertThatThrownBy(() -> criteria(NextWords.class)
                            .optArgument("weights", "int3")
                            .build()
                            .loadModel())
                    .hasMessageContaining("argument weights: int3 is not one of auto, float32, bfloat16, int8");
        }

        @Test
        void the_same_from_eight_threads_whether_they_share_a_predictor_or_not() throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try (ZooModel<String, NextWords> model = criteria(NextWords.class)
                            .optArgument("top", 1000)
                            .build()
                            .loadModel();
                    Predictor<String, NextWords> shared = model.newPredictor()) {
                List<Callable<List<NextWords>>> readers = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    boolean own = thread % 2 == 0;
                    readers.add(() -> {
                        List<NextWords> last = List.of();
                        try (Predictor<String, NextWords> mine = model.newPredictor()) {
                            for (int i = 0; i < 10; i++) {
                                last = (own ? mine : shared).batchPredict(TEXTS);
                            }
                        }
                        return last;
                    });
                }
                for (Future<List<NextWords>> reader : threads.invokeAll(readers)) {
                    for (int i = 0; i < TEXTS.size(); i++) {
                        assertRight(TEXTS.get(i), reader.get().get(i));
                    }
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Nested
    class OtherUses {

        @Test
        void continue_texts() throws Exception {
            Sampling sampling = new Sampling(1.5, 9, .9, .01, 1.1, 7);
            List<Generated> expected;
            try (Generation generation = new Generation(
                    direct, TEXTS.stream().map(direct::encode).toList(), new GenerationSettings(6, sampling))) {
                expected = generation.run((row, piece, token) -> {});
            }
            try (ZooModel<String, Generated> model = criteria(Generated.class)
                            .optArgument("tokens", 6)
                            .optArgument("temperature", 1.5)
                            .optArgument("topK", 9)
                            .optArgument("topP", .9)
                            .optArgument("minP", .01)
                            .optArgument("repetitionPenalty", 1.1)
                            .optArgument("seed", 7)
                            .build()
                            .loadModel();
                    Predictor<String, Generated> predictor = model.newPredictor()) {
                assertThat(predictor.batchPredict(TEXTS))
                        .extracting(Generated::text)
                        .isEqualTo(expected.stream().map(Generated::text).toList());
            }
        }

        @Test
        void score_texts() throws Exception {
            try (ZooModel<String, Score> model = criteria(Score.class).build().loadModel();
                    Predictor<String, Score> predictor = model.newPredictor();
                    EngineThreads.Limit same = EngineThreads.during(1)) { // by which products differ in the last bit
                assertThat(predictor.predict(TEXTS.get(1)))
                        .isEqualTo(new Scorer(direct).score(direct.encode(TEXTS.get(1))));
                assertThat(predictor.batchPredict(TEXTS))
                        .isEqualTo(new Scorer(direct)
                                .score(TEXTS.stream().map(direct::encode).toList()));
            }
        }

        @Test
        void read_ids_with_a_custom_translator() throws Exception {
            try (ZooModel<String, NextWords> model =
                            criteria(NextWords.class).build().loadModel();
                    Predictor<long[], float[]> predictor = model.newPredictor(new LastLogits())) {
                assertThat(model.getBlock()).isInstanceOf(Transformer.class);
                assertThat(model.getModelPath()).isEqualTo(folder.toAbsolutePath());
                long[] ids = direct.encode("the cat").ids();
                try (NDManager reading = direct.newReading()) {
                    float[] expected = direct.read(reading, ids, null)
                            .get(0, ids.length - 1)
                            .toFloatArray();
                    assertThat(predictor.predict(ids)).containsExactly(expected, within(1e-4f));
                }
            }
        }
    }

    @Nested
    class ThreadsOfTheEngine {

        /** A list of one text that records the engine's number of threads when it is read. */
        private static final class Noting extends AbstractList<String> {
            private final Set<Integer> noted = new TreeSet<>();

            @Override
            public String get(int index) {
                noted.add(EngineThreads.count());
                return "the cat";
            }

            @Override
            public int size() {
                return 1;
            }
        }

        /** Predicts in a thread that otherwise has three engine threads; returns how many it had meanwhile and afterwards. */
        private static List<Integer> counts(Criteria.Builder<String, NextWords> criteria) throws Exception {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try (ZooModel<String, NextWords> model = criteria.build().loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                int own = EngineThreads.count();
                Future<List<Integer>> counts = thread.submit(() -> {
                    EngineThreads.limit(3);
                    Noting texts = new Noting();
                    predictor.batchPredict(texts);
                    List<Integer> all = new ArrayList<>(texts.noted);
                    all.add(EngineThreads.count());
                    return all;
                });
                List<Integer> all = counts.get();
                assertThat(EngineThreads.count())
                        .as("of a thread that did not predict")
                        .isEqualTo(own);
                return all;
            } finally {
                thread.shutdownNow();
            }
        }

        @Test
        void are_one_while_a_small_model_answers_in_any_thread_and_then_restored() throws Exception {
            assertThat(counts(criteria(NextWords.class))).containsExactly(1, 3);
        }

        @Test
        void are_as_many_as_set() throws Exception {
            assertThat(counts(criteria(NextWords.class).optArgument("engineThreads", 2)))
                    .containsExactly(2, 3);
            assertThat(counts(criteria(NextWords.class).optArgument("engineThreads", 0)))
                    .containsExactly(3, 3);
        }

        @Test
        void are_restored_after_a_text_that_is_refused() throws Exception {
            int own = EngineThreads.count();
            EngineThreads.limit(3);
            try (ZooModel<String, NextWords> model =
                            criteria(NextWords.class).build().loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                assertThatThrownBy(() -> predictor.predict("")).isInstanceOf(TranslateException.class);
                assertThat(EngineThreads.count()).isEqualTo(3);
            } finally {
                EngineThreads.limit(own);
            }
        }
    }

    private static final class LastLogits implements NoBatchifyTranslator<long[], float[]> {

        @Override
        public NDList processInput(TranslatorContext context, long[] ids) {
            return new NDList(context.getNDManager().create(new long[][] {ids}));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList list) {
            NDArray logits = list.head();
            return logits.get(0, logits.getShape().get(1) - 1).toFloatArray();
        }
    }

    @Nested
    class Closing {

        @Test
        void the_model_frees_weights_and_tokenizer() throws Exception {
            ZooModel<String, NextWords> model =
                    criteria(NextWords.class).build().loadModel();
            Transformer transformer = (Transformer) model.getBlock();
            Predictor<String, NextWords> predictor = model.newPredictor();
            model.close();
            assertThatThrownBy(() -> predictor.predict("the")).isInstanceOf(TranslateException.class);
            assertThatThrownBy(() -> transformer
                            .namedParameters()
                            .get("wte.weight")
                            .getArray()
                            .toFloatArray())
                    .hasMessageContaining("released");
        }

        @Test
        void a_predictor_leaves_the_model_open() throws Exception {
            try (ZooModel<String, NextWords> model =
                    criteria(NextWords.class).build().loadModel()) {
                model.newPredictor().close();
                assertThat(model.newPredictor().predict("the").likeliest()).hasSize(5);
            }
        }
    }

    @Nested
    class Refused {

        @Test
        void is_a_folder_that_is_not_a_model(@TempDir Path empty) throws Exception {
            Files.writeString(empty.resolve("model.safetensors"), "");
            for (Path wrong : List.of(empty, empty.resolve("none"))) {
                MalformedModelException failure = catchThrowableOfType(
                        MalformedModelException.class,
                        () -> criteria(NextWords.class)
                                .optModelZoo(new HeedModelZoo(wrong))
                                .build()
                                .loadModel());
                assertThat(failure).hasMessageContaining(wrong.toString()).hasMessageContaining("folder");
            }
        }

        @Test
        void is_a_type_without_a_translator() {
            assertThatThrownBy(() -> criteria(Integer.class).build().loadModel())
                    .isInstanceOf(ModelNotFoundException.class)
                    .cause()
                    .hasMessageContaining("java.lang.Integer")
                    .hasMessageContaining("NextWords");
        }

        @Test
        void is_an_argument_that_is_unknown_or_out_of_range() {
            assertRefused("topp", .5, "there is no argument topp; known arguments: engineThreads, top");
            assertRefused("top", 0, "argument top: 0 is not a whole number from 1 to 2147483647");
            assertRefused("top", "many", "argument top: many is not a whole number");
        }

        private static void assertRefused(String name, Object value, String message) {
            assertThatThrownBy(() -> criteria(NextWords.class)
                            .optArgument(name, value)
                            .build()
                            .loadModel())
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining(message);
        }

        @Test
        void is_a_missing_device() {
            assertThatThrownBy(() -> criteria(NextWords.class)
                            .optDevice(Device.gpu(99))
                            .build()
                            .loadModel())
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("gpu(99)");
        }

        @Test
        void is_a_predictor_on_a_different_device_from_the_model() throws Exception {
            try (ZooModel<String, NextWords> model =
                    criteria(NextWords.class).build().loadModel()) {
                Predictor<String, NextWords> predictor = model.newPredictor(Device.gpu());
                assertThatThrownBy(() -> predictor.predict("the"))
                        .isInstanceOf(TranslateException.class)
                        .hasMessageContaining("optDevice");
            }
        }

        @Test
        void is_an_empty_text_while_others_can_be_read() throws Exception {
            try (ZooModel<String, NextWords> model =
                            criteria(NextWords.class).build().loadModel();
                    Predictor<String, NextWords> predictor = model.newPredictor()) {
                assertThatThrownBy(() -> predictor.predict(""))
                        .isInstanceOf(TranslateException.class)
                        .hasMessageStartingWith("the text is empty");
                assertThat(predictor.predict("the cat").likeliest()).hasSize(5);
            }
        }
    }
}
