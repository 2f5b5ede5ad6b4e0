package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Joins the texts of the kernels for one model: puts the functions it calls where {@code {choice}} stands, and the place of a weight
 * where it is named.
 */
final class KernelText {

    private static final List<String> ALWAYS = List.of(
            "transformer", "positions", "attention", "norms", "feed_forward", "projections", "losses", "optimizers");

    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern CHOICE = Pattern.compile("\\{(\\w+)}");
    private static final Pattern BLOCK = Pattern.compile("\\bw\\.(\\w+)\\[([^]]+)]");
    private static final Pattern WEIGHT = Pattern.compile("\\bw\\.(\\w+)");

    private KernelText() {}

    /**
     * Returns the text of one module.
     *
     * @throws IllegalArgumentException if a text names a weight or a choice that the model does not have
     */
    static String of(KernelSettings settings) {
        String joined = ALWAYS.stream().map(KernelText::read).collect(Collectors.joining("\n"));
        if (settings.encoder()) {
            joined += "\n" + read("encoder");
        }
        WeightOrder weights = settings.weights();
        String text = COMMENT.matcher(joined).replaceAll("");
        text = replaced(CHOICE, text, found -> choice(settings.choices(), found.group(1)));
        text = replaced(BLOCK, text, found -> weights.block("w", found.group(1), found.group(2)));
        return replaced(WEIGHT, text, found -> weights.place("w", found.group(1)));
    }

    private interface Replacement {
        String of(Matcher found);
    }

    private static String replaced(Pattern pattern, String text, Replacement replacement) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement.of(matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    private static String choice(Map<String, String> choices, String name) {
        String choice = choices.get(name);
        if (choice == null) {
            throw new IllegalArgumentException("there is no choice of %s; there are %s".formatted(name, choices));
        }
        return choice;
    }

    private static String read(String name) {
        try (InputStream in = KernelText.class.getResourceAsStream(name + ".py")) {
            if (in == null) {
                throw new IllegalStateException("%s.py is missing from the jar".formatted(name));
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
