package io.heed.inspect.circuit;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.graph.Node;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.kernels.OptimizerKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Pairs of prompts, and how a model answers them with any set of edges alone. What is outside the set comes from the corrupted texts, so
 * with no edges a model answers as after those, and with all as after the clean texts. N prompts.
 */
public final class PairedPrompts implements AutoCloseable {

    private final List<PromptGroup> groups;
    private final List<int[]> places; // of each group's prompts among all
    private final Graph graph;
    private final List<PromptPair> prompts;
    private final Metric metric;
    private final int count;
    private final float[][] cleanLogits;
    private final float[][] corruptedLogits;
    private final double[] clean;
    private final double[] corrupted;
    private final Device device;
    private final boolean keeps; // what is computed for the corrupted texts, from one call to the next
    private Passes passes = new Passes(percent -> {});

    /** The most numbers that are kept of the corrupted texts of all pairs; if they were more, they are computed each time. */
    private static final long MOST_KEPT = 1 << 28; // 1 GiB

    /** Counts passes, as the progress of a task of several parts. */
    static final class Passes {

        private final IntConsumer percent;
        private int from;
        private int to;
        private long expected = 1;
        private long done;

        Passes(IntConsumer percent) {
            this.percent = percent;
        }

        /** Begins the next part. */
        Passes until(int percent, long expected) {
            from = to;
            to = Math.max(to, percent);
            this.expected = Math.max(1, expected);
            done = 0;
            this.percent.accept(from);
            return this;
        }

        /** A prompt was read. */
        void pass() {
            done = Math.min(done + 1, expected);
            percent.accept((int) (from + (to - from) * done / expected));
        }
    }

    /** Tells of each prompt that is read with a set of edges or for a step of attribution. */
    PairedPrompts telling(Passes passes) {
        this.passes = passes;
        return this;
    }

    private void done(int group) {
        if (!keeps) {
            groups.get(group).forget();
        }
    }

