package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.Transformer;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.RotaryScaling;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A transformer and its gradients are the same in every library and number format, within the precision of the format. */
class ArithmeticTest {

    private static final Arithmetic USUAL = new Arithmetic(false, false);
    private static final Arithmetic ONE_DNN = new Arithmetic(false, true);

    private static final int LAYERS = 2;

    /** Enough for products of 256 rows and more, where oneDNN is used: 4 × 70 of the text, 4 × 66 of the source. */
    private static final int ROWS = 4;

    private static final int COLUMNS = 70;
    private static final int SOURCE = 66;

    /** A transformer's results in all its ways of computing, and the gradient of each weight by name. */
    private static Map<String, float[]> computed(
            Activation activation, boolean biases, Architecture architecture, Arithmetic arithmetic) {
        Map<String, float[]> all = new LinkedHashMap<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Transformer transformer = transformer(manager, activation, biases, architecture, arithmetic);
            NDList inputs = new NDList(ids(manager, COLUMNS));
            if (transformer.config().translates()) {
                inputs.add(ids(manager, SOURCE));
                inputs.add(manager.create(new long[] {SOURCE, SOURCE - 9, SOURCE, 1}));
            }
            try (GradMode on = GradMode.on()) {
                learn(transformer, inputs, all);
            }
            try (GradMode off = GradMode.off()) {
                read(manager, transformer, inputs, all);
            }
        }
        return all;
    }

    private static void learn(Transformer transformer, NDList inputs, Map<String, float[]> all) {
        NDArray logits = forward(transformer, inputs, true, null);
        all.put("logits", logits.toFloatArray());
        NDList weights = new NDList();
        transformer.namedParameters().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                weights.add(parameter.getArray());
                all.put(name, new float[0]);
            }
        });
        NDList gradients = OptimizerKernels.load(inputs.head().getManager())
                .gradients(logits.square().sum(), weights);
        int next = 0;
        for (String name : List.copyOf(all.keySet()).subList(1, all.size())) {
            all.put(name, gradients.get(next++).toFloatArray());
        }
    }

    private static void read(NDManager manager, Transformer transformer, NDList inputs, Map<String, float[]> all) {
        all.put("without gradients", forward(transformer, inputs, false, null).toFloatArray());
        ParameterStore store = new ParameterStore(manager, false);
        try (KeyValueCache cache = new KeyValueCache(manager, transformer.config(), new int[ROWS])) {
            if (transformer.config().translates()) {
                transformer.readSource(store, inputs.get(1), inputs.get(2), cache);
            }
            for (String columns : new String[] {":-1", "-1:"}) { // 4 × 69 rows, and 4 more
                NDList some = new NDList(inputs.get(0).get(new NDIndex(":, " + columns)));
                NDArray last = transformer
                        .forward(store, some, false, cache.asParams())
                        .head();
                all.put("with a cache, " + columns, last.toFloatArray());
            }
        }
        if (!transformer.config().translates()) {
            Trace trace = new Trace();
            forward(transformer, inputs, false, trace);
            for (Trace.Step step : List.of(Trace.Step.RESIDUAL_BEFORE, Trace.Step.RESIDUAL_MIDDLE)) {
                NDArray x = trace.get(1, step);
                all.put(
                        "from " + step,
                        transformer.resume(store, x, 1, step, false).toFloatArray());
            }
        }
    }

    private static NDArray forward(Transformer transformer, NDList inputs, boolean training, Trace trace) {
        ParameterStore store = new ParameterStore(inputs.head().getManager(), false);
        return transformer
                .forward(store, inputs, training, trace == null ? null : trace.asParams())
                .head();
    }

    private static Transformer transformer(
            NDManager manager,
            Activation activation,
            boolean biases,
            Architecture architecture,
            Arithmetic arithmetic) {
        ModelConfig config = ModelConfig.builder(6, COLUMNS, 8, LAYERS)
                .attention(new Attention(2, biases))
                .feedForward(new FeedForward(32, activation, biases))
                .norm(new Norm(1e-5, biases))
                .positions(new Positions.Learned())
                .architecture(architecture)
                .build();
        return initialized(manager, config, arithmetic);
    }

    private static Transformer initialized(NDManager manager, ModelConfig config, Arithmetic arithmetic) {
        Transformer transformer = new Transformer(config, manager, arithmetic, NumberFormat.FLOAT32);
        transformer.initialize(manager, name -> (owner, shape, type) -> {
            RandomGenerator random = Seeds.random(3, name, 0);
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() / 2;
            }
            return owner.create(values, shape);
        });
        return transformer;
    }

    private static NDArray ids(NDManager manager, int columns) {
        long[] ids = new long[ROWS * columns];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 7L % 11 % 6;
        }
        return manager.create(ids, new Shape(ROWS, columns));
    }

    /** The distance between two results is a small share of their norm. */
    private static void assertAlike(Map<String, float[]> actual, Map<String, float[]> expected, double share) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] found = actual.get(name);
            assertThat(found).as(name).hasSameSizeAs(values);
            double distance = 0;
            double length = 0;
            for (int i = 0; i < values.length; i++) {
                distance += Math.pow(found[i] - values[i], 2);
                length += Math.pow(values[i], 2);
            }
            assertThat(length).as(name).isPositive().isFinite();
            assertThat(Math.sqrt(distance / length)).as(name).isLessThan(share);
        });
    }

    /** Another process, so that oneDNN can be made to report what it computes. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            computed(
                    Activation.GELU,
                    true,
                    Architecture.valueOf(arguments[0]),
                    new Arithmetic(false, Boolean.parseBoolean(arguments[1])));
        }
    }

    /** The matrix products that oneDNN computes in another process, with the number of each kind. */
    private static Map<String, Integer> products(Architecture architecture, Arithmetic arithmetic) throws Exception {
        ProcessBuilder other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                architecture.name(),
                String.valueOf(arithmetic.oneDnn()));
        other.environment().put("ONEDNN_VERBOSE", "1");
        Process program = other.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
        assertThat(said).contains("onednn_verbose");
        Map<String, Integer> products = new TreeMap<>();
        said.lines()
                .filter(line -> line.matches("onednn_verbose.*,exec,.*,(inner_product|matmul),.*"))
                .map(line -> line.contains(",forward_") ? "forward" : line.replaceFirst(".*,(backward_\\w+),.*", "$1"))
                .forEach(kind -> products.merge(kind, 1, Integer::sum));
        return products;
    }

    /**
     * Each layer has four projections and two more for cross-attention, each encoder layer four, each decoder layer one more for the
     * source's keys and values; the head is one. All take part in one pass with gradients, forward and back, and in one without. With a
     * cache, and from a residual stream on, the head has only {@link #ROWS} rows, so it is left out.
     */
    @Test
    @EnabledOnOs(architectures = {"amd64", "x86_64"})
    void one_dnn_computes_every_product_of_256_rows_if_chosen_and_none_otherwise() throws Exception {
        int decoder = 4 * LAYERS;
        int rest = 4 + 2; // of one layer, and of one from its middle
        assertThat(products(Architecture.DECODER_ONLY, ONE_DNN))
                .isEqualTo(Map.of(
                        "forward", 2 * (decoder + 1) + decoder + rest,
                        "backward_data", decoder + 1,
                        "backward_weights", decoder + 1));
        int both = (4 + 1 + 4 + 2) * LAYERS;
        assertThat(products(Architecture.ENCODER_DECODER, ONE_DNN))
                .isEqualTo(Map.of(
                        "forward", 2 * (both + 1) + both,
                        "backward_data", both + 1,
                        "backward_weights", both + 1));
        assertThat(products(Architecture.DECODER_ONLY, USUAL)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GELU, true, DECODER_ONLY",
        "GELU_NEW, true, DECODER_ONLY",
        "RELU, false, DECODER_ONLY",
        "GELU_NEW, false, ENCODER_DECODER",
        "RELU, true, ENCODER_DECODER"
    })
    @EnabledOnOs(architectures = {"amd64", "x86_64"})
    void one_dnn_gives_the_same_as_the_engines_default(
            Activation activation, boolean biases, Architecture architecture) {
        assertAlike(
                computed(activation, biases, architecture, ONE_DNN),
                computed(activation, biases, architecture, USUAL),
                1e-4);
    }

    @ParameterizedTest
    @EnumSource
    void bfloat16_is_close_to_float32_but_not_equal(Architecture architecture) {
        Map<String, float[]> exact = computed(Activation.GELU, true, architecture, USUAL);
        Map<String, float[]> rounded = computed(Activation.GELU, true, architecture, new Arithmetic(true, false));
        assertAlike(rounded, exact, 0.15);
        assertThat(rounded.get("logits")).isNotEqualTo(exact.get("logits"));
    }

    /** Gradients are recorded as in training, where attention in bfloat16 is not one fused operation. */
    @Test
    void in_bfloat16_training_sees_no_later_position() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradMode on = GradMode.on()) {
            Transformer transformer =
                    transformer(manager, Activation.GELU, true, Architecture.DECODER_ONLY, new Arithmetic(true, false));
            NDArray ids = ids(manager, COLUMNS);
            NDArray before = forward(transformer, new NDList(ids), true, null);
            NDArray changed = ids.stopGradient().duplicate();
            int last = COLUMNS - 1;
            changed.set(
                    new NDIndex(":, " + last),
                    changed.get(new NDIndex(":, " + last)).add(1).mod(6));
            NDArray after = forward(transformer, new NDList(changed), true, null);
            NDIndex earlier = new NDIndex(":, :" + last);
            assertThat(after.get(earlier).toFloatArray())
                    .isEqualTo(before.get(earlier).toFloatArray());
            assertThat(after.toFloatArray()).isNotEqualTo(before.toFloatArray());
        }
    }

    /** Norms and angles are float32, so queries and keys would be too. */
    @Test
    void in_bfloat16_a_cache_gives_the_same_with_rotary_positions_and_query_key_norm() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradMode off = GradMode.off()) {
            ModelConfig config = ModelConfig.builder(6, COLUMNS, 8, LAYERS)
                    .attention(new Attention(2, false).withQueryKeyNorm(true))
                    .positions(new Positions.Rotary(100, 1, new RotaryScaling.None()))
                    .build();
            Transformer transformer = initialized(manager, config, new Arithmetic(true, false));
            NDArray ids = ids(manager, COLUMNS);
            NDArray all = forward(transformer, new NDList(ids), false, null).get(new NDIndex(":, -1"));
            ParameterStore store = new ParameterStore(manager, false);
            try (KeyValueCache cache = new KeyValueCache(manager, config, new int[ROWS])) {
                NDArray last = all;
                for (String columns : new String[] {":60", "60:-1", "-1:"}) {
                    NDList some = new NDList(ids.get(new NDIndex(":, " + columns)));
                    last = transformer
                            .forward(store, some, false, cache.asParams())
                            .head();
                }
                assertThat(last.toFloatArray()).containsExactly(all.toFloatArray(), within(0.15f));
            }
        }
    }

    private static Arithmetic resumed(Arithmetic begun, Precision precision, Map<String, String> environment) {
        return Arithmetic.resumed(begun, precision, Device.cpu(), environment);
    }

    @Test
    void a_run_goes_on_as_it_began_unless_its_precision_is_named_or_the_environment_forces_another() {
        Arithmetic bfloat16 = new Arithmetic(true, false);
        for (Arithmetic begun : List.of(USUAL, ONE_DNN, bfloat16)) {
            assertThat(resumed(begun, Precision.AUTO, Map.of())).isEqualTo(begun);
            assertThat(resumed(begun, Precision.BFLOAT16, Map.of())).isEqualTo(bfloat16);
            assertThat(resumed(begun, Precision.AUTO, Map.of("HEED_BFLOAT16", "on")))
                    .isEqualTo(bfloat16);
            assertThat(resumed(begun, Precision.AUTO, Map.of("HEED_BFLOAT16", "off", "HEED_ONE_DNN", "on")))
                    .isEqualTo(ONE_DNN);
        }
        assertThat(resumed(USUAL, Precision.FLOAT32, Map.of())).isEqualTo(USUAL);
        assertThat(resumed(ONE_DNN, Precision.FLOAT32, Map.of())).isEqualTo(ONE_DNN);
        assertThat(resumed(bfloat16, Precision.FLOAT32, Map.of())).isEqualTo(of(Precision.FLOAT32, Map.of()));
        assertThat(Arithmetic.resumed(ONE_DNN, Precision.AUTO, Device.gpu(), Map.of()))
                .isEqualTo(USUAL);
    }

    private static List<Arithmetic> candidates(Precision precision, boolean bfloat16, Map<String, String> environment) {
        return Arithmetic.candidates(precision, Device.cpu(), new Processor("any", false, bfloat16), environment);
    }

    @Test
    void what_may_be_quickest_depends_on_the_processor_and_on_what_is_forced() {
        Arithmetic bfloat16 = new Arithmetic(true, false);
        assertThat(candidates(Precision.AUTO, false, Map.of())).containsExactlyInAnyOrder(USUAL, ONE_DNN);
        assertThat(candidates(Precision.AUTO, true, Map.of())).containsExactlyInAnyOrder(USUAL, ONE_DNN, bfloat16);
        assertThat(candidates(Precision.AUTO, true, Map.of("HEED_ONE_DNN", "on")))
                .containsExactly(ONE_DNN, bfloat16);
        assertThat(candidates(Precision.AUTO, true, Map.of("HEED_BFLOAT16", "off")))
                .containsExactlyInAnyOrder(USUAL, ONE_DNN);
        assertThat(candidates(Precision.AUTO, true, Map.of("HEED_BFLOAT16", "on")))
                .containsExactly(bfloat16);
        assertThat(candidates(Precision.AUTO, true, Map.of("HEED_BFLOAT16", "off", "HEED_ONE_DNN", "off")))
                .containsExactly(USUAL);
        assertThat(candidates(Precision.FLOAT32, true, Map.of())).hasSize(1);
        assertThat(candidates(Precision.BFLOAT16, true, Map.of())).containsExactly(bfloat16);
    }

    private static Arithmetic of(Precision precision, Map<String, String> environment) {
        return Arithmetic.of(precision, Device.cpu(), environment);
    }

    @Test
    void a_cpu_uses_float32_unless_bfloat16_is_asked_for() {
        assertThat(of(Precision.AUTO, Map.of()).bfloat16()).isFalse();
        assertThat(of(Precision.FLOAT32, Map.of()).bfloat16()).isFalse();
        assertThat(of(Precision.BFLOAT16, Map.of())).isEqualTo(new Arithmetic(true, false));
    }

    @Test
    void the_environment_forces_each_on_and_off() {
        assertThat(of(Precision.FLOAT32, Map.of("HEED_ONE_DNN", "on"))).isEqualTo(new Arithmetic(false, true));
        assertThat(of(Precision.FLOAT32, Map.of("HEED_ONE_DNN", "off"))).isEqualTo(new Arithmetic(false, false));
        assertThat(of(Precision.FLOAT32, Map.of("HEED_BFLOAT16", "on"))).isEqualTo(new Arithmetic(true, false));
        assertThat(of(Precision.BFLOAT16, Map.of("HEED_BFLOAT16", "off", "HEED_ONE_DNN", "on")))
                .isEqualTo(new Arithmetic(false, true));
    }

    @Test
    void another_value_in_the_environment_is_refused() {
        assertThatThrownBy(() -> of(Precision.FLOAT32, Map.of("HEED_ONE_DNN", "1")))
                .isInstanceOf(HeedException.class)
                .hasMessage("the environment variable HEED_ONE_DNN is \"1\"; set it to on or off, or leave it out");
    }
}
