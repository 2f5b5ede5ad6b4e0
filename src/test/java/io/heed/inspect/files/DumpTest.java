package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.AttentionFlow;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Maps;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.Rollout;
import io.heed.model.DeviceChoice;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files of numbers say what the model computed, to the last bit. */
class DumpTest {

    private static final List<String> TEXTS =
            List.of("the cat sat on the mat .", "the dog , which liked the \"cat\" , sat", "the cat");

    private static final LanguageModel MODEL = ModelFolder.read(Path.of("models/toy"), DeviceChoice.CPU.resolve());

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static List<Passage> passages(List<String> texts) {
        return texts.stream().map(text -> new Passage(text, MODEL.encode(text))).toList();
    }

    private void dump(List<String> texts, Set<Quantity> parts, DumpFormat... formats) {
        new Dump(MODEL, passages(texts), parts, count -> {}).write(folder, EnumSet.copyOf(Arrays.asList(formats)));
    }

    /** What a recording has of a step, the layers one after the other. */
    private static float[] expected(Recording recording, Step step) {
        if (!step.inLayers()) {
            return recording.get(step).values();
        }
        int size = recording.get(0, step).values().length;
        float[] all = new float[size * recording.layers()];
        for (int layer = 0; layer < recording.layers(); layer++) {
            System.arraycopy(recording.get(layer, step).values(), 0, all, layer * size, size);
        }
        return all;
    }

    @Test
    void of_one_text_have_every_step_under_its_name_in_both_formats_of_arrays() throws IOException {
        dump(TEXTS.subList(0, 1), EnumSet.allOf(Quantity.class), DumpFormat.NPZ, DumpFormat.SAFETENSORS);
        Recording recording = Recording.of(MODEL, TEXTS.get(0), MODEL.encode(TEXTS.get(0)));
        Map<String, Safetensors.StoredArray> tensors = Safetensors.read(folder.resolve("attention.safetensors"));
        try (NDManager manager = NDManager.newBaseManager();
                InputStream in = Files.newInputStream(folder.resolve("attention.npz"))) {
            NDList arrays = NDList.decode(manager, in); // DJL's reader of NumPy's format, not ours
            assertThat(arrays).hasSameSizeAs(tensors.keySet());
            for (Step step : Step.of(MODEL.transformer().config())) {
                String name = step.name().toLowerCase(Locale.ROOT);
                NDArray array = arrays.get(name);
                assertThat(array.toFloatArray()).as(name).isEqualTo(expected(recording, step));
                assertThat(tensors.get(name).floats()).as(name).isEqualTo(array.toFloatArray());
                assertThat(tensors.get(name).shape())
                        .as(name)
                        .isEqualTo(array.getShape().getShape());
            }
            assertThat(arrays.get("ids").toLongArray())
                    .isEqualTo(recording.encoded().ids());
        }
    }

    @Test
    void say_before_they_are_written_how_many_numbers_they_hold() throws IOException {
        List<Passage> all = passages(TEXTS);
        Dump dump = new Dump(MODEL, all, EnumSet.allOf(Quantity.class), done -> {});
        dump.write(folder, EnumSet.of(DumpFormat.SAFETENSORS));
        long numbers = Safetensors.read(folder.resolve("attention.safetensors")).entrySet().stream()
                .filter(entry -> entry.getKey().contains("/")) // the others are the model's weights
                .mapToLong(entry -> Arrays.stream(entry.getValue().shape()).reduce(1, (a, b) -> a * b))
                .sum();
        assertThat(dump.numbers()).isEqualTo(numbers);
    }

