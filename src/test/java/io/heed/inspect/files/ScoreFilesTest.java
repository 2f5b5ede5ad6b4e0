package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.evidence.ScoreAttribution.Cell;
import io.heed.model.Trace.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scores are made of, read back from files: the terms of a cell sum to the score that stands in the same dump. */
class ScoreFilesTest {

    private static final String TEXT = "the dog , which saw a bird";
    private static final List<Cell> CELLS = List.of(new Cell(1, 2, 6, 2), new Cell(0, 3, 4, 4));

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() {
        try (LanguageModel model = TinyModels.words()) {
            write(model, new Passage(TEXT, model.encode(TEXT)), folder.resolve("text"), CELLS);
        }
        try (LanguageModel model = TinyModels.translator()) {
            Passage source = new Passage("the cat sat", model.encode("the cat sat"));
            List<Cell> cells = List.of(new Cell(Part.CROSS, 1, 2, 6, 2), new Cell(Part.ENCODER, 1, 2, 2, 3));
            write(model, new Passage(TEXT, model.encode(TEXT), source), folder.resolve("translation"), cells);
        }
    }

    private static void write(LanguageModel model, Passage passage, Path to, List<Cell> cells) {
        Recording recording = Recording.of(model, passage, ScoreAttribution.needed(model));
        List<ScoreAttribution> scores = cells.stream()
                .map(cell -> ScoreAttribution.of(model, recording, cell))
                .toList();
        new Dump(model, List.of(passage), Set.of(Quantity.ATTENTION), scores, done -> {})
                .write(to, EnumSet.of(DumpFormat.NPZ, DumpFormat.SAFETENSORS, DumpFormat.JSON));
        assertThat(ScoreTable.write(to, scores)).containsExactly(to.resolve("score_terms.csv"));
        assertThat(ScoreTable.write(to, List.of())).isEmpty();
    }

    private static double sum(float[] terms) {
        double sum = 0;
        for (float term : terms) {
            sum += term;
        }
        return sum;
    }

    /** The score of a cell in a dump's array (L,H,T,S). */
    private static float score(Safetensors.StoredArray scores, Cell cell) {
        long[] shape = scores.shape();
        long row = (cell.layer() * shape[1] + cell.head()) * shape[2] + cell.query();
        return scores.floats()[(int) (row * shape[3] + cell.key())];
    }

    @Test
    void in_arrays_stand_under_their_cells() throws IOException {
        var tensors = Safetensors.read(folder.resolve("text/attention.safetensors"));
        try (NDManager manager = NDManager.newBaseManager();
                InputStream in = Files.newInputStream(folder.resolve("text/attention.npz"))) {
            var arrays = NDList.decode(manager, in); // DJL's reader of NumPy's format, not ours
            for (Cell cell : CELLS) {
                String name = "score_terms/%d.%d/%d/%d".formatted(cell.layer(), cell.head(), cell.query(), cell.key());
                float[] terms = arrays.get(name).toFloatArray();
                long parts =
                        cell.layer() == 0 ? 4 : 10; // token, position and two biases; 4 heads, their bias, a network
                assertThat(tensors.get(name).shape()).containsExactly(parts, parts);
                assertThat(tensors.get(name).floats()).isEqualTo(terms);
                assertThat(sum(terms)).isEqualTo(score(tensors.get("unmasked_scores"), cell), within(1e-4));
            }
        }
    }

    @Test
    void in_json_are_as_the_schema_says() throws IOException {
        String json = Files.readString(folder.resolve("text/attention.json"));
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("docs/attention.schema.json")));
        assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
        assertThat(json).contains("\"score_terms/1.2/6/2\"");
        assertThat(schema.validate(json.replace("score_terms/1.2/6/2", "score_terms/1.2/6"), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void in_csv_have_a_line_for_each_pair_of_parts() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("text/score_terms.csv"));
        assertThat(lines.get(0)).isEqualTo("part,layer,head,query,key,query_token,key_token,query_part,key_part,term");
        assertThat(lines).hasSize(1 + 10 * 10 + 4 * 4);
        assertThat(lines.get(1)).startsWith("\"decoder\",1,2,6,2,\"a\",\"dog\",\"token\",\"token\",");
        assertThat(lines.get(1 + 3 * 10 + 7)).contains(",\"head 0.1\",\"feed-forward 0\",");
        var tensors = Safetensors.read(folder.resolve("text/attention.safetensors"));
        double sum = lines.subList(1, 101).stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
        assertThat(sum).isEqualTo(score(tensors.get("unmasked_scores"), CELLS.get(0)), within(1e-4));
    }

    @Test
    void of_a_translation_name_the_attention() throws IOException {
        var tensors = Safetensors.read(folder.resolve("translation/attention.safetensors"));
        float[] cross = tensors.get("cross_score_terms/1.2/6/2").floats();
        float[] encoder = tensors.get("encoder_score_terms/1.2/2/3").floats();
        assertThat(sum(cross))
                .isEqualTo(score(tensors.get("cross_unmasked_scores"), new Cell(1, 2, 6, 2)), within(1e-4));
        assertThat(sum(encoder))
                .isEqualTo(score(tensors.get("encoder_unmasked_scores"), new Cell(1, 2, 2, 3)), within(1e-4));
        assertThat(Files.readString(folder.resolve("translation/score_terms.csv")))
                .contains("\"cross\",1,2,6,2,\"a\",\"cat\",\"cross-attention head 0.3\",\"head 1.0\",");
    }
}
