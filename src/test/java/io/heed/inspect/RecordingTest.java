package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.model.DeviceChoice;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each step of a recording follows from those before it. */
class RecordingTest {

    private static final String TEXT = "The cat , which knocked over the vase , sat on the";
    private static final float CLOSE = 1e-5f;

    private static final LanguageModel MODEL = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve());
    private final Recording recording = Recording.of(MODEL, TEXT, MODEL.encode(TEXT));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static void assertSum(Tensor sum, Tensor... parts) {
        float[] expected = new float[sum.values().length];
        for (Tensor part : parts) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] += part.values()[i];
            }
        }
        assertThat(sum.values()).containsExactly(expected, within(CLOSE));
    }

    @Test
    void the_residual_stream_is_the_sum_of_what_was_written_into_it() {
        Tensor stream = recording.get(0, Step.RESIDUAL_BEFORE);
        assertSum(stream, recording.get(Step.TOKEN_EMBEDDING), recording.get(Step.POSITION_EMBEDDING));
        for (int layer = 0; layer < recording.layers(); layer++) {
            Tensor middle = recording.get(layer, Step.RESIDUAL_MIDDLE);
            assertSum(recording.get(layer, Step.RESIDUAL_BEFORE), stream);
            assertSum(middle, stream, recording.get(layer, Step.ATTENTION_OUTPUT));
            stream = recording.get(layer, Step.RESIDUAL_AFTER);
            assertSum(stream, middle, recording.get(layer, Step.FEED_FORWARD_OUTPUT));
        }
    }

    @Test
    void a_heads_output_is_the_values_blended_by_its_weights() {
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                float[][] weights = recording.weights(layer, head);
                float[][] values = recording.get(layer, Step.VALUE).at(head).rows();
                float[][] output =
                        recording.get(layer, Step.HEAD_OUTPUT).at(head).rows();
                for (int query = 0; query < weights.length; query++) {
                    for (int d = 0; d < values[0].length; d++) {
                        float blend = 0;
                        for (int key = 0; key < weights.length; key++) {
                            blend += weights[query][key] * values[key][d];
                        }
                        assertThat(output[query][d]).isEqualTo(blend, within(CLOSE));
                    }
                }
            }
        }
    }

    @Test
    void the_heads_contributions_and_one_bias_make_attentions_output() {
        for (int layer = 0; layer < recording.layers(); layer++) {
            Tensor contributions = recording.get(layer, Step.HEAD_CONTRIBUTION);
            float[] bias = MODEL.transformer()
                    .namedParameters()
                    .get("h." + layer + ".attn.c_proj.bias")
                    .getArray()
                    .toFloatArray();
            for (int position = 0; position < recording.length(); position++) {
                float[] sum = bias.clone();
                for (int head = 0; head < recording.heads(); head++) {
                    for (int c = 0; c < sum.length; c++) {
                        sum[c] += contributions.get(head, position, c);
                    }
                }
                assertThat(recording
                                .get(layer, Step.ATTENTION_OUTPUT)
                                .at(position)
                                .values())
                        .containsExactly(sum, within(CLOSE));
            }
        }
    }

    @Test
    void a_step_that_was_not_asked_for_is_not_there() {
        Recording maps = Recording.of(MODEL, TEXT, MODEL.encode(TEXT), Recording.MAPS);
        assertThatThrownBy(() -> maps.get(0, Step.QUERY)).hasMessage("QUERY was not recorded");
    }

    @Test
    void a_pass_goes_on_with_what_an_intervention_gives() {
        try (NDManager reading = MODEL.newReading()) {
            Trace silenced = new Trace(
                    Set.of(Step.HEAD_OUTPUT, Step.ATTENTION_OUTPUT),
                    (place, value) ->
                            place.layer() == 1 && place.step() == Step.HEAD_OUTPUT ? value.zerosLike() : value);
            MODEL.read(reading, recording.encoded().ids(), silenced);
            float[] bias = MODEL.transformer()
                    .namedParameters()
                    .get("h.1.attn.c_proj.bias")
                    .getArray()
                    .toFloatArray();
            Tensor before = recording.get(0, Step.ATTENTION_OUTPUT);
            assertThat(silenced.get(0, Step.ATTENTION_OUTPUT).toFloatArray()).isEqualTo(before.values());
            float[] after = silenced.get(1, Step.ATTENTION_OUTPUT).toFloatArray();
            for (int i = 0; i < after.length; i++) {
                assertThat(after[i]).isEqualTo(bias[i % bias.length], within(CLOSE));
            }
        }
    }

    @Test
    void a_source_belongs_to_a_model_that_has_an_encoder() {
        try (LanguageModel alone = TinyModels.words();
                LanguageModel translator = TinyModels.translator()) {
            Passage plain = new Passage("the cat", alone.encode("the cat"));
            Passage translated = new Passage("the cat", plain.encoded(), plain);
            assertThatThrownBy(() -> Recording.of(alone, translated, Set.of(Step.WEIGHTS)))
                    .hasMessage("the model has no encoder, so a passage can have no source");
            assertThatThrownBy(() -> Recording.of(translator, plain, Set.of(Step.WEIGHTS)))
                    .hasMessage("the model translates, so a passage needs a source");
        }
    }
}
