package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.files.PrintedLesson.Table;
import io.heed.inspect.lesson.Explanation;
import io.heed.inspect.lesson.Explanation.Choice;
import io.heed.inspect.lesson.ModelLesson;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.model.shape.RotaryScaling;
import io.heed.model.shape.SlidingWindow;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Works every step of a printed lesson out again, from nothing but the numbers that are printed before it. */
@ParameterizedClass
@ValueSource(
        strings = {
            "toy 1 0 12 4",
            "toy 0 2 5 4",
            "toy 1 3 0 2",
            "tiny 0 1 4 5",
            "tiny 1 2 3 3",
            "modern 1 3 4 5",
            "modern 0 0 2 4",
            "parallel 1 2 5 5",
            "parallel 0 1 3 3"
        })
class LessonNumbersTest {

    private static final LanguageModel TOY = ModelFolder.read(Path.of("models/toy"), Device.cpu());
    private static final Map<String, LanguageModel> MODELS = Map.of(
            "toy", TOY, "tiny", TinyModels.words(), "modern", TinyModels.modern(), "parallel", TinyModels.parallel());

    /** a·b, where either may stand in brackets. */
    private static final Pattern PAIR = Pattern.compile("\\(?(-?\\d+\\.\\d+)\\)?·\\(?(-?\\d+\\.\\d+)\\)?");

    private static final Map<String, PrintedLesson> PRINTED = new ConcurrentHashMap<>();

    @Parameter
    private String chosen;

    private ModelConfig config;
    private Recording recording;
    private Choice choice;
    private PrintedLesson lesson;
    private double unit;
    private double close;
    private int width;
    private int headWidth;

    @BeforeEach
    void print() {
        String[] words = chosen.split(" ", -1);
        LanguageModel model = Objects.requireNonNull(MODELS.get(words[0]));
        config = model.transformer().config();
        String text =
                words[0].equals("toy") ? "The cat, which knocked over the vase, sat on the" : "the dog , which saw";
        recording = Recording.of(model, text, model.encode(text));
        choice = Choice.of(recording, Integer.valueOf(words[1]), Integer.valueOf(words[2]), Integer.valueOf(words[3]));
        int digits = Integer.parseInt(words[4]);
        unit = Math.pow(10, -digits);
        close = .5 * unit + 1e-6; // half a unit, and what float32 rounds in sums of numbers around ten
        width = config.width();
        headWidth = config.headWidth();
        lesson = PRINTED.computeIfAbsent(
                chosen,
                name -> PrintedLesson.of(LessonMarkdown.of(
                        ModelLesson.of(new Explanation(model, recording, choice), digits, true), null)));
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(LanguageModel::close);
    }

    private void assertClose(double[] printed, double[] again) {
        assertThat(printed).hasSameSizeAs(again);
        for (int i = 0; i < again.length; i++) {
            assertThat(printed[i]).as("number " + i).isEqualTo(again[i], within(close));
        }
    }

    private void assertClose(double[] printed, float[] ofModel) {
        double[] numbers = new double[ofModel.length];
        Arrays.setAll(numbers, i -> ofModel[i]);
        assertClose(printed, numbers);
    }

    private PrintedLesson ofHead(String title) {
        return lesson.section("Layer %d, head %d: %s".formatted(choice.layer(), choice.head(), title));
    }

    private PrintedLesson ofLayer(String title) {
        return lesson.section("Layer %d: %s".formatted(choice.layer(), title));
    }

    /** x·W + b. */
    private static double[] times(double[] x, double[][] matrix, double[] bias) {
        double[] sums = bias.clone();
        for (int row = 0; row < x.length; row++) {
            for (int column = 0; column < sums.length; column++) {
                sums[column] += x[row] * matrix[row][column];
            }
        }
        return sums;
    }

