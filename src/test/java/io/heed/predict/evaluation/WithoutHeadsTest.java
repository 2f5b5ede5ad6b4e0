package io.heed.predict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.model.Head;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.predict.ModelPart;
import io.heed.predict.NextWordPredictor;
import io.heed.predict.PartWords;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model without some heads, against passes in which the heads' outputs are set to zero one by one. */
class WithoutHeadsTest {

    /** Lines of different lengths, one of them longer than the context. */
    private static final List<String> LINES = List.of(
            "the dog saw the cat .",
            "a bird",
            "the bird sat on the mat . the dog , which saw a bird , slept on the rug .");

    private static final List<Head> HEADS = List.of(new Head(0, 3), new Head(1, 0), new Head(1, 2));

    @TempDir
    private Path folder;

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("words", TinyModels.words()),
                Arguments.of("modern", TinyModels.modern()),
                Arguments.of("parallel", TinyModels.parallel()));
    }

    /** ln P of each token after some others, with the outputs of the heads set to zero. */
    private static double[] byHand(LanguageModel model, long[] ids) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(EnumSet.noneOf(Step.class), (place, value) -> {
                NDArray changed = value;
                for (Head head : HEADS) {
                    if (place.isOf(Part.DECODER, Step.HEAD_OUTPUT) && place.layer() == head.layer()) {
                        changed = changed.duplicate();
                        changed.set(new NDIndex(":,{}", head.head()), 0);
                    }
                }
                return changed;
            });
            float[] logits =
                    model.read(reading, ids, trace).get(0, ids.length - 1).toFloatArray();
            double[] logs = new double[logits.length];
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            for (int id = 0; id < logs.length; id++) {
                logs[id] = logits[id] - Math.log(sum);
            }
            return logs;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void is_evaluated_as_each_token_alone(String name, LanguageModel model) throws IOException {
        Path file = Files.write(folder.resolve("text.txt"), LINES);
        ModelPart part = ModelPart.without(HEADS, model.transformer().config());
        int stride = 5;
        try (model;
                Evaluator evaluator = new Evaluator(model, part.traces(), DataFormat.LINES, stride)) {
            double nats = 0;
            int right = 0;
            int tokens = 0;
            for (String line : LINES) {
                long[] ids = model.tokenizer().encodeSentences(List.of(line)).get(0);
                for (int place = 1; place < ids.length; place++) {
                    int start = 0; // the first window that has the token
                    while (start + TinyModels.CONTEXT < place) {
                        start += stride;
                    }
                    double[] logs = byHand(model, Arrays.copyOfRange(ids, start, place));
                    double log = logs[(int) ids[place]];
                    nats -= log;
                    right += Arrays.stream(logs).noneMatch(other -> other > log) ? 1 : 0;
                    tokens++;
                }
            }
            EvaluationTotals found = evaluator.evaluate(file, bytes -> {});
            assertThat(found.tokens()).isEqualTo(tokens);
            assertThat(found.loss()).isCloseTo(nats / tokens, offset(1e-5));
            assertThat(found.accuracy()).isEqualTo((double) right / tokens);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void predicts_next_words_as_by_hand_beside_those_of_the_whole_model(String name, LanguageModel model) {
        try (model) {
            List<Encoded> texts = LINES.stream().map(model::encode).toList();
            NextWordPredictor whole = new NextWordPredictor(model);
            ModelPart part = ModelPart.without(HEADS, model.transformer().config());
            List<PartWords> compared = whole.compare(part, texts, 5);
            for (int i = 0; i < texts.size(); i++) {
                long[] ids = texts.get(i).last(TinyModels.CONTEXT).ids();
                double[] logs = byHand(model, ids);
                PartWords found = compared.get(i);
                assertThat(found.whole()).isEqualTo(whole.after(texts, 5).get(i));
                var all = whole.next(ids, logs.length).likeliest();
                for (PartWords.Word word : found.likeliest()) {
                    assertThat(word.probability()).isCloseTo(Math.exp(logs[word.id()]), offset(1e-5));
                    double usual = all.stream()
                            .filter(other -> other.id() == word.id())
                            .findFirst()
                            .orElseThrow()
                            .probability();
                    assertThat(word.whole()).isCloseTo(usual, offset(1e-5));
                }
                assertThat(found.likeliest().get(0).probability())
                        .isCloseTo(Math.exp(Arrays.stream(logs).max().orElseThrow()), offset(1e-5));
            }
        }
    }
}
