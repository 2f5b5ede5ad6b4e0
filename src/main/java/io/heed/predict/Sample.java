package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.List;

/** A text that a model continues or translates during training, to show its progress. */
public final class Sample {

    private static final int TOKENS = 40;

    /** Always sampled alike, and rarely from unlikely words. */
    private static final Sampling SAMPLING = new Sampling(0.8, 0, 1, 0, 1, 1);

    private Sample() {}

    /** Returns the text and its continuation or translation, on one line. */
    public static String of(LanguageModel model, String beginning) {
        return of(model, beginning, TOKENS);
    }

    /**
     * Returns the text and its continuation or translation, on one line.
     *
     * @param tokens the most tokens of a continuation
     */
    public static String of(LanguageModel model, String beginning, int tokens) {
        if (model.transformer().config().translates()) {
            long[] source = model.encode(beginning).first(model.context()).ids();
            return Visible.text(beginning + " → "
                    + new SentenceTranslator(model)
                            .translate(List.of(source))
                            .get(0)
                            .text());
        }
        List<Encoded> prompts = List.of(model.encode(beginning));
        try (Generation generation = new Generation(model, prompts, new GenerationSettings(tokens, SAMPLING))) {
            return Visible.text(
                    beginning + generation.run((row, piece, token) -> {}).get(0).text());
        }
    }
}
