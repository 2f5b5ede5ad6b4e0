package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.files.AttentionFolder;
import io.heed.inspect.files.Dump;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.pictures.Style;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written of a translation, read back by other readers. */
class TranslationFilesTest {

    private static final String SOURCE = "the cat sat </script> \"on\"";

    @TempDir
    private Path folder;

    private Recording recording;
    private final List<Path> files = new ArrayList<>();

    @BeforeEach
    void write() {
        try (LanguageModel model = TinyModels.translator()) {
            Passage source = new Passage(SOURCE, model.encode(SOURCE));
            Passage passage = new Passage("a dog slept", model.encode("a dog slept"), source);
            recording = Recording.of(model, passage, Recording.ATTENTION);
            Set<DumpFormat> numbers = EnumSet.range(DumpFormat.NPZ, DumpFormat.CSV);
            files.addAll(new Dump(model, List.of(passage), EnumSet.allOf(Quantity.class), done -> {})
                    .write(folder, numbers));
            files.addAll(AttentionFolder.write(
                    folder, "tiny", recording, EnumSet.complementOf(EnumSet.copyOf(numbers)), Style.STANDARD));
        }
    }

    @Test
    void every_file_is_there() {
        int heads = 2 * 4;
        assertThat(files).hasSize(6 + 2 * 3 * (1 + heads)).allMatch(Files::isRegularFile);
        assertThat(folder.resolve("cross-sheet.svg")).exists();
        assertThat(folder.resolve("encoder-layer-1-head-3.png")).exists();
    }

    @Test
    void npz_and_safetensors_hold_the_same_arrays() throws Exception {
        Safetensors.StoredArray weights =
                Safetensors.read(folder.resolve("attention.safetensors")).get("cross_weights");
        assertThat(weights.shape())
                .containsExactly(
                        2, 4, recording.length(), recording.source().encoded().length());
        try (NDManager manager = NDManager.newBaseManager();
                InputStream in = Files.newInputStream(folder.resolve("attention.npz"))) {
            NDList arrays = NDList.decode(manager, in);
            assertThat(arrays).hasSize(6 + 3 * Recording.ATTENTION.size());
            float[] read = arrays.get("cross_weights").toFloatArray();
            assertThat(read).isEqualTo(weights.floats());
            float[] first = recording.get(Part.CROSS, 0, Step.WEIGHTS).values();
            assertThat(Arrays.copyOf(read, first.length)).isEqualTo(first);
            assertThat(arrays.get("source_ids").toLongArray())
                    .isEqualTo(recording.source().encoded().ids());
        }
    }

    @Test
    void json_and_csv_hold_the_weights_too() throws Exception {
        JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("attention.json")));
        assertThat(json.at("/source/text").asString()).isEqualTo(SOURCE);
        assertThat(json.at("/arrays/decoder_scores/0/0/0/1").isNull()).isTrue();
        float weight = recording.get(Part.CROSS, 1, Step.WEIGHTS).get(2, 1, 3);
        assertThat(json.at("/arrays/cross_weights/1/2/1/3").floatValue()).isEqualTo(weight, within(1e-7f));
        List<String> lines = Files.readAllLines(folder.resolve("attention.csv"));
        int source = recording.source().encoded().length();
        int target = recording.length();
        assertThat(lines).hasSize(1 + 8 * (source * source + target * source + target * (target + 1) / 2));
        assertThat(lines).anyMatch(line -> line.startsWith("cross,1,2,1,3,") && line.endsWith("," + weight));
    }

    @Test
    void no_text_ends_the_pages_data() throws Exception {
        String page = Files.readString(folder.resolve("attention.html"));
        assertThat(page).doesNotContain("sat </script>").contains("\\u003c/script>");
        assertThat(page.split("</script>", -1)).hasSize(3); // data and script
    }
}
