package io.heed.inspect.circuit;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.OptimizerKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Reads both texts of each pair. */
    public PairedPrompts(LanguageModel model, Graph graph, List<PromptPair> prompts, Metric metric, Baseline baseline) {
        this.graph = graph;
        this.prompts = prompts;
        groups = new ArrayList<>();
        places = new ArrayList<>();
        device = model.device();
        count = prompts.size();
        int width = model.transformer().config().width();
        Map<List<Integer>, List<Integer>> byLength = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            byLength.computeIfAbsent(prompts.get(i).lengths(), length -> new ArrayList<>())
                    .add(i);
        }
        byLength.forEach((lengths, all) -> {
            long positions = lengths.stream().mapToLong(length -> length).max().orElseThrow();
            int most =
                    Math.max(1, (int) (PromptGroup.MOST_NUMBERS / (graph.nodes().size() * positions * width)));
            for (int from = 0; from < all.size(); from += most) {
                List<Integer> part = all.subList(from, Math.min(all.size(), from + most));
                groups.add(new PromptGroup(
                        model, graph, part.stream().map(prompts::get).toList(), baseline));
                places.add(part.stream().mapToInt(Integer::intValue).toArray());
            }
        });
        cleanLogits = new float[count][];
        corruptedLogits = new float[count][];
        for (int group = 0; group < groups.size(); group++) {
            float[][] right = groups.get(group).cleanLogits();
            float[][] other = groups.get(group).corruptedLogits();
            for (int i = 0; i < right.length; i++) {
                cleanLogits[places.get(group)[i]] = right[i];
                corruptedLogits[places.get(group)[i]] = other[i];
            }
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
        cleanLogits = read.cleanLogits;
        corruptedLogits = read.corruptedLogits;
        this.metric = metric;
        clean = measure(cleanLogits);
        corrupted = measure(corruptedLogits);
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
        double[][] measured = new double[sets.size()][count];
        for (int group = 0; group < groups.size(); group++) {
            int[] own = places.get(group);
            groups.get(group).answer(sets, (set, prompt, logits) -> {
                int place = own[prompt];
                measured[set][place] = metric.of(prompts.get(place), logits, cleanLogits[place]);
            });
        }
        return measured;
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
            }
        }
        return scores;
    }

    private double[][] attribute(PromptGroup group, float[][] clean, int steps, OptimizerKernels kernels) {
        try (NDManager reading = group.newReading()) {
            return new IntegratedGradients(group).attribute(reading, metric, clean, steps, kernels);
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
