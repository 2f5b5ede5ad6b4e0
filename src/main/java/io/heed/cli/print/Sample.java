package io.heed.cli.print;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.Sampling;
import io.heed.predict.SentenceTranslator;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.List;

/** A text that a model continues or translates during training, to show its progress. */
final class Sample {

    private static final int TOKENS = 40;

    /** Always sampled alike, and rarely from unlikely words. */
    private static final Sampling SAMPLING = new Sampling(0.8, 0, 1, 0, 1, 1);

    private Sample() {}

    /** Returns the text and its continuation or translation, on one line. */
    static String of(LanguageModel model, String beginning) {
        if (model.transformer().config().translates()) {
            long[] source = model.encode(beginning).first(model.context()).ids();
            return Visible.text(beginning + " → "
                    + new SentenceTranslator(model)
                            .translate(List.of(source))
                            .get(0)
                            .text());
        }
        List<Encoded> prompts = List.of(model.encode(beginning));
        try (Generation generation = new Generation(model, prompts, new GenerationSettings(TOKENS, SAMPLING))) {
            return Visible.text(
                    beginning + generation.run((row, piece, token) -> {}).get(0).text());
        }
    }
}
