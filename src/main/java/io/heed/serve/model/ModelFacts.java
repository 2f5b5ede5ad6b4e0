package io.heed.serve.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which model answers.
 *
 * @param status {@code ok}
 * @param model what it is called
 * @param layers the number of its layers
 * @param heads the number of heads of each
 * @param context the largest number of tokens that it reads
 * @param vocabulary the number of its tokens
 * @param examples texts to begin with, all of whose words it knows
 */
record ModelFacts(
        String status, String model, int layers, int heads, int context, int vocabulary, List<Example> examples) {

    private static final String WHO = "the cat , which liked the dog , sat on the";

    private static final List<Example> EXAMPLES = List.of(
            new Example("who sat?", WHO, null),
            new Example("I love cats", "I love cats", null),
            new Example("Miya is so fluffy", "Miya is so fluffy", null),
            new Example("swap cat ↔ dog", WHO, "the dog , which liked the cat , sat on the"));

    /**
     * A text to begin with.
     *
     * @param label what it is called
     * @param text the text
     * @param other one to compare it with, if any
     */
    record Example(
            String label,
            String text,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String other) {

        private boolean isKnownTo(LanguageModel model) {
            return Stream.of(text, Objects.requireNonNullElse(other, text)).allMatch(each -> isKnown(model, each));
        }

        private static boolean isKnown(LanguageModel model, String text) {
            try {
                var encoded = model.encode(text);
                return encoded.unknown().isEmpty() && encoded.length() <= model.context();
            } catch (HeedException e) {
                return false; // it has a token that is no row of the model
            }
        }
    }

    static ModelFacts of(String name, LanguageModel model) {
        var config = model.transformer().config();
        return new ModelFacts(
                "ok",
                name,
                config.layers(),
                config.heads(),
                config.context(),
                model.tokenizer().size(),
                EXAMPLES.stream().filter(example -> example.isKnownTo(model)).toList());
    }
}