    private static double[] sums(double[]... parts) {
        double[] sums = new double[parts[0].length];
        for (double[] part : parts) {
            Arrays.setAll(sums, i -> sums[i] + part[i]);
        }
        return sums;
    }

    private Table weights(String caption) {
        return lesson.section("The weights").table(caption);
    }

    @Test
    void the_embedding_is_x_where_positions_come_later() {
        assumeFalse(config.positions().ofTokens());
        Table table = lesson.section("Ids become vectors").table("The vector of");
        double[] x = table.column(table.headings().get(1));
        Arrays.setAll(x, c -> x[c] * config.embeddingScale());
        assertClose(table.column("x[c]"), x);
    }

    @Test
    void the_embedding_and_the_waves_make_x() {
        assumeTrue(config.positions().ofTokens());
        PrintedLesson section = lesson.section("positions are added");
        Table table = section.table("The vector of");
        int scale = Integer.parseInt(section.formulas("x[c]").get(0).replaceAll(".*·(\\d+) .*", "$1"));
        double[] token = table.column(table.headings().get(1));
        double[] place = table.column("P[%d, c]".formatted(choice.position()));
        double[] x = new double[width];
        for (int c = 0; c < width; c++) {
            double angle = choice.position() / Math.pow(10_000, (c - c % 2) / (double) width);
            assertThat(table.rows().get(c).get(2))
                    .isEqualTo("%s(%d/10000^(%d/%d))"
                            .formatted(c % 2 == 0 ? "sin" : "cos", choice.position(), c - c % 2, width));
            assertThat(place[c])
                    .isEqualTo(
                            c % 2 == 0 ? Math.sin(angle) : Math.cos(angle), within(unit / 1000 + 1e-7)); // as float32
            x[c] = token[c] * scale + place[c];
        }
        assertClose(table.column("x[c]"), x);
    }

    @Test
    void each_norm_follows_from_mean_and_variance() {
        assertNorm(ofLayer("the first norm"));
        assertNorm(ofLayer("the second norm"));
        assertNorm(lesson.section("The final norm"));
        if (config.attention().queryKeyNorm()) {
            assertNorm(ofHead("the norm of the query"));
            assertNorm(ofHead("the norm of the key"));
        }
    }

    private void assertNorm(PrintedLesson section) {
        if (config.norm().kind() == Norm.Kind.RMS) {
            assertNormByRoot(section);
            return;
        }
        Table table = section.table("The norm");
        double[] x = table.column("x");
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance = Arrays.stream(x)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();
        assertThat(section.result("mean")).isEqualTo(mean, within(unit * 1e-5));
        assertThat(section.result("variance")).isEqualTo(variance, within(unit * 1e-5));
        assertThat(section.result("σ")).isEqualTo(Math.sqrt(variance + 1e-5), within(unit * 1e-5));
        double[] weight = table.column("weight");
        double[] bias = table.column("bias");
        double[] again = new double[x.length];
        Arrays.setAll(again, c -> (x[c] - mean) / Math.sqrt(variance + 1e-5) * weight[c] + bias[c]);
        assertClose(table.column("÷ σ · weight + bias"), again);
    }

    private void assertNormByRoot(PrintedLesson section) {
        Table table = section.table("The norm");
        double[] x = table.column("x");
        double square = Arrays.stream(x).map(each -> each * each).average().orElseThrow();
        double root = Math.sqrt(square + 1e-6);
        assertThat(section.result("mean square")).isEqualTo(square, within(unit * 1e-5));
        assertThat(section.result("r =")).isEqualTo(root, within(unit * 1e-5));
        double[] weight = table.column("weight");
        double[] again = new double[x.length];
        Arrays.setAll(again, c -> x[c] / root * weight[c]);
        assertClose(table.column("÷ r · weight"), again);
    }

    private double[][] queriesAndKeys(String section, String q, String k) {
        PrintedLesson printed = ofHead(section);
        double[][] keys = printed.table(k).numbers(recording.length());
        double[][] all = Arrays.copyOf(keys, keys.length + 1);
        all[keys.length] = printed.table(q).flat();
        return all;
    }

