package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Input;
import io.heed.inspect.circuit.graph.Node;
import io.heed.inspect.circuit.graph.Port;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Place;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Residual;
import io.heed.text.ContrastPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each edge taken away, compared with what happens if its contribution is exchanged by hand in the stream that its input reads. */
class EdgesTest {

    private static final String CLEAN = "the cat sat on the mat . the";
    private static final String CORRUPTED = "the dog sat on a mat . the";

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("words", TinyModels.words()),
                Arguments.of("modern", TinyModels.modern()),
                Arguments.of("parallel", TinyModels.parallel()),
                Arguments.of("translator", TinyModels.translator()));
    }

    private static PromptPair pair(LanguageModel model) {
        return PromptPair.of(model, "here", new ContrastPair(CLEAN, CORRUPTED, "the dog", "cat", "rug"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void all_edges_answer_as_the_clean_text_and_none_as_the_corrupted(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        PromptPair pair = pair(model);
        try (model;
                PairedPrompts prompts = new PairedPrompts(
                        model, graph, List.of(pair), Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
            double[][] measured = prompts.measure(List.of(graph.all(), new BitSet()));
            assertThat(measured[0][0]).isCloseTo(difference(model, pair, pair.clean(), null), offset(1e-5));
            assertThat(measured[1][0]).isCloseTo(difference(model, pair, pair.corrupted(), null), offset(1e-5));
            assertThat(prompts.clean()[0]).isCloseTo(measured[0][0], offset(1e-5));
            assertThat(prompts.corrupted()[0]).isCloseTo(measured[1][0], offset(1e-5));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void each_edge_does_what_it_does_by_hand(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        PromptPair pair = pair(model);
        try (model;
                NDManager reading = model.newReading();
                PairedPrompts prompts = new PairedPrompts(
                        model, graph, List.of(pair), Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
            Trace clean = record(model, reading, pair, pair.clean(), null);
            Trace corrupted = record(model, reading, pair, pair.corrupted(), null);
            double whole = difference(model, pair, pair.clean(), null);
            boolean any = false;
            for (int edge = 0; edge < graph.size(); edge++) {
                BitSet without = graph.all();
                without.clear(edge);
                double measured = prompts.measure(List.of(without))[0][0];
                double byHand =
                        byHand(model, reading, pair, graph.edges().get(edge), new Exchanged(clean, corrupted, -1));
                assertThat(measured)
                        .as("without %s", graph.edges().get(edge))
                        .isCloseTo(byHand, offset(1e-5 * Math.max(1, Math.abs(whole))));
                any |= Math.abs(byHand - whole) > 0.1;
            }
            assertThat(any).as("some edge matters").isTrue();
        }
    }

    /** The edge from the words to the logits alone, while everything else is the mean over the other texts of two pairs. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void the_words_among_means_do_what_they_do_by_hand(String name, LanguageModel model) {
        ModelConfig config = model.transformer().config();
        Graph graph = new Graph(config);
        PromptPair first = pair(model);
        PromptPair second = PromptPair.of(
                model,
                "here",
                new ContrastPair(/* clean= */ CORRUPTED, /* corrupted= */ CLEAN, "the dog", "rug", "cat"));
        try (model;
                NDManager reading = model.newReading();
                PairedPrompts prompts = new PairedPrompts(
                        model, graph, List.of(first, second), Metric.LOGIT_DIFFERENCE, Baseline.MEAN)) {
            Trace clean = record(model, reading, first, first.clean(), null);
            Trace other = record(model, reading, first, first.corrupted(), null);
            NDArray mean = mean(stream(config, Input.LOGITS, clean), stream(config, Input.LOGITS, other));
            double nothing = prompts.measure(List.of(new BitSet()))[0][0];
            int edge = graph.first(Input.LOGITS); // from the words
            Node words = graph.edges().get(edge).from();
            NDArray read = mean.add(added(clean, words)).sub(mean(added(clean, words), added(other, words)));
            Place end = new Place(Part.DECODER, Trace.OUTSIDE, Step.FINAL_NORM);
            double byHand = difference(model, first, first.clean(), replacing(end, normed(model, Input.LOGITS, read)));
            BitSet alone = new BitSet();
            alone.set(edge);
            double measured = prompts.measure(List.of(alone))[0][0];
            assertThat(measured).isCloseTo(byHand, offset(1e-5 * Math.max(1, Math.abs(nothing))));
            assertThat(CircuitProof.amongMeans(graph.all(), prompts)).isCloseTo(1, offset(1e-4));
            assertThat(CircuitProof.amongMeans(new BitSet(), prompts)).isZero();
        }
    }

    private static NDArray mean(NDArray one, NDArray other) {
        return one.add(other).div(2);
    }

    /** Each edge at one of the positions, which differ from edge to edge. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void an_edge_cut_at_a_position_does_what_it_does_by_hand(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        PromptPair pair = pair(model);
        try (model;
                NDManager reading = model.newReading();
                PromptGroup group = new PromptGroup(model, graph, List.of(pair), Baseline.COUNTERFACTUAL)) {
            Trace clean = record(model, reading, pair, pair.clean(), null);
            Trace corrupted = record(model, reading, pair, pair.corrupted(), null);
            List<PromptGroup.Cut> cuts = new ArrayList<>();
            double[] byHand = new double[graph.size()];
            for (int edge = 0; edge < graph.size(); edge++) {
                Port port = graph.edges().get(edge).to().port();
                int positions = group.positions(port.stream());
                int position = port.isEnd() ? positions - 1 : edge % positions;
                cuts.add(new PromptGroup.Cut(edge, position));
                byHand[edge] = byHand(
                        model, reading, pair, graph.edges().get(edge), new Exchanged(clean, corrupted, position));
            }
            double[] measured = new double[graph.size()];
            group.answer(
                    Collections.nCopies(graph.size(), graph.all()),
                    cuts,
                    (set, prompt, logits) -> measured[set] = logits[pair.answer()] - logits[pair.wrong()]);
            double whole = difference(model, pair, pair.clean(), null);
            assertThat(measured).containsExactly(byHand, offset(1e-5 * Math.max(1, Math.abs(whole))));
            assertThat(Arrays.stream(measured).anyMatch(each -> Math.abs(each - whole) > 0.1))
                    .isTrue();
        }
    }

    /** What no edge needs is not computed, unless another set that is read at the same time needs it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void a_small_circuit_answers_as_if_everything_was_computed(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        try (model;
                PairedPrompts prompts = new PairedPrompts(
                        model, graph, List.of(pair(model)), Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
            double whole = prompts.clean()[0] - prompts.corrupted()[0];
            boolean any = false;
            for (int i = 0; i < 20; i++) {
                RandomGenerator random = Seeds.random(0, "small circuits", i);
                BitSet some = new BitSet();
                for (int edge = 0; edge < graph.size(); edge++) {
                    some.set(edge, random.nextInt(8) == 0);
                }
                double alone = prompts.measure(List.of(some))[0][0];
                double together = prompts.measure(List.of(some, graph.all()))[0][0];
                assertThat(alone).isCloseTo(together, offset(1e-5 * Math.max(1, Math.abs(whole))));
                any |= Math.abs(alone - prompts.corrupted()[0]) > 0.01;
            }
            assertThat(any).as("some of them does something").isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void heads_exchanged_are_heads_without_edges(String name, LanguageModel model) {
        Graph graph = new Graph(model.transformer().config());
        try (model;
                PairedPrompts prompts = new PairedPrompts(
                        model, graph, List.of(pair(model)), Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
            List<Set<Node>> heads = new ArrayList<>();
            List<BitSet> without = new ArrayList<>();
            for (Node head : graph.nodes()) {
                if (head.kind() == Node.Kind.HEAD) {
                    heads.add(Set.of(head));
                    BitSet edges = graph.all();
                    graph.all().stream()
                            .filter(edge -> graph.edges().get(edge).from().equals(head))
                            .forEach(edges::clear);
                    without.add(edges);
                }
            }
            double[][] exchanged = prompts.measureWithout(heads);
            double[][] masked = prompts.measure(without);
            double whole = prompts.clean()[0] - prompts.corrupted()[0];
            boolean any = false;
            for (int i = 0; i < heads.size(); i++) {
                assertThat(exchanged[i][0])
                        .as("%s", heads.get(i))
                        .isCloseTo(masked[i][0], offset(1e-5 * Math.max(1, Math.abs(whole))));
                any |= Math.abs(exchanged[i][0] - prompts.clean()[0]) > 0.01;
            }
            assertThat(any).as("some head matters").isTrue();
        }
    }

    private static Trace record(
            LanguageModel model, NDManager reading, PromptPair pair, long[] ids, Trace.Intervention changed) {
        Trace trace = changed == null ? new Trace() : new Trace(EnumSet.allOf(Step.class), changed);
        if (pair.translates()) {
            model.read(reading, List.of(ids), List.of(pair.written()), trace);
        } else {
            model.read(reading, ids, trace);
        }
        return trace;
    }

    private static double difference(LanguageModel model, PromptPair pair, long[] ids, Trace.Intervention changed) {
        try (NDManager reading = model.newReading()) {
            NDArray logits = record(model, reading, pair, ids, changed).get(Step.LOGITS);
            long last = logits.getShape().get(1) - 1;
            return logits.getFloat(0, last, pair.answer()) - logits.getFloat(0, last, pair.wrong());
        }
    }

    /**
     * What a node adds after one text in place of what it adds after the other.
     *
     * @param position where; -1 for everywhere
     */
    private record Exchanged(Trace clean, Trace corrupted, int position) {

        NDArray in(NDArray stream, Node node) {
            NDArray more = added(corrupted, node).sub(added(clean, node));
            if (position < 0) {
                return stream.add(more);
            }
            NDArray mixed = stream.duplicate();
            NDIndex here = new NDIndex(":,{}", position);
            mixed.set(here, stream.get(here).add(more.get(here)));
            return mixed;
        }
    }

    /** The stream that an input reads, before its norm. */
    private static NDArray stream(ModelConfig config, Input to, Trace trace) {
        int last = config.layers() - 1;
        boolean lookedUp = to.part() == Part.CROSS && to.reader() != Reader.QUERY;
        return switch (to.reader()) {
            case QUERY, KEY, VALUE ->
                lookedUp
                        ? trace.get(Part.ENCODER, last, Step.RESIDUAL_AFTER)
                        : to.part() == Part.CROSS
                                ? trace.get(to.layer(), Step.RESIDUAL_MIDDLE)
                                : trace.get(to.part(), to.layer(), Step.RESIDUAL_BEFORE);
            case FEED_FORWARD ->
                config.residual() == Residual.PARALLEL
                        ? trace.get(to.layer(), Step.RESIDUAL_BEFORE)
                        : trace.get(
                                config.translates() && to.part() == Part.DECODER ? Part.CROSS : to.part(),
                                to.layer(),
                                Step.RESIDUAL_MIDDLE);
            case LOGITS -> trace.get(last, Step.RESIDUAL_AFTER);
        };
    }

    /** The difference after the clean text with one contribution exchanged in what one input reads. */
    private static double byHand(
            LanguageModel model, NDManager reading, PromptPair pair, Edge edge, Exchanged exchange) {
        Trace clean = exchange.clean;
        ModelConfig config = model.transformer().config();
        Input to = edge.to();
        NDArray read = exchange.in(stream(config, to, clean), edge.from());
        NDArray normed = normed(model, to, read);
        if (to.reader() == Reader.FEED_FORWARD || to.reader() == Reader.LOGITS) {
            Step step = to.reader() == Reader.LOGITS ? Step.FINAL_NORM : Step.FEED_FORWARD_INPUT;
            return difference(model, pair, pair.clean(), replacing(new Place(to.part(), to.layer(), step), normed));
        }
        Step step = switch (to.reader()) {
            case QUERY -> Step.QUERY;
            case KEY -> Step.KEY;
            default -> Step.VALUE;
        };
        Place input = to.part() == Part.CROSS && to.reader() != Reader.QUERY
                ? new Place(Part.ENCODER, Trace.OUTSIDE, Step.FINAL_NORM)
                : new Place(to.part(), to.layer(), Step.ATTENTION_INPUT);
        Trace exchanged = record(model, reading, pair, pair.clean(), replacing(input, normed));
        NDArray mixed = clean.get(to.part(), to.layer(), step).duplicate();
        int sharing = to.reader() == Reader.QUERY ? 1 : config.attention().sharing();
        for (int head = to.head() * sharing; head < (to.head() + 1) * sharing; head++) {
            mixed.set(
                    new NDIndex(":,{}", head),
                    exchanged.get(to.part(), to.layer(), step).get(":,{}", head));
        }
        return difference(model, pair, pair.clean(), replacing(new Place(to.part(), to.layer(), step), mixed));
    }

    private static Trace.Intervention replacing(Place where, NDArray by) {
        return (place, value) -> place.equals(where) ? by : value;
    }

    private static NDArray added(Trace trace, Node node) {
        return switch (node.kind()) {
            case WORDS -> trace.get(node.part(), Trace.OUTSIDE, Step.TOKEN_EMBEDDING);
            case HEAD ->
                trace.get(node.part(), node.layer(), Step.HEAD_CONTRIBUTION).get(":,{}", node.head());
            case FEED_FORWARD -> trace.get(node.part(), node.layer(), Step.FEED_FORWARD_OUTPUT);
        };
    }

    /** The norm before an input, by its formula. */
    private static NDArray normed(LanguageModel model, Input to, NDArray stream) {
        Norm norm = model.transformer().config().norm();
        boolean source = to.part() == Part.CROSS && to.reader() != Reader.QUERY;
        boolean end = source || to.reader() == Reader.LOGITS;
        boolean forward = to.reader() == Reader.FEED_FORWARD;
        Role scale = end ? Role.FINAL_NORM : forward ? Role.FEED_FORWARD_NORM : Role.ATTENTION_NORM;
        Role shift = end ? Role.FINAL_NORM_SHIFT : forward ? Role.FEED_FORWARD_NORM_SHIFT : Role.ATTENTION_NORM_SHIFT;
        Part part = source ? Part.ENCODER : to.part();
        float[] by = numbers(model, part, to.layer(), scale);
        float[] plus = numbers(model, part, to.layer(), shift);
        float[] x = stream.toFloatArray();
        int width = by.length;
        for (int row = 0; row < x.length; row += width) {
            double mean = 0;
            for (int c = 0; c < width && norm.kind() == Norm.Kind.LAYER; c++) {
                mean += x[row + c] / (double) width;
            }
            double square = 0;
            for (int c = 0; c < width; c++) {
                square += (x[row + c] - mean) * (x[row + c] - mean) / width;
            }
            double root = Math.sqrt(square + norm.epsilon());
            for (int c = 0; c < width; c++) {
                double added = norm.kind() == Norm.Kind.LAYER ? plus[c] : 0;
                x[row + c] = (float) ((x[row + c] - mean) / root * by[c] + added);
            }
        }
        return stream.getManager().create(x, stream.getShape());
    }

    private static float[] numbers(LanguageModel model, Part part, int layer, Role role) {
        WeightPlan plan = model.transformer().plan();
        boolean outside = role == Role.FINAL_NORM || role == Role.FINAL_NORM_SHIFT;
        if (outside && part == Part.DECODER) {
            return model.numbers().of(plan.get(role));
        }
        return model.numbers().of(plan.get(part, outside ? Weight.OUTSIDE : layer, role));
    }
}
