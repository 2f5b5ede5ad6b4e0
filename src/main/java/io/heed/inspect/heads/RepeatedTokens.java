package io.heed.inspect.heads;

import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A model reading a random sequence twice: only the repetition predicts what comes next, so a head that reads what followed the first
 * time does so for that reason alone (Olsson et al., arXiv 2209.11895).
 */
public final class RepeatedTokens {

    private static final int MOST = 25;

    private RepeatedTokens() {}

    /** Whether a model's context and vocabulary are large enough. */
    public static boolean possible(LanguageModel model) {
        return count(model) > 1 && usualTokens(model).size() > 1;
    }

    private static int marks(LanguageModel model) {
        return model.tokenizer().sentenceMarks().start().isPresent() ? 1 : 0;
    }

    private static int count(LanguageModel model) {
        return Math.min(MOST, (model.context() - marks(model)) / 2);
    }

    /**
     * Has a model read a random sequence twice, after the start mark if it has one.
     *
     * @param seed the seed of the sequence
     * @throws IllegalArgumentException if it is not {@link #possible}
     */
    public static Recording read(LanguageModel model, long seed) {
        if (!possible(model)) {
            throw new IllegalArgumentException("the model's context or vocabulary is too small to repeat anything");
        }
        int marks = marks(model);
        int count = count(model);
        List<Integer> usual = usualTokens(model);
        RandomGenerator random = Seeds.random(seed, "repeated tokens", 0);
        long[] ids = new long[marks + 2 * count];
        if (marks > 0) {
            ids[0] = model.tokenizer().sentenceMarks().start().orElseThrow();
        }
        for (int i = 0; i < count; i++) {
            ids[marks + i] = usual.get(random.nextInt(usual.size()));
            ids[marks + count + i] = ids[marks + i];
        }
        List<String> tokens = new ArrayList<>();
        for (long id : ids) {
            tokens.add(model.tokenizer().vocabulary().token((int) id));
        }
        List<Encoded.Span> nowhere = Collections.nCopies(ids.length, new Encoded.Span(0, 0));
        return Recording.of(model, "", new Encoded(ids, tokens, nowhere, List.of()), Set.of(Step.WEIGHTS));
    }

    /** All but special tokens, which the vocabulary spells in brackets. */
    private static List<Integer> usualTokens(LanguageModel model) {
        List<Integer> usual = new ArrayList<>();
        for (int id = 0; id < model.transformer().config().vocabulary(); id++) {
            if (model.tokenizer().vocabulary().hasToken(id)
                    && !model.tokenizer().vocabulary().token(id).matches("\\[[A-Z]+]|<\\|.*\\|>")) {
                usual.add(id);
            }
        }
        return usual;
    }
}