    @Test
    void keys_are_normed_by_their_own_roots() {
        assumeTrue(config.attention().queryKeyNorm());
        double[][] keys = ofHead("queries, keys and values").table("k of every").numbers(recording.length());
        double[] weight = ofHead("the norm of the key").table("The norm").column("weight");
        double[][] normed = ofHead("the norm of the key").table("normed k").numbers(recording.length());
        for (int i = 0; i < keys.length; i++) {
            double[] x = keys[i];
            double root = Math.sqrt(
                    Arrays.stream(x).map(each -> each * each).average().orElseThrow() + 1e-6);
            double[] again = new double[x.length];
            Arrays.setAll(again, d -> x[d] / root * weight[d]);
            assertClose(normed[i], again);
        }
    }

    /** Each by its own position's angles, p·theta^(−2i/R), with linear scaling divided by the factor. */
    @Test
    void pairs_of_numbers_of_queries_and_keys_are_turned_by_their_positions() {
        assumeTrue(config.positions() instanceof Positions.Rotary);
        Positions.Rotary rotary = (Positions.Rotary) config.positions();
        String before = config.attention().queryKeyNorm() ? "the norm of the key" : "queries, keys and values";
        double[][] keys = ofHead(before)
                .table(config.attention().queryKeyNorm() ? "normed k" : "k of every")
                .numbers(recording.length());
        PrintedLesson section = ofHead("positions turn queries and keys");
        double[][] turnedKeys = section.table("turned k").numbers(recording.length());
        double[] turnedQuery = section.table("turned q").flat();
        Table table = section.table("q of");
        double[] speeds = table.column("f");
        int half = (int) (headWidth * rotary.fraction()) / 2;
        assertThat(speeds).hasSize(half);
        for (int i = 0; i < half; i++) {
            double speed = Math.pow(100, -1.0 * i / half) / (rotary.scaling() instanceof RotaryScaling.None ? 1 : 2);
            assertThat(speeds[i]).isEqualTo(speed, within(1e-7));
            double angle = choice.position() * speed;
            assertThat(table.column("p·f")[i]).isEqualTo(angle, within(1e-6));
            assertThat(table.column("cos")[i]).isEqualTo(Math.cos(angle), within(unit / 1000 + 1e-6));
            assertThat(table.column("sin")[i]).isEqualTo(Math.sin(angle), within(unit / 1000 + 1e-6));
            double[] turned = turned(table.column("a")[i], table.column("b")[i], angle);
            assertThat(table.column("a·cos − b·sin")[i]).isEqualTo(turned[0], within(close));
            assertThat(table.column("b·cos + a·sin")[i]).isEqualTo(turned[1], within(close));
            assertThat(turnedQuery[i]).isEqualTo(turned[0], within(close));
            assertThat(turnedQuery[i + half]).isEqualTo(turned[1], within(close));
            for (int p = 0; p < keys.length; p++) {
                double[] key = turned(keys[p][i], keys[p][i + half], p * speed);
                assertThat(turnedKeys[p][i]).isEqualTo(key[0], within(close));
                assertThat(turnedKeys[p][i + half]).isEqualTo(key[1], within(close));
            }
        }
        for (int p = 0; p < keys.length; p++) {
            for (int d = 2 * half; d < headWidth; d++) {
                assertThat(turnedKeys[p][d]).isEqualTo(keys[p][d]);
            }
        }
        assertThat(section.result("q[0], turned")).isEqualTo(turnedQuery[0], within(close));
    }

    private static double[] turned(double a, double b, double angle) {
        return new double[] {a * Math.cos(angle) - b * Math.sin(angle), b * Math.cos(angle) + a * Math.sin(angle)};
    }

