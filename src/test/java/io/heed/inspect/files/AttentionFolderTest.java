package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.files.AttentionFolder.Format;
import io.heed.text.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of attention maps, read back by other programs' rules. */
class AttentionFolderTest {

    private static final String TEXT = "The cat sat on the zebra";
    private static final int LAYERS = 2;
    private static final int HEADS = 4;
    private static final int LENGTH = 7; // [BOS] and six words

    @TempDir
    private static Path folder;

    private static Recording maps;
    private static List<Path> files;

    @BeforeAll
    static void write() {
        try (LanguageModel model = TinyModels.words()) {
            Encoded encoded = model.encode(TEXT);
            maps = Recording.of(model, TEXT, encoded, Recording.MAPS);
            files = AttentionFolder.write(folder, maps, EnumSet.allOf(Format.class));
        }
    }

    @Test
    void every_file_that_is_told_is_there_and_no_other() throws IOException {
        assertThat(files)
                .hasSize(3 + 2 * (1 + LAYERS * HEADS) + 1)
                .allSatisfy(file -> assertThat(file).isNotEmptyFile());
        try (var all = Files.list(folder)) {
            assertThat(all).containsExactlyInAnyOrderElementsOf(files);
        }
    }

    @Nested
    class TheNumpyArchive {

        private final NDManager manager = NDManager.newBaseManager();
        private final NDList arrays = read();

        private NDList read() {
            try {
                return NDList.decode(manager, Files.readAllBytes(folder.resolve("attention.npz")));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private float[] floats(String name) {
            NDArray array = arrays.get(name);
            assertThat(array.getShape().getShape()).containsExactly(LAYERS, HEADS, LENGTH, LENGTH);
            return array.toFloatArray();
        }

        @Test
        void has_the_ids() {
            assertThat(arrays.get("ids").toLongArray())
                    .isEqualTo(maps.encoded().ids())
                    .hasSize(LENGTH);
        }

        @Test
        void has_weights_that_sum_to_one_and_are_zero_above_the_diagonal() {
            float[] weights = floats("weights");
            for (int row = 0; row < LAYERS * HEADS * LENGTH; row++) {
                double sum = 0;
                for (int key = 0; key < LENGTH; key++) {
                    float weight = weights[row * LENGTH + key];
                    sum += weight;
                    if (key > row % LENGTH) {
                        assertThat(weight).isZero();
                    } else {
                        assertThat(weight).isBetween(0f, 1f);
                    }
                }
                assertThat(sum).isEqualTo(1, within(1e-6));
            }
        }

        @Test
        void has_weights_that_are_the_softmax_of_the_scores() {
            float[] weights = floats("weights");
            float[] scores = floats("scores");
            for (int row = 0; row < weights.length; row += LENGTH) {
                double sum = 0;
                for (int key = 0; key < LENGTH; key++) {
                    sum += Math.exp(scores[row + key]);
                }
                for (int key = 0; key < LENGTH; key++) {
                    assertThat(weights[row + key])
                            .isEqualTo((float) (Math.exp(scores[row + key]) / sum), within(1e-6f));
                }
            }
        }

        @Test
        void has_scores_of_minus_infinity_where_a_key_is_hidden_and_unmasked_ones_below() {
            float[] scores = floats("scores");
            float[] unmasked = floats("unmasked_scores");
            for (int i = 0; i < scores.length; i++) {
                boolean hidden = i % LENGTH > i / LENGTH % LENGTH;
                assertThat(scores[i]).isEqualTo(hidden ? Float.NEGATIVE_INFINITY : unmasked[i]);
                assertThat(unmasked[i]).isFinite();
            }
        }
    }

    @Nested
    class TheJson {

        private final JsonNode root = JsonMapper.shared().readTree(folder.resolve("attention.json"));

        @Test
        void has_the_text_and_where_each_token_stands_in_it() {
            assertThat(root.path("text").asString()).isEqualTo(TEXT);
            assertThat(root.path("tokens")).hasSize(LENGTH);
            for (JsonNode token : root.path("tokens")) {
                String part = TEXT.substring(
                        token.path("start").asInt(), token.path("end").asInt());
                String spelled = token.path("token").asString();
                assertThat(part.toLowerCase(Locale.ROOT))
                        .isEqualTo(spelled.equals("[BOS]") ? "" : spelled.equals("[UNK]") ? "zebra" : spelled);
            }
        }

        @Test
        void has_the_same_float32_numbers_and_null_for_hidden_scores() {
            assertThat(root.path("attention")).hasSize(LAYERS * HEADS);
            for (JsonNode node : root.path("attention")) {
                int layer = node.path("layer").asInt();
                int head = node.path("head").asInt();
                assertSame(node.path("weights"), maps.weights(layer, head));
                assertSame(node.path("scores"), maps.scores(layer, head));
                assertSame(node.path("unmasked_scores"), maps.unmaskedScores(layer, head));
            }
        }

        private static void assertSame(JsonNode rows, float[][] expected) {
            assertThat(rows).hasSize(expected.length);
            for (int query = 0; query < expected.length; query++) {
                assertThat(rows.get(query)).hasSize(expected.length);
                for (int key = 0; key < expected.length; key++) {
                    JsonNode number = rows.get(query).get(key);
                    if (number.isNull()) {
                        assertThat(expected[query][key]).isEqualTo(Float.NEGATIVE_INFINITY);
                    } else {
                        assertThat(Float.parseFloat(number.toString())).isEqualTo(expected[query][key]);
                    }
                }
            }
        }
    }
}
