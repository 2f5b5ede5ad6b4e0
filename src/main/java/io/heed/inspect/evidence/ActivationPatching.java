package io.heed.inspect.evidence;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenAlignment;
import io.heed.inspect.TokenAlignment.Pair;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where in a model the difference between two texts is decided: while the model reads one, the residual stream at one layer and position,
 * or what one head adds to it, is replaced by the other's (activation patching, or causal tracing; Meng et al., arXiv 2202.05262; heads:
 * Wang et al., arXiv 2211.00593). A token's stream is replaced by that of the token that stands for it in the other text.
 *
 * @param clean the text whose prediction is restored
 * @param corrupted the text that is read
 * @param aligned which of their tokens correspond, the clean text's first
 * @param answer the id of the likeliest token after the clean text
 * @param other the id of the likeliest token after the corrupted one
 * @param cleanDifference the logit of the answer less that of the other, after the clean text
 * @param corruptedDifference the same after the corrupted text
 * @param recovered for each layer's input and each of {@code aligned} the share of the way from the corrupted difference to the clean
 *     one that the patch restores: 0 none, 1 all; 0 where only one text has a token, since nothing is patched there
 * @param byHead the same for each layer and head, with what the head adds replaced at all tokens that correspond
 */
public record ActivationPatching(
        Encoded clean,
        Encoded corrupted,
        List<Pair> aligned,
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
     * Patches every layer's input at every token, and every head.
     *
     * @param clean at most the model's context
     * @param corrupted likewise
     * @throws HeedException if the texts have the same prediction
     */
    public static ActivationPatching of(LanguageModel model, Encoded clean, Encoded corrupted) {
        Set<Step> needed = needed(model);
        return of(model, Recording.of(model, "", clean, needed), Recording.of(model, "", corrupted, needed), () -> {});
    }

    /**
     * Patches every layer's input at every token, and every head.
     *
     * @param ofClean of that model, with the steps {@link #needed}
     * @param ofCorrupted likewise
     * @param pause called at intervals; may throw to stop the work
     * @throws HeedException if the texts have the same prediction
     */
    public static ActivationPatching of(LanguageModel model, Recording ofClean, Recording ofCorrupted, Runnable pause) {
        Encoded clean = ofClean.encoded();
        Encoded corrupted = ofCorrupted.encoded();
        List<Pair> aligned = TokenAlignment.of(clean, corrupted);
        float[] cleanLogits = ofClean.logits(clean.length() - 1);
        float[] corruptedLogits = ofCorrupted.logits(corrupted.length() - 1);
        int answer = Distribution.likeliest(cleanLogits);
        int other = Distribution.likeliest(corruptedLogits);
        if (answer == other) {
            throw new HeedException("both texts are followed by \"%s\"; choose texts with different predictions"
                    .formatted(model.tokenizer().vocabulary().token(answer)));
        }
        double cleanDifference = difference(cleanLogits, answer, other);
        double corruptedDifference = difference(corruptedLogits, answer, other);
        ToDoubleFunction<float[]> share = logits ->
                (difference(logits, answer, other) - corruptedDifference) / (cleanDifference - corruptedDifference);
        double[][] recovered = new double[ofClean.layers()][];
        double[][] byHead = new double[ofClean.layers()][];
        Patches patches = new Patches(model, ofClean, ofCorrupted, aligned, share);
        for (int layer = 0; layer < recovered.length; layer++) {
            pause.run();
            recovered[layer] = patches.ofTokens(layer);
            byHead[layer] = patches.ofHeads(layer);
        }
        return new ActivationPatching(
                clean, corrupted, aligned, answer, other, cleanDifference, corruptedDifference, recovered, byHead);
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
        String words = differing().stream().map(this::quoted).collect(Collectors.joining(", "));
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

    private String quoted(Difference difference) {
        if (difference.second.isEmpty()) {
            return words(clean, difference.first) + " (only in the first)";
        }
        return difference.first.isEmpty()
                ? words(corrupted, difference.second) + " (only in the second)"
                : words(clean, difference.first) + " | " + words(corrupted, difference.second);
    }

    private static String words(Encoded text, List<Integer> positions) {
        return positions.stream().map(text::quoted).collect(Collectors.joining(" "));
    }

    /**
     * Where the texts differ: a token that stands for another, or tokens in a row that only one text has.
     *
     * @param first positions in the clean text
     * @param second positions in the corrupted one
     */
    public record Difference(List<Integer> first, List<Integer> second) {}

    /** Where the texts differ, in their order. */
    public List<Difference> differing() {
        List<Difference> differences = new ArrayList<>();
        Pair before = null;
        for (Pair pair : aligned) {
            boolean goesOn = before != null
                    && !pair.inBoth()
                    && (pair.first() == null) == (before.first() == null)
                    && (pair.second() == null) == (before.second() == null);
            if (differs(pair) && !goesOn) {
                differences.add(new Difference(new ArrayList<>(), new ArrayList<>()));
            }
            if (differs(pair)) {
                Difference last = differences.get(differences.size() - 1);
                Optional.ofNullable(pair.first()).ifPresent(last.first::add);
                Optional.ofNullable(pair.second()).ifPresent(last.second::add);
            }
            before = pair;
        }
        return List.copyOf(differences);
    }

    /** Whether the texts differ in a token. */
    public boolean differs(Pair pair) {
        Integer first = pair.first();
        Integer second = pair.second();
        return first == null
                || second == null
                || clean.ids()[first] != corrupted.ids()[second];
    }

    private static double difference(float[] logits, int answer, int other) {
        return (double) logits[answer] - logits[other];
    }
}
