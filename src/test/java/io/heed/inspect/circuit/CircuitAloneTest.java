package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Circuits alone, with the means of texts for the rest of the model. */
class CircuitAloneTest {

    private static final int LONGEST = 8;

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("words", TinyModels.words()),
                Arguments.of("modern", TinyModels.modern()),
                Arguments.of("parallel", TinyModels.parallel()));
    }

    /** Random texts: 14 reach the first 5 positions, 3 the others. */
    private static List<long[]> texts(LanguageModel model, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, 14)
                .mapToObj(i -> random.longs(
                                i % 5 == 1 ? LONGEST : 5,
                                0,
                                model.transformer().config().vocabulary())
                        .toArray())
                .toList();
    }

    private static NodeMeans means(LanguageModel model, Graph graph, List<long[]> texts) {
        NodeMeans means = new NodeMeans(graph);
        try (NDManager reading = model.newReading()) {
            int[] lengths = texts.stream().mapToInt(text -> text.length).toArray();
            int longest = Arrays.stream(lengths).max().orElseThrow();
            long[][] padded =
                    texts.stream().map(text -> Arrays.copyOf(text, longest)).toArray(long[][]::new);
            model.read(reading, padded, means.of(lengths));
        }
        return means;
    }

    private static float[] logits(LanguageModel model, long[] ids, Trace trace) {
        try (NDManager reading = model.newReading()) {
            return model.read(reading, ids, trace).toFloatArray(); // (T·V)
        }
    }

    /** How many of some texts reach a position. */
    private static long reach(List<long[]> texts, int position) {
        return texts.stream().filter(text -> text.length > position).count();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void without_edges_only_the_position_matters_and_what_is_usual_there(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        List<long[]> texts = texts(model, 1);
        try (model) {
            NodeMeans means = means(model, graph, texts);
            assertThat(means.tokens()).isEqualTo(14 * 5 + 3 * 3);
            assertThat(means.positions()).isEqualTo(5);
            CircuitAlone nothing = new CircuitAlone(graph, new BitSet(), means);
            float[] one = logits(model, texts(model, 2).get(1), nothing.of(LONGEST));
            float[] other = logits(model, texts(model, 3).get(1), nothing.of(LONGEST));
            assertThat(one).containsExactly(other, offset(1e-4f));
            assertThat(one).containsExactly(byHand(model, texts), offset(1e-4f));
            assertThat(logits(model, texts(model, 2).get(1), new Trace()))
                    .isNotEqualTo(logits(model, texts(model, 3).get(1), new Trace()));
        }
    }

    /** The logits at each position, from the mean of what all parts add, and of what is added whatever the text. */
    private static float[] byHand(LanguageModel model, List<long[]> texts) {
        ModelConfig config = model.transformer().config();
        int width = config.width();
        double[] sums = new double[LONGEST * width];
        float[] always = new float[LONGEST * width];
        try (NDManager reading = model.newReading()) {
            for (long[] text : texts) {
                Trace trace = new Trace();
                model.read(reading, text, trace);
                NDArray added = trace.get(Step.TOKEN_EMBEDDING);
                for (int layer = 0; layer < config.layers(); layer++) {
                    added = added.add(trace.get(layer, Step.HEAD_CONTRIBUTION).sum(new int[] {1}))
                            .add(trace.get(layer, Step.FEED_FORWARD_OUTPUT));
                }
                float[] numbers = added.toFloatArray();
                for (int i = 0; i < numbers.length; i++) {
                    sums[i] += numbers[i];
                }
                float[] rest = trace.get(config.layers() - 1, Step.RESIDUAL_AFTER)
                        .sub(added)
                        .toFloatArray();
                System.arraycopy(rest, 0, always, 0, rest.length);
            }
            double[] overall = new double[width];
            int tokens = texts.stream().mapToInt(text -> text.length).sum();
            for (int i = 0; i < sums.length; i++) {
                overall[i % width] += sums[i] / tokens;
            }
            float[] stream = new float[LONGEST * width];
            for (int i = 0; i < stream.length; i++) {
                long count = reach(texts, i / width);
                stream[i] = (float) (always[i] + (count < 10 ? overall[i % width] : sums[i] / count));
            }
            return model.readResidual(reading.create(stream, new Shape(1, LONGEST, width)))
                    .toFloatArray();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void with_all_edges_the_model_is_whole(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        try (model) {
            CircuitAlone all = new CircuitAlone(graph, graph.all(), means(model, graph, texts(model, 1)));
            long[] text = texts(model, 2).get(1);
            assertThat(logits(model, text, all.of(LONGEST)))
                    .containsExactly(logits(model, text, new Trace()), offset(1e-5f));
        }
    }

    /** The same edges on the same texts, whose means are then those of corrupted texts. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void some_edges_do_what_they_do_among_pairs(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        Random random = new Random(7);
        int vocabulary = model.transformer().config().vocabulary();
        List<PromptPair> pairs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            long[] clean = random.longs(6, 0, vocabulary).toArray();
            long[] corrupted = random.longs(6, 0, vocabulary).toArray();
            pairs.add(new PromptPair("", "", clean, corrupted, new long[0], 0, 1));
        }
        List<BitSet> sets = random.longs(4)
                .mapToObj(seed -> {
                    BitSet set = new BitSet();
                    new Random(seed).ints(graph.size() / 2, 0, graph.size()).forEach(set::set);
                    return set;
                })
                .toList();
        try (model;
                PromptGroup group = new PromptGroup(model, graph, pairs, Baseline.MEAN)) {
            NodeMeans means = means(
                    model, graph, pairs.stream().map(PromptPair::corrupted).toList());
            group.answer(sets, (set, prompt, expected) -> {
                CircuitAlone alone = new CircuitAlone(graph, sets.get(set), means);
                float[] logits = logits(model, pairs.get(prompt).clean(), alone.of(6));
                assertThat(Arrays.copyOfRange(logits, 5 * vocabulary, 6 * vocabulary))
                        .containsExactly(expected, offset(1e-4f));
            });
        }
    }
}
