package io.heed.cli.options;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Encodes the user's text, and warns of what the model cannot read as it is. */
public final class Prompts {

    private Prompts() {}

    /** Notes that several words may have been meant as one text, whose quotes were forgotten. */
    public static void noteWords(List<String> texts, PrintWriter err) {
        if (texts.size() > 1 && texts.stream().noneMatch(text -> text.strip().contains(" "))) {
            err.printf(
                    "heed: each of the %d words is a text of its own; a text of several words goes in quotes: \"%s\"%n",
                    texts.size(), Visible.text(String.join(" ", texts)));
        }
    }

    /** Cuts a text, keeps its last tokens if it is longer than the context, and warns of that and of unknown words. */
    public static Encoded read(LanguageModel model, String text, PrintWriter err) {
        return last(model, whole(model, text, err), err);
    }

    /** Cuts a sentence to translate, keeps its first tokens if it is longer than the context, and warns as {@link #read} does. */
    public static Encoded sentence(LanguageModel model, String text, PrintWriter err) {
        Encoded encoded = whole(model, text, err);
        if (encoded.length() > model.context()) {
            err.printf("heed: the sentence has %d tokens; the first %d are read%n", encoded.length(), model.context());
        }
        return encoded.first(model.context());
    }

    /** Keeps the last tokens of a text longer than the context, and warns of that. */
    static Encoded last(LanguageModel model, Encoded encoded, PrintWriter err) {
        int context = model.context();
        if (encoded.length() > context) {
            err.printf("heed: the text has %d tokens; the last %d are read%n", encoded.length(), context);
        }
        return encoded.last(context);
    }

    /** Cuts a text of any length and warns of unknown words. */
    public static Encoded whole(LanguageModel model, String text, PrintWriter err) {
        Encoded encoded = model.encode(text);
        warn(encoded.unknown(), err);
        return encoded;
    }

    /** Warns of unknown words, if there are any. */
    public static void warn(List<String> unknown, PrintWriter err) {
        if (!unknown.isEmpty()) {
            String words = unknown.stream()
                    .map(word -> "\"" + Visible.text(word) + "\"")
                    .collect(Collectors.joining(", "));
            err.printf("heed: the model does not know %s and reads [UNK] there%n", words);
        }
    }
}
