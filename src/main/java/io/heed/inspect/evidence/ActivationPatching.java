package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.VariantBatches;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where in a model the difference between two texts is decided: while the model reads one, the residual stream at one layer and position,
 * or what one head adds to it, is replaced by the other's (activation patching, or causal tracing; Meng et al., arXiv 2202.05262; heads:
 * Wang et al., arXiv 2211.00593).
 *
 * @param clean the text whose prediction is restored
 * @param corrupted the text that is read
 * @param answer the id of the likeliest token after the clean text
 * @param other the id of the likeliest token after the corrupted one
 * @param cleanDifference the logit of the answer less that of the other, after the clean text
 * @param corruptedDifference the same after the corrupted text
 * @param recovered for each layer's input and position the share of the way from the corrupted difference to the clean one that the
 *     patch restores: 0 none, 1 all
 * @param byHead the same for each layer and head, with what the head adds replaced at all positions
 */
public record ActivationPatching(
        Encoded clean,
        Encoded corrupted,
        int answer,
        int other,
        double cleanDifference,
        double corruptedDifference,
        double[][] recovered,
        double[][] byHead) {

    /** How many operations count as quick. */
    private static final double QUICK = 1e11;

    /** The share from which a head carries the difference. */
    private static final double CARRIES = 0.1;

    /**
     * A head and the share of the way that it restores.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param share 0 none, 1 all
     */
    public record Carrier(int layer, int head, double share) {}

    /**
     * Patches every layer's input at every position, and every head.
     *
     * @param clean at most the model's context
     * @param corrupted with as many tokens
     * @throws HeedException if the texts have different numbers of tokens or the same prediction
     */
    public static ActivationPatching of(LanguageModel model, Encoded clean, Encoded corrupted) {
        requireEqualLengths(clean, corrupted); // before anything is computed
        Set<Step> needed = needed(model);
        return of(model, Recording.of(model, "", clean, needed), Recording.of(model, "", corrupted, needed), () -> {});
    }

    /**
     * Patches every layer's input at every position, and every head.
     *
     * @param ofClean of that model, with the steps {@link #needed}
     * @param ofCorrupted the same of as many tokens
     * @param pause called at intervals; may throw to stop the work
     * @throws HeedException if the texts have different numbers of tokens or the same prediction
     */
    public static ActivationPatching of(LanguageModel model, Recording ofClean, Recording ofCorrupted, Runnable pause) {
        Encoded clean = ofClean.encoded();
        Encoded corrupted = ofCorrupted.encoded();
        requireEqualLengths(clean, corrupted);
        int last = clean.length() - 1;
        Step stream = model.transformer().afterAttention();
        int answer = Distribution.likeliest(ofClean.logits(last));
        int other = Distribution.likeliest(ofCorrupted.logits(last));
        if (answer == other) {
            throw new HeedException("both texts are followed by \"%s\"; choose texts with different predictions"
                    .formatted(model.tokenizer().vocabulary().token(answer)));
        }
        double cleanDifference = difference(ofClean.logits(last), answer, other);
        double corruptedDifference = difference(ofCorrupted.logits(last), answer, other);
        ToDoubleFunction<float[]> share = logits ->
                (difference(logits, answer, other) - corruptedDifference) / (cleanDifference - corruptedDifference);
        int heads = model.transformer().config().heads();
        double[][] recovered = new double[ofClean.layers()][];
        double[][] byHead = new double[ofClean.layers()][];
        for (int i = 0; i < recovered.length; i++) {
            int layer = i;
            pause.run();
            recovered[layer] = shares(
                    model,
                    layer,
                    Step.RESIDUAL_BEFORE,
                    clean.length(),
                    at -> atPosition(ofClean, ofCorrupted, layer, at),
                    share);
            byHead[layer] = shares(
                    model, layer, stream, heads, head -> ofHead(ofClean, ofCorrupted, layer, stream, head), share);
        }
        return new ActivationPatching(
                clean, corrupted, answer, other, cleanDifference, corruptedDifference, recovered, byHead);
    }

    /** The steps that are recorded of both texts. */
    public static Set<Step> needed(LanguageModel model) {
        return EnumSet.of(
                Step.RESIDUAL_BEFORE, model.transformer().afterAttention(), Step.HEAD_CONTRIBUTION, Step.LOGITS);
    }

    /** Whether it takes a few seconds at most: each position and each head of each layer needs a pass from that layer on. */
    public static boolean isQuick(LanguageModel model, int tokens) {
        double passes = model.transformer().config().layers()
                * (double) (tokens + model.transformer().config().heads());
        return passes * Evidence.operations(model, tokens) < QUICK;
    }

    private static void requireEqualLengths(Encoded clean, Encoded corrupted) {
        if (clean.length() != corrupted.length()) {
            throw new HeedException(
                    ("the texts have %d and %d tokens; to patch one with the other they need equally many,"
                                    + " as \"the cat sat on the\" and \"the dog sat on the\" have")
                            .formatted(clean.length(), corrupted.length()));
        }
    }

    /** The heads by the share they restore, the largest first. */
    public List<Carrier> carriers() {
        return IntStream.range(0, byHead.length)
                .boxed()
                .flatMap(layer -> IntStream.range(0, byHead[layer].length)
                        .mapToObj(head -> new Carrier(layer, head, byHead[layer][head])))
                .sorted(Comparator.comparingDouble(Carrier::share).reversed())
                .toList();
    }

    /** Where the difference lies, as a sentence. */
    public String sentence(LanguageModel model) {
        String words = differing().stream()
                .map(position -> "%s | %s".formatted(clean.quoted(position), corrupted.quoted(position)))
                .collect(Collectors.joining(", "));
        Carrier first = carriers().get(0);
        String by = first.share() < CARRIES
                ? "no single head carries"
                : String.format(
                        Locale.ROOT,
                        "layer %d, head %d carries %.0f %% of",
                        first.layer(),
                        first.head(),
                        100 * first.share());
        return "The texts differ at %s; %s the difference between %s and %s."
                .formatted(words, by, quoted(model, answer), quoted(model, other));
    }

    private static String quoted(LanguageModel model, int id) {
        return Visible.inQuotes(model.tokenizer().vocabulary().shown(id));
    }

    /** The positions of the tokens in which the texts differ. */
    public List<Integer> differing() {
        return IntStream.range(0, clean.length())
                .filter(position -> clean.ids()[position] != corrupted.ids()[position])
                .boxed()
                .toList();
    }

    /** The share that each patched stream restores; {@code patched} returns (T,C) for each number below {@code count}. */
    private static double[] shares(
            LanguageModel model,
            int layer,
            Step step,
            int count,
            IntFunction<float[]> patched,
            ToDoubleFunction<float[]> share) {
        double[] shares = new double[count];
        int width = model.transformer().config().width();
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        int positions = patched.apply(0).length / width;
        for (List<Integer> rows : VariantBatches.cut(all, model, positions)) {
            float[] streams = new float[rows.size() * positions * width];
            for (int row = 0; row < rows.size(); row++) {
                System.arraycopy(patched.apply(rows.get(row)), 0, streams, row * positions * width, positions * width);
            }
            try (NDManager reading = model.newReading()) {
                NDArray stream = reading.create(streams, new Shape(rows.size(), positions, width)); // (B,T,C)
                float[][] logits = model.resume(stream, layer, step);
                for (int row = 0; row < rows.size(); row++) {
                    shares[rows.get(row)] = share.applyAsDouble(logits[row]);
                }
            }
        }
        return shares;
    }

    /** The corrupted stream before a layer, with the clean one at one position, (T,C). */
    private static float[] atPosition(Recording clean, Recording corrupted, int layer, int position) {
        float[] stream = corrupted.get(layer, Step.RESIDUAL_BEFORE).values().clone();
        float[] instead = clean.get(layer, Step.RESIDUAL_BEFORE).at(position).values();
        System.arraycopy(instead, 0, stream, position * instead.length, instead.length);
        return stream;
    }

    /** A corrupted stream that holds what one head adds in the clean text instead of what it adds in the corrupted one, (T,C). */
    private static float[] ofHead(Recording clean, Recording corrupted, int layer, Step step, int head) {
        float[] stream = corrupted.get(layer, step).values().clone();
        float[] added = corrupted.get(layer, Step.HEAD_CONTRIBUTION).at(head).values();
        float[] instead = clean.get(layer, Step.HEAD_CONTRIBUTION).at(head).values();
        for (int i = 0; i < stream.length; i++) {
            stream[i] += instead[i] - added[i];
        }
        return stream;
    }

    private static double difference(float[] logits, int answer, int other) {
        return (double) logits[answer] - logits[other];
    }
}
