package io.heed.inspect.circuit.pairs;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.ContrastPair;
import io.heed.text.Visible;
import io.heed.text.tokenizer.Encoded;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A text, the same text with something else in it, and what should follow; for a model that translates, a sentence, the same with
 * something else in it, and how its translation should go on.
 *
 * @param text the clean text
 * @param corruptedText the other
 * @param clean the ids of the clean text, (T)
 * @param corrupted those of the other, (T)
 * @param written the ids of the translation so far, from the start mark on; empty if the model does not translate
 * @param answer the id of the token that should follow the clean text
 * @param wrong that of the token that should follow the other
 */
public record PromptPair(
        String text, String corruptedText, long[] clean, long[] corrupted, long[] written, int answer, int wrong) {

    /**
     * Reads texts with a model.
     *
     * @param where what messages call them, such as a line of a file
     * @throws HeedException if the texts do not align token by token, are too long, or an answer is unknown or no different
     */
    public static PromptPair of(LanguageModel model, String where, ContrastPair texts) {
        String clean = texts.clean();
        String corrupted = texts.corrupted();
        Encoded first = encode(model, where, clean);
        Encoded second = encode(model, where, corrupted);
        if (first.length() != second.length()) {
            throw new HeedException(
                    "%s: the texts do not align token by token: %d tokens (%s) and %d (%s); exchange a word for one of as many tokens"
                            .formatted(
                                    where,
                                    first.length(),
                                    shown(first, differing(first, second)),
                                    second.length(),
                                    shown(second, differing(first, second))));
        }
        if (Arrays.equals(first.ids(), second.ids())) {
            throw new HeedException("%s: both texts are the same: %s".formatted(where, Visible.inQuotes(clean)));
        }
        boolean translates = model.transformer().config().translates();
        String text = translates ? texts.written() : clean;
        Encoded before = translates ? written(model, where, text) : first;
        int right = next(model, where, before, text, texts.answer());
        int other = next(model, where, before, text, texts.wrong());
        if (right == other) {
            throw new HeedException("%s: the answers %s and %s begin with the same token"
                    .formatted(where, Visible.inQuotes(texts.answer()), Visible.inQuotes(texts.wrong())));
        }
        long[] written = translates ? before.ids() : new long[0];
        return new PromptPair(clean, corrupted, first.ids(), second.ids(), written, right, other);
    }

    private static Encoded written(LanguageModel model, String where, String text) {
        return text.isBlank()
                ? model.encoded(model.tokenizer().sentenceMarks().beginning())
                : encode(model, where, text);
    }

    /** What it compares, whichever of its texts is the clean one; equal for pairs that would be measured twice. */
    Object compared() {
        List<Object> first = List.of(Arrays.toString(clean), answer);
        List<Object> second = List.of(Arrays.toString(corrupted), wrong);
        return List.of(Set.of(first, second), Arrays.toString(written));
    }

    /** Whether the answer continues a translation. */
    public boolean translates() {
        return written.length > 0;
    }

    /** How many ids it has, of the text and of its translation so far; pairs with equal lengths can be read together. */
    public List<Integer> lengths() {
        return List.of(clean.length, written.length);
    }

    private static Encoded encode(LanguageModel model, String where, String text) {
        if (text.isBlank()) {
            throw new HeedException(where + ": a text is missing");
        }
        Encoded encoded = words(model, where, text);
        if (encoded.length() > model.context()) {
            throw new HeedException("%s: %d tokens are more than the model's context of %d"
                    .formatted(where, encoded.length(), model.context()));
        }
        return encoded;
    }

    private static Encoded words(LanguageModel model, String where, String text) {
        Encoded encoded = model.encode(text);
        if (!encoded.unknown().isEmpty()) {
            throw new HeedException("%s: the model does not know %s"
                    .formatted(where, Visible.inQuotes(encoded.unknown().get(0))));
        }
        return encoded;
    }

    /** The token with which a word goes on after a text. */
    private static int next(LanguageModel model, String where, Encoded before, String text, String word) {
        if (word.isBlank()) {
            throw new HeedException(where + ": an answer is missing");
        }
        Encoded joined = words(model, where, text + (text.isEmpty() || word.startsWith(" ") ? "" : " ") + word);
        int length = before.length();
        if (joined.length() <= length || !Arrays.equals(Arrays.copyOf(joined.ids(), length), before.ids())) {
            throw new HeedException("%s: %s is no token after %s and a space"
                    .formatted(where, Visible.inQuotes(word), Visible.inQuotes(text)));
        }
        return (int) joined.ids()[length];
    }

    private static int differing(Encoded first, Encoded second) {
        int at = Arrays.mismatch(first.ids(), second.ids());
        return Math.max(0, Math.min(at, Math.min(first.length(), second.length()) - 1));
    }

    private static String shown(Encoded encoded, int from) {
        return Visible.inQuotes(String.join(" ", encoded.tokens().subList(from, Math.min(encoded.length(), from + 4))));
    }
}