    @Test
    void queries_keys_and_values_are_products_with_the_matrices() {
        PrintedLesson section = ofHead("queries, keys and values");
        double[][] y = weights("y of every token").numbers(recording.length());
        for (String part : List.of("q", "k", "v")) {
            Table matrix = weights("W for %s (".formatted(part));
            double[][] all = part.equals("q")
                    ? new double[][] {section.table("q of").flat()}
                    : section.table(part + " of every").numbers(recording.length());
            for (int i = 0; i < all.length; i++) {
                double[] from = y[part.equals("q") ? choice.position() : i];
                assertClose(all[i], times(from, matrix.numbers(width), matrix.row("bias")));
            }
        }
        assertClose(
                section.table("q of").flat(),
                recording
                        .get(choice.layer(), recording.has(Step.PROJECTED_QUERY) ? Step.PROJECTED_QUERY : Step.QUERY)
                        .at(choice.head(), choice.position())
                        .values());
    }

    @Test
    void one_number_of_q_k_and_v_is_written_out() {
        Table table = ofHead("queries, keys and values").table("The first number");
        double[] sums = table.row("sum + bias");
        double[] bias = table.row("bias");
        for (int part = 0; part < 3; part++) {
            double sum = bias[part];
            for (double[] row : table.numbers(width)) {
                assertThat(row[2 + 2 * part]).isEqualTo(row[0] * row[1 + 2 * part], within(unit / 1000));
                sum += row[0] * row[1 + 2 * part];
            }
            assertThat(sums[part]).isEqualTo(sum, within(close));
        }
    }

    @Test
    void each_dot_product_is_the_sum_of_its_terms() {
        PrintedLesson section = ofHead("QKᵀ, and divided by √d");
        double[][] all = config.positions().ofTokens()
                ? queriesAndKeys("queries, keys and values", "q of", "k of every")
                : queriesAndKeys("positions turn queries and keys", "turned q", "turned k");
        double[][] keys = Arrays.copyOf(all, recording.length());
        double[] q = all[recording.length()];
        List<String> formulas = section.formulas("q·k(");
        Table table = section.table("Scores");
        double[] products = table.column("q·k");
        double[] scores = table.column("q·k/√" + headWidth);
        assertThat(formulas).hasSize(recording.length());
        for (int key = 0; key < formulas.size(); key++) {
            List<MatchResult> pairs = PAIR.matcher(formulas.get(key)).results().toList();
            assertThat(pairs).hasSize(headWidth);
            double sum = 0;
            for (int d = 0; d < headWidth; d++) {
                double a = Double.parseDouble(pairs.get(d).group(1));
                double b = Double.parseDouble(pairs.get(d).group(2));
                assertThat(a).isEqualTo(q[d]);
                assertThat(b).isEqualTo(keys[key][d]);
                sum += a * b;
            }
            assertThat(formulas.get(key)).endsWith(" = " + table.rows().get(key).get(1));
            assertThat(products[key]).isEqualTo(sum, within(close));
            assertThat(scores[key]).isEqualTo(sum / Math.sqrt(headWidth), within(close));
        }
    }

    @Test
    void the_mask_hides_what_comes_later() {
        Table table = ofHead("the mask").table("Masked scores");
        double[] mask = table.column("mask");
        double[] scores = table.column("score");
        double[] masked = table.column("score + mask");
        assertThat(mask).hasSize(recording.length());
        for (int key = 0; key < mask.length; key++) {
            SlidingWindow window = config.attention().window();
            boolean past = window != null && window.isIn(choice.layer()) && key <= choice.position() - window.size();
            assertThat(mask[key]).isEqualTo(past || key > choice.position() ? Double.NEGATIVE_INFINITY : 0);
            assertThat(masked[key]).isEqualTo(scores[key] + mask[key], within(close));
        }
    }

