package io.heed.inspect.circuit;

import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.pairs.PromptPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What shows that a circuit carries an answer. Faithfulness is {@code (circuit − corrupted)/(clean − corrupted)}, with everything outside
 * the circuit taken from the corrupted texts (Wang et al., arXiv 2211.00593): 1 if the circuit answers as the model, 0 if it answers as
 * after the corrupted text.
 *
 * @param pairs the number of pairs that it was measured on
 * @param sampled the number of those that the random circuits, the curve and what is lost were measured on: in a large model the first few
 * @param clean the mean of the metric after the clean texts
 * @param corrupted that after the corrupted texts
 * @param faithfulness the circuit's
 * @param complement that of all other edges: the lower, the less of the answer is elsewhere
 * @param mean the circuit's if everything else is its mean over corrupted texts of one length that are read together
 * @param random the mean of random circuits of as many edges
 * @param largestRandom the largest of them
 * @param curve the faithfulness of the most important edges alone, by their number
 * @param area the area under that curve over the share of the edges
 * @param lost for each edge of the circuit what its faithfulness loses without it; NaN if that was not measured: in a large model, of the
 *     most important edges alone
 * @param answers what was measured on each pair
 */
public record CircuitProof(
        int pairs,
        int sampled,
        double clean,
        double corrupted,
        double faithfulness,
        double complement,
        double mean,
        double random,
        double largestRandom,
        List<Point> curve,
        double area,
        List<Double> lost,
        List<Answer> answers) {

    /** How many multiplications it may take to measure what is lost without each edge of a large model. */
    private static final long MOST_WORK = 600_000_000_000L;

    /** The most pairs that are sampled of a large model's. */
    private static final int MOST_SAMPLED = 12;

    /** How many random circuits there are. */
    private static final int RANDOM = 20;

    /** The shares of the edges at which the curve is measured. */
    private static final double[] SHARES = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1};

    /**
     * What was measured on a pair.
     *
     * @param clean the ids of the clean text
     * @param corrupted those of the corrupted text
     * @param written those of the translation so far; empty if the model does not translate
     * @param answer the id of the answer
     * @param wrong that of the wrong answer
     * @param afterClean the metric after the clean text
     * @param afterCorrupted after the corrupted text
     * @param circuit with the circuit alone
     * @param complement with all other edges
     */
    public record Answer(
            List<Long> clean,
            List<Long> corrupted,
            List<Long> written,
            int answer,
            int wrong,
            double afterClean,
            double afterCorrupted,
            double circuit,
            double complement) {

        private static List<Long> ids(long[] ids) {
            return Arrays.stream(ids).boxed().toList();
        }
    }

    private static List<Answer> answers(PairedPrompts pairs, double[][] measured) {
        return IntStream.range(0, pairs.count())
                .mapToObj(i -> {
                    PromptPair pair = pairs.prompts().get(i);
                    return new Answer(
                            Answer.ids(pair.clean()),
                            Answer.ids(pair.corrupted()),
                            Answer.ids(pair.written()),
                            pair.answer(),
                            pair.wrong(),
                            pairs.clean()[i],
                            pairs.corrupted()[i],
                            measured[0][i],
                            measured[1][i]);
                })
                .toList();
    }

    /**
     * A point of the curve.
     *
     * @param edges the number of edges
     * @param faithfulness theirs
     */
    public record Point(int edges, double faithfulness) {}

    /**
     * Pairs to prove a circuit on.
     *
     * @param all all of them
     * @param some the same, or the first few
     * @param means all, with means as their baseline
     */
    record Pairs(PairedPrompts all, PairedPrompts some, PairedPrompts means) implements AutoCloseable {

        static Pairs of(LanguageModel model, Graph graph, List<PromptPair> pairs, Metric metric) {
            PairedPrompts all = new PairedPrompts(model, graph, pairs, metric, Baseline.COUNTERFACTUAL);
            boolean few = graph.isLarge() && pairs.size() > MOST_SAMPLED;
            return new Pairs(
                    all,
                    few
                            ? new PairedPrompts(
                                    model, graph, pairs.subList(0, MOST_SAMPLED), metric, Baseline.COUNTERFACTUAL)
                            : all,
                    new PairedPrompts(model, graph, pairs, metric, Baseline.MEAN));
        }

        Pairs telling(PairedPrompts.Passes passes) {
            all.telling(passes);
            some.telling(passes);
            means.telling(passes);
            return this;
        }

        @Override
        public void close() {
            all.close();
            some.close();
            means.close();
        }
    }

    /** Without how many edges of a circuit it can be measured. */
    static int affordable(Graph graph, BitSet circuit, Pairs pairs) {
        return graph.isLarge() ? pairs.some.affordable(circuit, MOST_WORK) : circuit.cardinality();
    }

    /** How many passes of a prompt a proof takes, at most. */
    static long passes(BitSet circuit, Pairs pairs) {
        return 3L * pairs.all.count() + (1L + RANDOM + SHARES.length + circuit.cardinality()) * pairs.some.count();
    }

    /**
     * Proves a circuit.
     *
     * @param order all edges, the most important first
     */
    static CircuitProof of(Graph graph, BitSet circuit, List<Integer> order, Pairs pairs) {
        List<Integer> sizes = new ArrayList<>(new TreeSet<>(IntStream.range(0, SHARES.length)
                .mapToObj(i -> Math.max(1, (int) Math.round(SHARES[i] * graph.size())))
                .toList()));
        int[] edges = circuit.stream().toArray();
        BitSet measured = measured(circuit, order, affordable(graph, circuit, pairs));
        List<BitSet> less = new ArrayList<>(List.of(circuit));
        measured.stream().forEach(edge -> less.add(graph.without(circuit, List.of(edge))));
        double[][] whole = pairs.all.measure(List.of(
                circuit, graph.without(graph.all(), circuit.stream().boxed().toList())));
        double[] random = pairs.some.faithfulness(IntStream.range(0, RANDOM)
                .mapToObj(i -> random(graph, circuit.cardinality(), i))
                .toList());
        double[] ranked = pairs.some.faithfulness(
                sizes.stream().map(size -> graph.connected(order, size)).toList());
        List<Point> curve = IntStream.range(0, sizes.size())
                .mapToObj(i -> new Point(sizes.get(i), ranked[i]))
                .toList();
        double[] without = pairs.some.faithfulness(less);
        return new CircuitProof(
                pairs.all.count(),
                pairs.some.count(),
                mean(pairs.all.clean()),
                mean(pairs.all.corrupted()),
                pairs.all.faithfulness(whole[0]),
                pairs.all.faithfulness(whole[1]),
                pairs.means.faithfulness(List.of(circuit))[0],
                mean(random),
                Arrays.stream(random).max().orElseThrow(),
                curve,
                area(curve, graph.size()),
                IntStream.of(edges)
                        .mapToObj(edge -> measured.get(edge)
                                ? without[0] - without[1 + measured.get(0, edge).cardinality()]
                                : Double.NaN)
                        .toList(),
                answers(pairs.all, whole));
    }

    /** The first edges of a circuit in an order. */
    private static BitSet measured(BitSet circuit, List<Integer> order, int most) {
        BitSet measured = new BitSet();
        order.stream().filter(circuit::get).limit(most).forEach(measured::set);
        return measured;
    }

    /** Edges at random, the same each time. */
    private static BitSet random(Graph graph, int size, int number) {
        List<Integer> all =
                new ArrayList<>(IntStream.range(0, graph.size()).boxed().toList());
        RandomGenerator random = Seeds.random(0, "random circuit", number);
        BitSet chosen = new BitSet();
        for (int i = 0; i < size; i++) {
            chosen.set(all.remove(random.nextInt(all.size())));
        }
        return graph.connected(chosen);
    }

    /** By the trapezoidal rule, from no edges on. */
    private static double area(List<Point> curve, int all) {
        double area = 0;
        Point before = new Point(0, 0);
        for (Point point : curve) {
            area += (point.edges - before.edges) * (point.faithfulness + before.faithfulness) / 2 / all;
            before = point;
        }
        return area;
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
