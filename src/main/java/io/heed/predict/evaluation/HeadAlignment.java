package io.heed.predict.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.shape.ModelConfig;
import io.heed.text.corpus.Alignment;
import io.heed.text.corpus.SentencePair;
import io.heed.text.corpus.WordsRead;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * How well a head of the cross-attention finds, for each word, the word that it translates: when a word is about to be written, which
 * word of the source has the largest weight, the weights of a word's tokens added up. The start mark is no word, so its weight does
 * not count.
 *
 * @param layer the decoder's layer, from 0
 * @param head the head, from 0
 * @param errors how its links differ from the true ones
 */
public record HeadAlignment(int layer, int head, @JsonIgnore Alignment.Errors errors) {

    private static final int AT_ONCE = 32;

    /** The share of wrong links, from 0 to 1; NaN if no word comes from another. */
    @JsonProperty
    public double alignmentErrorRate() {
        return errors.rate();
    }

    /**
     * Compares every head's links with the true ones, the translation given word by word.
     *
     * @param pairs the pairs; those of unknown alignment or longer than the model's context are left out
     * @return all heads, the lowest error rate first; none if no pair is left
     */
    public static List<HeadAlignment> of(LanguageModel model, List<SentencePair> pairs) {
        ModelConfig config = model.transformer().config();
        Alignment.Errors[] errors = new Alignment.Errors[config.layers() * config.heads()];
        Arrays.fill(errors, Alignment.Errors.NONE);
        List<AlignedPair> known = pairs.stream()
                .flatMap(pair -> AlignedPair.of(model, pair).stream())
                .toList();
        for (int from = 0; from < known.size(); from += AT_ONCE) {
            add(model, known.subList(from, Math.min(from + AT_ONCE, known.size())), errors);
        }
        List<HeadAlignment> heads = new ArrayList<>();
        for (int i = 0; i < errors.length && !known.isEmpty(); i++) {
            heads.add(new HeadAlignment(i / config.heads(), i % config.heads(), errors[i]));
        }
        heads.sort(Comparator.comparingDouble(head -> head.errors.rate()));
        return heads;
    }

    private static void add(LanguageModel model, List<AlignedPair> some, Alignment.Errors[] errors) {
        Trace trace = new Trace(EnumSet.of(Trace.Step.WEIGHTS));
        int heads = model.transformer().config().heads();
        try (NDManager reading = model.newReading()) {
            model.read(
                    reading,
                    some.stream().map(pair -> pair.source.ids()).toList(),
                    some.stream().map(pair -> pair.target.ids()).toList(),
                    trace);
            for (int i = 0; i < errors.length; i++) {
                NDArray weights = trace.get(Trace.Part.CROSS, i / heads, Trace.Step.WEIGHTS); // (B,H,T,S)
                int queries = Math.toIntExact(weights.getShape().get(2));
                int keys = Math.toIntExact(weights.getShape().get(3));
                float[] all = weights.get(":, {}", i % heads).toFloatArray();
                for (int row = 0; row < some.size(); row++) {
                    errors[i] = errors[i].plus(some.get(row).errors(all, row * queries * keys, keys));
                }
            }
        }
    }

    /** A pair whose alignment is known, cut into tokens. */
    private record AlignedPair(Alignment alignment, Encoded source, Encoded target, WordsRead words) {

        static Optional<AlignedPair> of(LanguageModel model, SentencePair pair) {
            Encoded source = model.encode(pair.source());
            Encoded target = model.encode(pair.target());
            Alignment alignment = pair.alignment();
            if (alignment == null || Math.max(source.length(), target.length()) > model.context()) {
                return Optional.empty();
            }
            WordsRead words =
                    new WordsRead(Alignment.wordsOf(source, pair.source()), Alignment.wordsOf(target, pair.target()));
            return Optional.of(new AlignedPair(alignment, source, target, words));
        }

        /** The errors of one head, whose weights for this pair start at an offset, {@code keys} per query. */
        Alignment.Errors errors(float[] weights, int from, int keys) {
            return alignment.errors(words.links((query, key) -> weights[from + query * keys + key]));
        }
    }
}