    @Test
    void have_the_likeness_of_heads_where_it_is_quick_and_the_flow_only_where_it_is_asked_for() {
        assertThat(Quantity.usual(8, 12)).isEqualTo(EnumSet.complementOf(EnumSet.of(Quantity.FLOW)));
        assertThat(Quantity.usual(144, 512)) // (144·512)²/4 logarithms: 1.4e9
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Quantity.FLOW, Quantity.HEAD_SIMILARITY)));
    }

    @Test
    void of_several_texts_are_numbered() {
        dump(TEXTS, Set.of(Quantity.ATTENTION), DumpFormat.SAFETENSORS, DumpFormat.JSON);
        Map<String, Safetensors.StoredArray> tensors = Safetensors.read(folder.resolve("attention.safetensors"));
        for (int i = 0; i < TEXTS.size(); i++) {
            Recording recording = Recording.of(MODEL, TEXTS.get(i), MODEL.encode(TEXTS.get(i)));
            assertThat(tensors.get(i + "/weights").floats()).isEqualTo(expected(recording, Step.WEIGHTS));
        }
        JsonNode root = JsonMapper.shared().readTree(folder.resolve("attention.json"));
        assertThat(root.path("texts")).hasSize(TEXTS.size());
        assertThat(root.path("texts").get(1).path("text").asString()).isEqualTo(TEXTS.get(1));
    }

    @Test
    void in_json_have_numbers_that_read_back_the_same_and_null_for_hidden_scores() {
        dump(TEXTS.subList(0, 1), Set.of(Quantity.ATTENTION), DumpFormat.JSON);
        Recording recording = Recording.of(MODEL, TEXTS.get(0), MODEL.encode(TEXTS.get(0)));
        JsonNode arrays = JsonMapper.shared()
                .readTree(folder.resolve("attention.json"))
                .path("texts")
                .get(0)
                .path("arrays");
        for (int query = 0; query < recording.length(); query++) {
            for (int key = 0; key < recording.length(); key++) {
                JsonNode weight =
                        arrays.path("weights").get(1).get(0).get(query).get(key);
                JsonNode score = arrays.path("scores").get(1).get(0).get(query).get(key);
                assertThat(Float.parseFloat(weight.toString()))
                        .isEqualTo(recording.weights(1, 0)[query][key]);
                assertThat(score.isNull()).isEqualTo(key > query);
            }
        }
    }

    @Test
    void in_json_are_as_the_schema_says() throws IOException {
        dump(TEXTS, EnumSet.allOf(Quantity.class), DumpFormat.JSON);
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("docs/attention.schema.json")));
        String json = Files.readString(folder.resolve("attention.json"));
        assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
        assertThat(schema.validate(json.replaceFirst("\"weights\"", "\"wieghts\""), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void in_csv_have_a_line_for_each_pair_that_may_be_read() throws IOException {
        dump(TEXTS, Set.of(Quantity.ATTENTION), DumpFormat.CSV);
        List<String> lines = Files.readAllLines(folder.resolve("attention.csv"));
        assertThat(lines.get(0)).isEqualTo("text,layer,head,query,key,query_token,key_token,score,weight");
        int pairs = passages(TEXTS).stream()
                .mapToInt(passage -> passage.encoded().length())
                .map(length -> length * (length + 1) / 2)
                .sum();
        assertThat(lines).hasSize(1 + 2 * 4 * pairs);
        Recording first = Recording.of(MODEL, TEXTS.get(0), MODEL.encode(TEXTS.get(0)));
        assertThat(lines.get(2)).startsWith("0,0,0,1,0,\"the\",\"[BOS]\",");
        assertThat(lines.get(2)).endsWith("," + first.weights(0, 0)[1][0]);
    }

    @Test
    void of_other_shapes_have_their_own_steps_and_leave_out_what_a_window_hides() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("docs/attention.schema.json")));
        for (LanguageModel each : List.of(TinyModels.modern(), TinyModels.parallel())) {
            try (LanguageModel model = each) {
                Passage passage = new Passage("the dog sat", model.encode("the dog , which saw a bird"));
                Dump dump = new Dump(model, List.of(passage), EnumSet.allOf(Quantity.class), done -> {});
                dump.write(folder, EnumSet.of(DumpFormat.JSON, DumpFormat.NPZ, DumpFormat.CSV));
                String json = Files.readString(folder.resolve("attention.json"));
                assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
                boolean gated = model.transformer().config().feedForward().gated();
                assertThat(json.contains("feed_forward_gate")).isEqualTo(gated);
                assertThat(json.contains("normed_key")).isEqualTo(gated);
                assertThat(json).contains("projected_key").doesNotContain("position_embedding");
                int length = passage.encoded().length();
                int pairs = length * (length + 1) / 2;
                int inWindow = 3 * length - 3; // a window of three in the second layer: 1 + 2 + 3 + 3 + …
                assertThat(lines("attention.csv"))
                        .hasSize(1 + 4 * (pairs + (gated ? pairs : inWindow)))
                        .noneMatch(line -> line.contains("Infinity"));
            }
        }
    }

    @Test
    void in_csv_have_a_file_for_each_measure_of_other_places() throws IOException {
        dump(TEXTS, EnumSet.allOf(Quantity.class), DumpFormat.CSV);
        Recording second = Recording.of(MODEL, TEXTS.get(1), MODEL.encode(TEXTS.get(1)));
        int pairs = passages(TEXTS).stream()
                .mapToInt(passage -> passage.encoded().length())
                .map(length -> length * (length + 1) / 2)
                .sum();
        assertThat(lines("attention.csv").get(0)).endsWith(",score,weight,value_weighted");
        assertThat(lines("rollout.csv"))
                .hasSize(1 + 2 * pairs)
                .startsWith("text,layer,query,key,query_token,key_token,rollout")
                .contains("1,1,2,1,\"dog\",\"the\"," + (float) Rollout.of(second)[1][2][1]);
        assertThat(lines("flow.csv"))
                .hasSize(1 + pairs)
                .startsWith("text,query,key,query_token,key_token,flow")
                .contains("1,2,1,\"dog\",\"the\"," + (float) AttentionFlow.of(second)[2][1]);
        assertThat(lines("head_similarity.csv"))
                .hasSize(1 + TEXTS.size() * 8 * 8)
                .startsWith("text,layer,head,other_layer,other_head,head_similarity")
                .contains("1,0,3,1,2," + (float) HeadSimilarity.of(second).matrix()[3][6]); // 0·4 + 3 and 1·4 + 2
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    @Test
    void have_the_measures_of_a_text_in_every_format() throws IOException {
        Set<Quantity> measures = EnumSet.range(Quantity.ROLLOUT, Quantity.HEAD_SIMILARITY);
        dump(TEXTS.subList(1, 2), measures, DumpFormat.NPZ, DumpFormat.SAFETENSORS, DumpFormat.JSON);
        Map<String, Safetensors.StoredArray> tensors = Safetensors.read(folder.resolve("attention.safetensors"));
        int length = MODEL.encode(TEXTS.get(1)).length();
        assertThat(tensors.get("rollout").shape()).containsExactly(2, length, length);
        assertThat(tensors.get("flow").shape()).containsExactly(length, length);
        assertThat(tensors.get("value_weighted").shape()).containsExactly(2, 4, length, length);
        assertThat(tensors.get("head_similarity").shape()).containsExactly(2, 4, 2, 4);
        Recording recording = Recording.of(MODEL, TEXTS.get(1), MODEL.encode(TEXTS.get(1)));
        double[][] similarity = HeadSimilarity.of(recording).matrix();
        JsonNode arrays = JsonMapper.shared()
                .readTree(folder.resolve("attention.json"))
                .path("texts")
                .get(0)
                .path("arrays");
        assertThat(arrays.propertyNames())
                .containsExactlyInAnyOrder("rollout", "flow", "value_weighted", "head_similarity");
        assertThat(arrays.path("head_similarity").get(0).get(3).get(1).get(2).asDouble())
                .isEqualTo((float) similarity[3][6], within(1e-7));
        try (NDManager manager = NDManager.newBaseManager();
                InputStream in = Files.newInputStream(folder.resolve("attention.npz"))) {
            NDList npz = NDList.decode(manager, in);
            for (String name : List.of("rollout", "flow", "value_weighted", "head_similarity", "output_projection")) {
                assertThat(npz.get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(tensors.get(name).floats());
            }
        }
    }

    @Test
    void of_a_text_that_is_too_long_for_the_flow_are_not_begun() {
        Encoded text = MODEL.encode("the cat sat");
        long[] ids = new long[500];
        Passage passage = new Passage(
                "", new Encoded(ids, text.tokens(), text.spans(), List.of())); // its length is what is looked at
        Dump dump = new Dump(MODEL, List.of(passage), EnumSet.allOf(Quantity.class), read -> {});
        assertThatThrownBy(() -> dump.write(folder, EnumSet.of(DumpFormat.NPZ)))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("at most 291 tokens");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void in_csv_double_the_quotes_of_a_token() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DumpedArrays dump = new DumpedArrays(MODEL, List.of(), Set.of(Quantity.ATTENTION), List.of());
        CsvTable pairs = CsvTable.of(dump).get(0);
        CsvSink csv = new CsvSink(out, pairs, dump);
        csv.add(Maps.of(List.of("say", "\"a,b\""), Maps.diagonal(2)), List.of());
        csv.finish();
        assertThat(out.toString(UTF_8)).contains("0,0,0,1,0,\"\"\"a,b\"\"\",\"say\",0.0,0.0\r\n");
    }

    @Test
    void are_the_same_bytes_each_time() throws IOException {
        Set<Quantity> parts = EnumSet.allOf(Quantity.class);
        DumpFormat[] formats =
                Arrays.stream(DumpFormat.values()).filter(DumpFormat::ofNumbers).toArray(DumpFormat[]::new);
        dump(TEXTS, parts, formats);
        Map<DumpFormat, byte[]> first = new EnumMap<>(DumpFormat.class);
        for (DumpFormat format : formats) {
            first.put(format, Files.readAllBytes(folder.resolve("attention." + format)));
        }
        dump(TEXTS, parts, formats);
        for (DumpFormat format : formats) {
            byte[] again = Files.readAllBytes(folder.resolve("attention." + format));
            assertThat(Arrays.equals(again, first.get(format)))
                    .as(format.toString())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NPZ", "SAFETENSORS", "JSON", "CSV"})
    void on_a_full_disk_end_in_a_sentence(DumpFormat format) throws IOException {
        Configuration small = Configuration.unix().toBuilder()
                .setBlockSize(1024)
                .setMaxSize(8 * 1024)
                .build();
        try (FileSystem disk = Jimfs.newFileSystem(small)) {
            Path full = Files.createDirectory(disk.getPath("/full"));
            Dump dump = new Dump(MODEL, passages(TEXTS), Set.of(Quantity.ATTENTION), count -> {});
            assertThatThrownBy(() -> dump.write(full, EnumSet.of(format)))
                    .isInstanceOf(HeedException.class)
                    .hasMessageMatching("cannot write /full/attention\\.\\w+: .*; choose a folder that can be written");
            assertThat(full).isEmptyDirectory();
        }
    }

    @Test
    void leave_nothing_half_written_behind() throws IOException {
        Dump failing = new Dump(MODEL, passages(TEXTS), EnumSet.allOf(Quantity.class), count -> {
            throw new HeedException("stopped");
        });
        assertThatThrownBy(() -> failing.write(
                        folder, EnumSet.of(DumpFormat.NPZ, DumpFormat.SAFETENSORS, DumpFormat.JSON, DumpFormat.CSV)))
                .isInstanceOf(HeedException.class)
                .hasMessage("stopped");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
