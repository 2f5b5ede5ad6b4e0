package io.heed.inspect.heads;

import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Random sequences that a model reads twice in a row, after the start mark if it has one: only the repetition predicts what comes next, so
 * a head that reads what followed the first time does so for that reason alone (Olsson et al., arXiv 2209.11895).
 *
 * @param rows the ids of each row: the mark, if any, and the sequence twice
 * @param marks 1 with a mark, else 0
 * @param once the number of tokens before the repetition
 */
public record RepeatedTokens(List<long[]> rows, int marks, int once) {

    private static final int MOST = 25;

    /** How vocabularies spell special tokens. */
    private static final Pattern SPECIAL = Pattern.compile("\\[[A-Z]+]|<\\|.*\\|>");

    /** Whether a model's context and vocabulary are large enough. */
    public static boolean possible(LanguageModel model) {
        return once(model) > 1 && usualTokens(model).limit(2).count() > 1;
    }

    private static int marks(LanguageModel model) {
        return model.tokenizer().sentenceMarks().start().isPresent() ? 1 : 0;
    }

    private static int once(LanguageModel model) {
        return Math.min(MOST, (model.context() - marks(model)) / 2);
    }

    /**
     * Draws sequences of a model's tokens.
     *
     * @param seed the seed of all of them
     * @param count how many
     * @throws IllegalArgumentException if it is not {@link #possible}
     */
    public static RepeatedTokens of(LanguageModel model, long seed, int count) {
        int marks = marks(model);
        int once = once(model);
        int[] usual = usualTokens(model).toArray();
        if (once < 2 || usual.length < 2) {
            throw new IllegalArgumentException("the model's context or vocabulary is too small to repeat anything");
        }
        List<long[]> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            RandomGenerator random = Seeds.random(seed, "repeated tokens", row);
            long[] ids = new long[marks + 2 * once];
            if (marks > 0) {
                ids[0] = model.tokenizer().sentenceMarks().start().orElseThrow();
            }
            for (int i = 0; i < once; i++) {
                ids[marks + i] = usual[random.nextInt(usual.length)];
                ids[marks + once + i] = ids[marks + i];
            }
            rows.add(ids);
        }
        return new RepeatedTokens(rows, marks, once);
    }

    /**
     * Has a model read one random sequence twice.
     *
     * @param seed the seed of the sequence
     * @throws IllegalArgumentException if it is not {@link #possible}
     */
    public static Recording read(LanguageModel model, long seed) {
        return of(model, seed, 1).read(model, Set.of(Step.WEIGHTS)).get(0);
    }

    /** Has the model read them, and records some steps. */
    public List<Recording> read(LanguageModel model, Set<Step> steps) {
        List<Passage> passages =
                rows.stream().map(ids -> new Passage("", encoded(model, ids))).toList();
        return Recording.of(model, passages, steps);
    }

    private static Encoded encoded(LanguageModel model, long[] ids) {
        List<String> tokens = new ArrayList<>();
        for (long id : ids) {
            tokens.add(model.tokenizer().vocabulary().token((int) id));
        }
        return new Encoded(ids, tokens, Collections.nCopies(ids.length, new Encoded.Span(0, 0)), List.of());
    }

    /** All but special tokens, which the vocabulary spells in brackets. */
    private static IntStream usualTokens(LanguageModel model) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        return IntStream.range(0, model.transformer().config().vocabulary())
                .filter(id -> vocabulary.hasToken(id)
                        && !SPECIAL.matcher(vocabulary.token(id)).matches());
    }
}
