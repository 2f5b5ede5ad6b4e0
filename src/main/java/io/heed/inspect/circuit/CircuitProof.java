package io.heed.inspect.circuit;

import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.RandomWays;
import io.heed.inspect.circuit.pairs.PromptPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What shows that a circuit carries an answer. Faithfulness is {@code (circuit − corrupted)/(clean − corrupted)}, with everything outside
 * the circuit taken from the corrupted texts (Wang et al., arXiv 2211.00593): 1 if the circuit answers as the model, 0 if it answers as
 * after the corrupted text.
 *
 * @param pairs the number of pairs that it was measured on
 * @param sampled the number of those that the random circuits, the curve and what is lost were measured on: in a large model the first few
 * @param right the number of pairs after whose clean text the model prefers the answer to the wrong one, and after whose corrupted text
 *     the wrong one
 * @param clean the mean of the metric after the clean texts
 * @param corrupted that after the corrupted texts
 * @param faithfulness the circuit's
 * @param complement that of all other edges: the lower, the less of the answer is elsewhere
 * @param mean the circuit's if everything else is its mean over corrupted texts of one length, 0 being what no edges answer then; NaN if
 *     no {@link #FEWEST_AVERAGED} pairs are of one length
 * @param averaged the number of pairs that the last was measured on: those with enough others of their length
 * @param random the mean of random circuits of as many edges, all on ways from the words to the logits
 * @param largestRandom the largest of them
 * @param curve the faithfulness of the most important edges alone, by their number; of a circuit that was known, no further than its
 *     size, and empty if its edges were not measured one by one
 * @param area the area under that curve over the share of the edges; NaN if the curve does not reach all of them
 * @param lost for each edge of the circuit what its faithfulness loses without it; NaN if that was not measured: in a large model, of the
 *     most important edges alone
 * @param answers what was measured on each pair
 */
public record CircuitProof(
        int pairs,
        int sampled,
        int right,
        double clean,
        double corrupted,
        double faithfulness,
        double complement,
        double mean,
        int averaged,
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

    /** Over how many texts a mean is taken at least; that of fewer is too much like each of them. */
    public static final int FEWEST_AVERAGED = 8;

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
     * @param means those of which there are enough of one length, with means as their baseline; null if there are none
     */
    record Pairs(
            PairedPrompts all, PairedPrompts some, @Nullable PairedPrompts means) implements AutoCloseable {

        static Pairs of(LanguageModel model, Graph graph, List<PromptPair> pairs, Metric metric) {
            PairedPrompts all = new PairedPrompts(model, graph, pairs, metric, Baseline.COUNTERFACTUAL);
            boolean few = graph.isLarge() && pairs.size() > MOST_SAMPLED;
            return new Pairs(
                    all,
                    few
                            ? new PairedPrompts(
                                    model, graph, pairs.subList(0, MOST_SAMPLED), metric, Baseline.COUNTERFACTUAL)
                            : all,
                    means(model, graph, pairs, metric));
        }

        private static @Nullable PairedPrompts means(
                LanguageModel model, Graph graph, List<PromptPair> pairs, Metric metric) {
            Map<List<Integer>, Long> lengths =
                    pairs.stream().collect(Collectors.groupingBy(PromptPair::lengths, Collectors.counting()));
            List<PromptPair> alike = pairs.stream()
                    .filter(pair -> lengths.getOrDefault(pair.lengths(), 0L) >= FEWEST_AVERAGED)
                    .toList();
            if (alike.isEmpty()) {
                return null;
            }
            PairedPrompts means = new PairedPrompts(model, graph, alike, metric, Baseline.MEAN);
            if (means.fewestTogether() < FEWEST_AVERAGED) { // memory has room for no more
                means.close();
                return null;
            }
            return means;
        }

        Pairs telling(PairedPrompts.Passes passes) {
            all.telling(passes);
            some.telling(passes);
            if (means != null) {
                means.telling(passes);
            }
            return this;
        }

        @Override
        public void close() {
            all.close();
            some.close();
            if (means != null) {
                means.close();
            }
        }
    }

    /** The places of a circuit's edges, those without which most is lost first, those not measured last. */
    static List<Integer> byLost(List<Double> lost) {
        return IntStream.range(0, lost.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(lost.get(i)))) // NaN is the largest
                .toList();
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
     * @param order edges, the most important first: all, those of the circuit, or none if that is not known
     */
    static CircuitProof of(Graph graph, BitSet circuit, List<Integer> order, Pairs pairs) {
        List<Integer> sizes = new ArrayList<>(new TreeSet<>(IntStream.range(0, SHARES.length)
                .mapToObj(i -> Math.max(1, (int) Math.round(SHARES[i] * graph.size())))
                .map(size -> Math.min(size, order.size()))
                .filter(size -> size > 0)
                .toList()));
        int[] edges = circuit.stream().toArray();
        BitSet measured = measured(circuit, order, affordable(graph, circuit, pairs));
        List<BitSet> less = new ArrayList<>(List.of(circuit));
        measured.stream().forEach(edge -> less.add(graph.without(circuit, List.of(edge))));
        double[][] whole = pairs.all.measure(List.of(
                circuit, graph.without(graph.all(), circuit.stream().boxed().toList())));
        double[] random = pairs.some.faithfulness(IntStream.range(0, RANDOM)
                .mapToObj(i -> RandomWays.of(graph, circuit.cardinality(), Seeds.random(0, "random circuit", i)))
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
                right(pairs.all.by(Metric.LOGIT_DIFFERENCE)),
                mean(pairs.all.clean()),
                mean(pairs.all.corrupted()),
                pairs.all.faithfulness(whole[0]),
                pairs.all.faithfulness(whole[1]),
                pairs.means == null ? Double.NaN : amongMeans(circuit, pairs.means),
                pairs.means == null ? 0 : pairs.means.count(),
                mean(random),
                Arrays.stream(random).max().orElseThrow(),
                curve,
                order.size() < graph.size() ? Double.NaN : area(curve, graph.size()),
                IntStream.of(edges)
                        .mapToObj(edge -> measured.get(edge)
                                ? without[0] - without[1 + measured.get(0, edge).cardinality()]
                                : Double.NaN)
                        .toList(),
                answers(pairs.all, whole));
    }

    /** The first edges of a circuit in an order, or without an order by their numbers. */
    private static BitSet measured(BitSet circuit, List<Integer> order, int most) {
        BitSet measured = new BitSet();
        Stream.concat(order.stream(), circuit.stream().boxed())
                .filter(circuit::get)
                .distinct()
                .limit(most)
                .forEach(measured::set);
        return measured;
    }

    private static int right(PairedPrompts differences) {
        return (int) IntStream.range(0, differences.count())
                .filter(i -> differences.clean()[i] > 0 && differences.corrupted()[i] < 0)
                .count();
    }

    /** A circuit's faithfulness among means: 0 is what the model answers when everything is a mean. */
    static double amongMeans(BitSet circuit, PairedPrompts means) {
        double[][] measured = means.measure(List.of(circuit, new BitSet()));
        double none = mean(measured[1]);
        return (mean(measured[0]) - none) / (mean(means.clean()) - none);
    }

    /** By the trapezoidal rule, from no edges on. */
    static double area(List<Point> curve, int all) {
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
