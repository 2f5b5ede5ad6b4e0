package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.Precision;
import io.heed.model.shape.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticChoiceTest {

    private static final Device CPU = Device.cpu();
    private static final Arithmetic ENGINE = new Arithmetic(false, false);
    private static final Arithmetic ONE_DNN = new Arithmetic(false, true);
    private static final Arithmetic BFLOAT16 = new Arithmetic(true, false);

    /** A run with so many steps that a trial pays. */
    private static final String LONG = "training.steps=100000000";

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private ArithmeticCache cache;

    @BeforeEach
    void write() throws IOException {
        tiny = new TinyRun(folder);
        cache = new ArithmeticCache(folder.resolve("cache").resolve("times.json"));
    }

    private ArithmeticChoice choose(Arithmetic kept, String... overrides) throws IOException {
        RunConfig config = tiny.config("tiny", overrides);
        return ArithmeticChoice.of(config, config.modelConfig(40), CPU, kept, cache);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 9.8, 9.9, float32", // hardly quicker than the usual
        "10, 9.6, 9.9, float32 by oneDNN",
        "10, 9.6, 4, bfloat16",
        "10, 12, 10, float32"
    })
    void the_quickest_is_chosen_and_the_usual_unless_another_is_clearly_quicker(
            double engine, double oneDnn, double bfloat16, String expected) {
        Map<String, Double> times = Map.of("float32", engine, "float32 by oneDNN", oneDnn, "bfloat16", bfloat16);
        ArithmeticChoice choice = ArithmeticChoice.quickest(List.of(ENGINE, ONE_DNN, BFLOAT16), times);
        assertThat(choice.arithmetic()).hasToString(expected);
        assertThat(choice.milliseconds()).isEqualTo(times);
    }

    @Test
    void a_trial_times_everything_once_and_what_it_found_is_remembered() throws IOException {
        ArithmeticChoice first = choose(null, LONG);
        List<Arithmetic> candidates = Arithmetic.candidates(Precision.AUTO, CPU);
        if (candidates.size() == 1) { // forced in the environment
            assertThat(first).isEqualTo(new ArithmeticChoice(candidates.get(0), Map.of()));
            return;
        }
        assertThat(first.milliseconds())
                .containsOnlyKeys(candidates.stream().map(Arithmetic::toString).toList());
        assertThat(first.milliseconds().values()).allMatch(time -> time >= 0);
        assertThat(choose(null, LONG)).isEqualTo(first);
        assertThat(Files.readString(cache.file())).contains("width 16").contains("8 rows of 32");
    }

    /** A file that claims absurd times is believed, whichever it calls the quickest. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void remembered_times_decide(boolean oneDnn) throws IOException {
        List<Arithmetic> candidates = Arithmetic.candidates(Precision.AUTO, CPU);
        Arithmetic wanted = new Arithmetic(false, oneDnn);
        if (candidates.size() == 1 || !candidates.contains(wanted)) {
            return; // forced in the environment
        }
        RunConfig config = tiny.config("tiny", LONG);
        String key = ArithmeticTrial.of(config, config.modelConfig(40), CPU, candidates.get(0))
                .key();
        Map<String, Double> times = new HashMap<>();
        candidates.forEach(each -> times.put(each.toString(), each.equals(wanted) ? 1e-9 : 1e9));
        cache.put("another machine", Map.of("float32", 1.0));
        cache.put(key, times);
        assertThat(choose(null, LONG)).isEqualTo(new ArithmeticChoice(wanted, times));
        assertThat(cache.find("another machine")).isEqualTo(Map.of("float32", 1.0));
    }

    @Test
    void a_damaged_file_is_replaced_and_an_unwritable_one_is_no_error() throws IOException {
        Files.createDirectories(cache.file().getParent());
        for (String odd :
                List.of("null", "{\"k\": null}", "{\"k\": {\"float32\": null}}", "{\"k\": {\"float32\": 0}}")) {
            Files.writeString(cache.file(), odd);
            assertThat(cache.find("k")).as(odd).isEmpty();
        }
        Files.writeString(cache.file(), "{\"times\": [1, 2");
        ArithmeticChoice choice = choose(null, LONG);
        assertThat(cache.find("nothing")).isEmpty();
        if (!choice.milliseconds().isEmpty()) {
            assertThat(Files.readString(cache.file())).endsWith("}\n");
        }
        Path taken = Files.writeString(folder.resolve("taken"), "");
        cache = new ArithmeticCache(taken.resolve("times.json"));
        assertThat(choose(null, LONG).milliseconds()).hasSameSizeAs(choice.milliseconds());
    }

    @Test
    void a_short_run_and_one_that_names_its_precision_are_not_measured() throws IOException {
        assertThat(choose(null)).isEqualTo(new ArithmeticChoice(Arithmetic.of(Precision.AUTO, CPU), Map.of()));
        assertThat(choose(null, LONG, "precision=float32"))
                .isEqualTo(new ArithmeticChoice(Arithmetic.of(Precision.FLOAT32, CPU), Map.of()));
        assertThat(choose(null, LONG, "precision=bfloat16"))
                .isEqualTo(new ArithmeticChoice(Arithmetic.of(Precision.BFLOAT16, CPU), Map.of()));
        assertThat(cache.file()).doesNotExist();
    }

    @Test
    void a_run_that_goes_on_is_not_measured() throws IOException {
        for (Arithmetic begun : List.of(ENGINE, ONE_DNN, BFLOAT16)) {
            assertThat(choose(begun, LONG))
                    .isEqualTo(new ArithmeticChoice(Arithmetic.resumed(begun, Precision.AUTO, CPU), Map.of()));
        }
        assertThat(cache.file()).doesNotExist();
    }

    /** Its cost for each of the head's tokens is a layer's share; a layer's matrices keep their size. */
    @Test
    void a_trial_is_one_layer_of_the_model_and_that_layers_share_of_the_head() throws IOException {
        RunConfig config =
                tiny.config("tiny", "model.layers=4", "model.width=64", "model.context=128", "training.batch=12");
        ModelConfig whole = config.modelConfig(1000);
        ArithmeticTrial trial = ArithmeticTrial.of(config, whole, CPU, ENGINE);
        assertThat(trial.shape())
                .isEqualTo(whole.toBuilder().layers(1).vocabulary(250).build());
        assertThat(trial.rows()).isEqualTo(3); // 12 rows of 128 positions are four parts
        double layers = 4 * (4 * 64 * 64 + 2 * 64 * 256);
        assertThat(ArithmeticTrial.operations(whole)).isEqualTo(6 * (layers + 64 * 1000));
    }

    @Test
    void a_large_models_trial_reads_fewer_positions() throws IOException {
        RunConfig config = tiny.config(
                "tiny",
                "model.layers=2",
                "model.width=768",
                "model.heads=12",
                "model.context=1024",
                "training.batch=4");
        ArithmeticTrial trial = ArithmeticTrial.of(config, config.modelConfig(500), CPU, ENGINE);
        assertThat(trial.rows()).isEqualTo(1);
        assertThat(trial.shape().context()).isEqualTo(256);
    }

    @Test
    void in_bfloat16_parts_are_larger() throws IOException {
        RunConfig config = tiny.config("tiny", "model.context=256", "training.batch=8");
        assertThat(BatchDivision.of(config, CPU, ENGINE).parts()).isEqualTo(4);
        assertThat(BatchDivision.of(config, CPU, BFLOAT16).parts()).isEqualTo(2);
        assertThat(BatchDivision.of(config, Device.gpu(), BFLOAT16).parts()).isEqualTo(1);
    }
}