    @Test
    void weights_are_powers_divided_by_their_sum() {
        assertSoftmax(ofHead("softmax").table("Weights"), "exp ÷ sum = weight", recording.length());
        Table next = lesson.section("the next word").table("The next word");
        assertSoftmax(next, "exp ÷ sum = probability", 5);
        float[][] weights = recording.weights(choice.layer(), choice.head());
        Table all = ofHead("softmax").table("All weights");
        double[][] printed = all.numbers(weights.length);
        for (int query = 0; query < weights.length; query++) {
            assertClose(printed[query], Arrays.copyOf(weights[query], query + 1));
        }
    }

    private void assertSoftmax(Table table, String result, int count) {
        double[] powers = table.rows().stream()
                .mapToDouble(row -> PrintedLesson.number(row.get(3)))
                .toArray();
        double sum = Arrays.stream(powers).limit(powers.length - 1).sum();
        assertThat(powers[powers.length - 1]).isEqualTo(sum, within(close));
        for (int i = 0; i < count; i++) {
            double score = PrintedLesson.number(table.rows().get(i).get(1));
            double highest =
                    Arrays.stream(table.column(table.headings().get(1))).max().orElseThrow();
            assertThat(powers[i]).isEqualTo(Math.exp(score - highest), within(unit / 1000));
            assertThat(table.column(result)[i]).isEqualTo(powers[i] / sum, within(close));
        }
    }

    @Test
    void the_heads_output_is_the_weighted_sum_of_the_values() {
        Table table = ofHead("the blend of the values").table("weight·v");
        double[][] values =
                ofHead("queries, keys and values").table("v of every").numbers(recording.length());
        double[][] products = table.numbers(values.length);
        double[] sum = new double[headWidth];
        for (int key = 0; key < values.length; key++) {
            double[] row = products[key];
            for (int d = 0; d < headWidth; d++) {
                assertThat(row[1 + d]).isEqualTo(row[0] * values[key][d], within(unit / 1000));
                sum[d] += row[1 + d];
            }
        }
        assertClose(table.row("sum = output"), sum);
        assertClose(
                table.row("sum = output"),
                recording
                        .get(choice.layer(), Step.HEAD_OUTPUT)
                        .at(choice.head(), choice.position())
                        .values());
    }

    @Test
    void the_heads_contributions_and_a_bias_make_attentions_output() {
        Table table = ofLayer("the heads are joined").table("What each head");
        double[][] rows = table.numbers(width);
        double[] sum = table.column("sum");
        double[] ofHead = table.column("head " + choice.head());
        String formula =
                ofLayer("the heads are joined").formulas("contribution[0]").get(0);
        double[] output = PAIR.matcher(formula)
                .results()
                .mapToDouble(pair -> Double.parseDouble(pair.group(1)))
                .toArray();
        assertClose(ofHead("the blend of the values").table("weight·v").row("sum = output"), output);
        double[] again = times(output, weights("W for the head's").numbers(headWidth), new double[width]);
        assertClose(ofHead, again);
        for (int c = 0; c < width; c++) {
            double heads = Arrays.stream(rows[c]).limit(rows[c].length - 1L).sum();
            assertThat(sum[c]).isEqualTo(heads, within(close));
        }
        assertThat(ofLayer("the heads are joined").result("contribution[0]")).isEqualTo(ofHead[0], within(close));
    }

    @Test
    void the_residual_stream_adds_up_and_goes_on() {
        Table middle = ofLayer("attention is added to the residual stream").table("The sum");
        Table after = ofLayer("the end of the layer").table("The sum");
        assertClose(middle.column("after"), sums(middle.column("before"), middle.column("added")));
        assertClose(after.column("after"), sums(after.column("before"), after.column("added")));
        assertClose(ofLayer("the first norm").table("The norm").column("x"), middle.column("before"));
        boolean parallel = config.residual() == Residual.PARALLEL;
        assertClose(
                ofLayer("the second norm").table("The norm").column("x"), middle.column(parallel ? "before" : "after"));
        assertClose(
                middle.column("added"),
                ofLayer("the heads are joined").table("What each head").column("sum"));
        assertClose(middle.column("after"), after.column("before"));
        assertClose(
                after.column("added"),
                ofLayer("out of the feed-forward network").table("All of").flat());
        assertClose(
                after.column("after"),
                recording
                        .get(choice.layer(), Step.RESIDUAL_AFTER)
                        .at(choice.position())
                        .values());
    }

