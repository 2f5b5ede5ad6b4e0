package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.checkpoint.JsonFile;
import io.heed.model.shape.RotaryScaling;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The factors of Llama 3's scaling; those of two models are what the formula in llama.cpp's convert_hf_to_gguf.py gives in float32. */
class RotaryFactorsTest {

    private static final double THETA = 500_000;

    @TempDir
    private Path folder;

    /** Ones, the factors of the pairs between, and for the other pairs the slowest. */
    private static float[] factors(int pairs, int quick, float slow, float... between) {
        float[] factors = new float[pairs];
        for (int i = 0; i < pairs; i++) {
            factors[i] = i < quick ? 1 : i < quick + between.length ? between[i - quick] : slow;
        }
        return factors;
    }

    /** Of Llama 3.2 1B: heads of 64. */
    private static float[] small() {
        return factors(32, 15, 32, 1.6513293f, 3.2922628f, 9.666731f);
    }

    /** Of Llama 3.1 8B: heads of 128. */
    private static float[] large() {
        return factors(64, 29, 8, 1.2074839f, 1.5534146f, 2.026313f, 2.69453f, 3.6842532f, 5.257327f);
    }

    @Test
    void the_factors_of_known_models_are_those_of_their_scaling() {
        RotaryScaling.Llama3 ofSmall = new RotaryScaling.Llama3(32, 1, 4, 8192);
        RotaryScaling.Llama3 ofLarge = new RotaryScaling.Llama3(8, 1, 4, 8192);
        assertThat(RotaryFactors.of(ofSmall, THETA, 64)).containsExactly(small(), within(1e-5f));
        assertThat(RotaryFactors.of(ofLarge, THETA, 128)).containsExactly(large(), within(1e-5f));
        assertThat(RotaryFactors.scaling(small(), THETA)).contains(ofSmall);
        assertThat(RotaryFactors.scaling(large(), THETA)).contains(ofLarge);
    }

    @Test
    void any_scaling_of_which_some_pair_is_slow_is_found_again_or_one_with_the_same_factors() {
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            int head = 2 * (2 + random.nextInt(63));
            double theta = Math.pow(10, 2 + random.nextInt(5));
            int context = 1
                    + random.nextInt(
                            (int) Math.pow(theta, 1 - 2.0 / head)); // less than the slowest pair takes for a turn
            RotaryScaling.Llama3 given = new RotaryScaling.Llama3(2 + random.nextInt(30), 1, 4, context);
            float[] factors = RotaryFactors.of(given, theta, head);
            RotaryScaling found = RotaryFactors.scaling(factors, theta)
                    .orElseThrow(() -> new AssertionError(given + ", head " + head));
            assertThat(RotaryFactors.of(found, theta, head))
                    .as("%s, head %d, theta %s", given, head, theta)
                    .containsExactly(factors, within(1e-4f));
        }
    }

    @Test
    void a_scaling_with_other_bounds_is_found_as_a_multiple_of_it() {
        float[] factors = RotaryFactors.of(new RotaryScaling.Llama3(8, 2, 10, 16384), THETA, 128);
        assertThat(RotaryFactors.scaling(factors, THETA)).contains(new RotaryScaling.Llama3(8, 1, 5, 8192));
    }

    @Test
    void ones_are_no_scaling_and_other_factors_none_of_llama3() {
        assertThat(RotaryFactors.scaling(factors(32, 32, 1), THETA)).contains(new RotaryScaling.None());
        float[] changed = small();
        changed[16] *= 1.001f;
        assertThat(RotaryFactors.scaling(changed, THETA)).isEmpty();
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0, -1, 0.5f, 33}) {
            changed = small();
            changed[20] = wrong;
            assertThat(RotaryFactors.scaling(changed, THETA)).as("%s", wrong).isEmpty();
        }
    }

    /** The fixture's model with this tensor, and with heads of 4. */
    private Path file(float... factors) {
        GgufFile whole = GgufFile.open(Path.of("src/test/resources/fixtures/gguf/models/llama.gguf"));
        List<GgufWriter.NewTensor> tensors = new ArrayList<>();
        tensors.add(new GgufWriter.NewTensor(
                RotaryFactors.TENSOR,
                TensorType.F32,
                new long[] {factors.length},
                (from, out) -> put(factors, from, out)));
        Path file = folder.resolve("model.gguf");
        try (TensorReader reader = new TensorReader(whole.file())) {
            for (GgufTensor tensor : whole.tensors().values()) {
                tensors.add(new GgufWriter.NewTensor(
                        tensor.name(), TensorType.F32, tensor.shape(), (from, out) -> reader.read(tensor, from, out)));
            }
            GgufWriter.write(file, whole.metadata().values(), tensors);
        }
        return file;
    }

    private static void put(float[] factors, long from, ByteBuffer out) {
        for (int i = (int) from; out.hasRemaining(); i++) {
            out.putFloat(factors[i]);
        }
    }

    @Test
    void a_file_with_the_tensor_becomes_a_folder_with_the_scaling() {
        double speed = Math.pow(5000, -0.5); // of the fixture's second pair
        RotaryScaling.Llama3 given = new RotaryScaling.Llama3(8, 1, 4, 512);
        float second = (float) (speed / given.frequency(speed, 1, 5000, 4));
        new GgufImport(file(1, second)).write(folder.resolve("made"), "");
        JsonNode scaling = JsonFile.small(folder.resolve("made/config.json")).path("rope_scaling");
        // the file has no pair that is slow, so that its factor is the slowest
        assertThat(scaling.path("rope_type").asString()).isEqualTo("llama3");
        assertThat(scaling.path("factor").floatValue()).isEqualTo(second);
    }

    @Test
    void a_tensor_of_another_shape_or_with_other_factors_is_named() {
        Path file = file(1, 2, 3);
        assertThatThrownBy(() -> new GgufImport(file))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s: the tensor rope_freqs.weight has shape [3] where the keys make it [2]", file);
        Path other = file(2, 1);
        assertThatThrownBy(() -> new GgufImport(other))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "%s: the factors in rope_freqs.weight are not those of a llama3 scaling, and Heed reads no others",
                        other);
    }
}