    /** Reads both texts of each pair. */
    public PairedPrompts(LanguageModel model, Graph graph, List<PromptPair> prompts, Metric metric, Baseline baseline) {
        this.graph = graph;
        this.prompts = prompts;
        groups = new ArrayList<>();
        places = new ArrayList<>();
        device = model.device();
        count = prompts.size();
        Map<List<Integer>, List<Integer>> byLength = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            byLength.computeIfAbsent(prompts.get(i).lengths(), length -> new ArrayList<>())
                    .add(i);
        }
        byLength.forEach((lengths, all) -> {
            int most = PromptGroup.most(model, graph, prompts.get(all.get(0)));
            for (int from = 0; from < all.size(); from += most) {
                List<Integer> part = all.subList(from, Math.min(all.size(), from + most));
                groups.add(new PromptGroup(
                        model, graph, part.stream().map(prompts::get).toList(), baseline));
                places.add(part.stream().mapToInt(Integer::intValue).toArray());
            }
        });
        keeps = groups.stream().mapToLong(PromptGroup::kept).sum() <= MOST_KEPT;
        cleanLogits = new float[count][];
        corruptedLogits = new float[count][];
        for (int group = 0; group < groups.size(); group++) {
            float[][] right = groups.get(group).cleanLogits();
            float[][] other = groups.get(group).corruptedLogits();
            for (int i = 0; i < right.length; i++) {
                cleanLogits[places.get(group)[i]] = right[i];
                corruptedLogits[places.get(group)[i]] = other[i];
            }
            done(group);
        }
        this.metric = metric;
        clean = measure(cleanLogits);
        corrupted = measure(corruptedLogits);
    }

    private PairedPrompts(PairedPrompts read, Metric metric) {
        groups = read.groups;
        places = read.places;
        graph = read.graph;
        prompts = read.prompts;
        count = read.count;
        device = read.device;
        keeps = read.keeps;
        passes = read.passes;
        cleanLogits = read.cleanLogits;
        corruptedLogits = read.corruptedLogits;
        this.metric = metric;
        clean = measure(cleanLogits);
        corrupted = measure(corruptedLogits);
    }

    /** The number of prompts that are read together, where it is smallest. */
    int fewestTogether() {
        return places.stream().mapToInt(group -> group.length).min().orElseThrow();
    }

    /** The same pairs by another metric. They are not read again, and closed with these. */
    PairedPrompts by(Metric other) {
        return new PairedPrompts(this, other);
    }

    private double[] measure(float[][] logits) {
        double[] measured = new double[count];
        Arrays.setAll(measured, i -> metric.of(prompts.get(i), logits[i], cleanLogits[i]));
        return measured;
    }

    /** The number of prompts. */
    public int count() {
        return count;
    }

    /** The prompts. */
    List<PromptPair> prompts() {
        return prompts;
    }

    /** The metric after each clean text, (N). */
    public double[] clean() {
        return clean;
    }

    /** The metric after each corrupted text, (N). */
    public double[] corrupted() {
        return corrupted;
    }

    /** The metric of each prompt with each set of edges, (sets,N). */
    public double[][] measure(List<BitSet> sets) {
        return measured(sets.size(), (group, answers) -> group.answer(sets, answers));
    }

    /** The metric of each prompt with some heads' contributions exchanged for those to the corrupted texts, (sets,N). */
    double[][] measureWithout(List<Set<Node>> sets) {
        return measured(sets.size(), (group, answers) -> group.answerWithout(sets, answers));
    }

    /** The metric of what each group answers with each set, (sets,N). */
    private double[][] measured(int sets, BiConsumer<PromptGroup, PromptGroup.Answers> asked) {
        double[][] measured = new double[sets][count];
        for (int group = 0; group < groups.size(); group++) {
            int[] own = places.get(group);
            asked.accept(groups.get(group), (set, prompt, logits) -> {
                int place = own[prompt];
                measured[set][place] = metric.of(prompts.get(place), logits, cleanLogits[place]);
                passes.pass();
            });
            done(group);
        }
        return measured;
    }

    /** How many passes of all prompts with a set of edges, or with fewer, take so many multiplications; at least 1. */
    int affordable(BitSet set, long multiplications) {
        Needed needed = new Needed(graph, set);
        long work = groups.stream().mapToLong(group -> group.work(needed)).sum();
        return (int) Math.max(1, Math.min(multiplications / work, Integer.MAX_VALUE));
    }

    /**
     * Estimates what each edge does to the metric of each prompt, by integrated gradients.
     *
     * @param steps the number of steps between the corrupted and the clean words
     * @return (N,edges)
     */
    public double[][] attribute(int steps) {
        double[][] scores = new double[count][];
        try (NDManager owner = NDManager.newBaseManager(device)) {
            OptimizerKernels kernels = OptimizerKernels.load(owner);
            for (int group = 0; group < groups.size(); group++) {
                float[][] own = IntStream.of(places.get(group))
                        .mapToObj(place -> cleanLogits[place])
                        .toArray(float[][]::new);
                double[][] part = attribute(groups.get(group), own, steps, kernels);
                for (int i = 0; i < part.length; i++) {
                    scores[places.get(group)[i]] = part[i];
                }
                done(group);
            }
        }
        return scores;
    }

    private double[][] attribute(PromptGroup group, float[][] clean, int steps, OptimizerKernels kernels) {
        try (NDManager reading = group.newReading()) {
            return new IntegratedGradients(group, passes).attribute(reading, metric, clean, steps, kernels);
        }
    }

    /** The faithfulness of each set of edges. */
    public double[] faithfulness(List<BitSet> sets) {
        return Arrays.stream(measure(sets)).mapToDouble(this::faithfulness).toArray();
    }

    /** {@code (circuit − corrupted)/(clean − corrupted)} of the means over the prompts (Wang et al., arXiv 2211.00593). */
    double faithfulness(double[] measured) {
        return faithfulness(measured, IntStream.range(0, count).toArray());
    }

    /** The same over some prompts, which may occur several times. */
    double faithfulness(double[] measured, int[] which) {
        double right = mean(clean, which);
        double other = mean(corrupted, which);
        return (mean(measured, which) - other) / (right - other);
    }

    private static double mean(double[] values, int[] which) {
        return IntStream.of(which).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    @Override
    public void close() {
        groups.forEach(PromptGroup::close);
    }
}