    @Test
    void the_gate_is_a_product_that_multiplies_the_inner_numbers() {
        assumeTrue(config.feedForward().gated());
        PrintedLesson opens = ofLayer("into the feed-forward network, with a gate");
        Table all = opens.table("All inner numbers");
        double[] y = opens.table("Inner number").column("y");
        Table ofGate = weights("W for the gate");
        Table ofInner = weights("W for inner numbers");
        double[] gate = all.column("gate");
        double[] inner = all.column("inner");
        assertClose(gate, times(y, ofGate.numbers(width), ofGate.row("bias")));
        assertClose(inner, times(y, ofInner.numbers(width), ofInner.row("bias")));
        double[] active = new double[inner.length];
        Arrays.setAll(active, f -> inner[f] * gate[f] / (1 + Math.exp(-gate[f])));
        assertClose(all.column("active"), active);
        for (String table : List.of("Gate", "Inner number")) {
            double sum =
                    Arrays.stream(opens.table(table).column("y·W")).limit(width).sum();
            assertThat(opens.table(table).row("sum + bias")[0])
                    .isEqualTo(sum + opens.table(table).row("bias")[0], within(close));
        }
        assertCloses(inner.length);
    }

    private void assertCloses(int inner) {
        PrintedLesson closes = ofLayer("out of the feed-forward network");
        Table second = weights("W for the output");
        double[] carried = closes.table("Output number 0").column("active");
        double[] output = times(carried, second.numbers(inner), second.row("bias"));
        assertClose(closes.table("All of").flat(), output);
        assertThat(closes.table("Output number 0").row("sum + bias")[0]).isEqualTo(output[0], within(close));
    }

    @Test
    void the_feed_forward_network_is_two_products_and_an_activation() {
        assumeFalse(config.feedForward().gated());
        PrintedLesson opens = ofLayer("into the feed-forward network");
        Table all = opens.table("All inner numbers");
        Table first = weights("W for inner numbers");
        double[] inner = all.column("inner");
        double[] y = opens.table("Inner number").column("y");
        assertClose(inner, times(y, first.numbers(width), first.row("bias")));
        double[] active = new double[inner.length];
        Arrays.setAll(
                active,
                f -> inner[f]
                        / 2
                        * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (inner[f] + .044715 * Math.pow(inner[f], 3)))));
        assertClose(all.column("active"), active);

        assertCloses(inner.length);
        assertThat(opens.table("Inner number").row("sum + bias")[0])
                .isEqualTo(
                        Arrays.stream(opens.table("Inner number").column("y·W"))
                                        .limit(width)
                                        .sum()
                                + opens.table("Inner number").row("bias")[0],
                        within(close));
    }

    @Test
    void the_likeliest_words_logit_is_a_dot_product() {
        PrintedLesson section = lesson.section("compared with every word");
        Table table = section.table("The logit of");
        double sum = 0;
        for (double[] row : table.numbers(width)) {
            assertThat(row[2]).isEqualTo(row[0] * row[1], within(unit / 1000));
            sum += row[0] * row[1];
        }
        assertThat(table.row("sum")[0]).isEqualTo(sum, within(close));
        double[] highest = section.table("The highest logits").column("logit");
        assertThat(highest[0]).isEqualTo(table.row("sum")[0]);
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : recording.logits(choice.position())) {
            largest = Math.max(largest, logit);
        }
        assertThat(highest[0]).isEqualTo(largest, within(close));
    }
}
