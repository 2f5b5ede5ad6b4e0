package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Distribution;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence from models with grouped heads, rotary positions, gates, other norms and a parallel residual holds in whole passes. */
@ParameterizedClass
@ValueSource(strings = {"modern", "parallel"})
class ShapesEvidenceTest {

    private static final String TEXT = "the dog , which saw a bird , sat";

    @Parameter
    private String shape;

    private LanguageModel model = TinyModels.words();

    private LanguageModel open() {
        model.close();
        model = shape.equals("modern") ? TinyModels.modern() : TinyModels.parallel();
        return model;
    }

    @AfterEach
    void close() {
        model.close();
    }

    /** The logits of the last position in a pass that computes everything, with one head's output replaced. */
    private float[] replaced(Encoded text, int layer, int head, BinaryOperator<NDArray> instead) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(Set.of(), (where, value) -> {
                if (where.layer() == layer && where.step() == Step.HEAD_OUTPUT) {
                    NDArray output = value.get(new NDIndex(":,{}", head)); // (1,T,D)
                    NDArray zero = reading.create(0f);
                    value.set(
                            new NDIndex(":,{}", head),
                            instead.apply(output, zero).broadcast(output.getShape()));
                }
                return value;
            });
            return model.read(reading, text.ids(), trace)
                    .get(new NDIndex("0,{}", text.length() - 1))
                    .toFloatArray();
        }
    }

    @Test
    void ablating_a_head_is_what_a_whole_pass_gives_without_it() {
        Encoded encoded = open().encode(TEXT);
        int last = encoded.length() - 1;
        Recording recording = Recording.of(model, TEXT, encoded);
        double whole = new Distribution(recording.logits(last)).logProbability(3);
        List<HeadAblation> ablations = new Ablation(model, recording, last, 3).ofEachHead();
        assertThat(ablations).hasSize(2 * 4);
        for (HeadAblation ablation : ablations) {
            float[] zero = replaced(encoded, ablation.layer(), ablation.head(), (output, none) -> output.mul(none));
            float[] mean = replaced(
                    encoded, ablation.layer(), ablation.head(), (output, none) -> output.mean(new int[] {1}, true));
            assertThat(ablation.zero())
                    .isEqualTo(new Distribution(zero).logProbability(3) - whole, within(1e-4))
                    .isNotZero();
            assertThat(ablation.mean()).isEqualTo(new Distribution(mean).logProbability(3) - whole, within(1e-4));
        }
    }

    @Test
    void the_parts_of_a_logit_sum_to_it() {
        Encoded encoded = open().encode(TEXT);
        Recording recording = Recording.of(model, TEXT, encoded);
        for (int position = 0; position < encoded.length(); position++) {
            LogitAttribution attribution = LogitAttribution.of(model, recording, position, 5);
            double sum = attribution.parts().stream()
                    .mapToDouble(LogitAttribution.Part::logit)
                    .sum();
            assertThat(sum).isEqualTo(attribution.logit(), within(1e-4));
            assertThat(attribution.parts())
                    .extracting(LogitAttribution.Part::name)
                    .doesNotContain("position");
        }
    }

    @Test
    void patching_a_head_is_what_a_whole_pass_gives_that_reads_the_other_text_there() {
        Encoded clean = open().encode(TEXT);
        Encoded corrupted = model.encode("the bird , which saw a dog , slept");
        ActivationPatching patching = ActivationPatching.of(model, clean, corrupted);
        Recording recording = Recording.of(model, TEXT, clean);
        double way = patching.cleanDifference() - patching.corruptedDifference();
        for (int layer = 0; layer < 2; layer++) {
            for (int head = 0; head < 4; head++) {
                Tensor output = recording.get(layer, Step.HEAD_OUTPUT).at(head); // (T,D)
                float[] logits = replaced(
                        corrupted,
                        layer,
                        head,
                        (own, none) -> own.getManager()
                                .create(output.values(), new Shape(1, output.shape()[0], output.shape()[1])));
                double difference = (double) logits[patching.answer()] - logits[patching.other()];
                assertThat(patching.byHead()[layer][head])
                        .isEqualTo((difference - patching.corruptedDifference()) / way, within(1e-3));
            }
        }
        assertThat(patching.recovered()[0][1]).isNotZero(); // the first word that differs
    }

    @Test
    void the_lens_ends_in_what_the_model_predicts() {
        Encoded encoded = open().encode(TEXT);
        int last = encoded.length() - 1;
        Recording recording = Recording.of(model, TEXT, encoded);
        LensLayer end = LogitLens.of(model, recording, 1).get(2);
        int likeliest = Distribution.likeliest(recording.logits(last));
        assertThat(end.positions().get(last).get(0).token())
                .isEqualTo(model.tokenizer().vocabulary().token(likeliest));
        assertThat(end.positions().get(last).get(0).probability())
                .isEqualTo(new Distribution(recording.logits(last)).probability(likeliest), within(1e-5));
    }
}
