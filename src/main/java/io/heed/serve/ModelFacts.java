package io.heed.serve;

import io.heed.checkpoint.LanguageModel;

/**
 * Which model answers.
 *
 * @param status {@code ok}
 * @param model what it is called
 * @param layers the number of its layers
 * @param heads the number of heads of each
 * @param context the largest number of tokens that it reads
 * @param vocabulary the number of its tokens
 */
record ModelFacts(String status, String model, int layers, int heads, int context, int vocabulary) {

    static ModelFacts of(String name, LanguageModel model) {
        var config = model.transformer().config();
        return new ModelFacts(
                "ok",
                name,
                config.layers(),
                config.heads(),
                config.context(),
                model.tokenizer().size());
    }
}
