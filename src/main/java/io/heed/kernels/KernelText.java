package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Joins the kernel sources for one model, replacing each {@code {choice}} by the function the model calls and each
 * weight's name by its index.
 */
final class KernelText {

    private static final List<String> ALWAYS =
            List.of("transformer", "positions", "attention", "norms", "feed_forward", "projections", "losses");

    /** A choice, a weight, or the weights of a block. */
    private static final Pattern MARK = Pattern.compile("\\{(\\w+)}|\\bw\\.(\\w+)(?:\\[([^]]+)])?");

    private KernelText() {}

    /**
     * Returns the source of one module.
     *
     * @throws IllegalArgumentException if a source names a weight or a choice that the model does not have
     */
    static String of(KernelSettings settings) {
        StringBuilder text = new StringBuilder();
        for (String name : ALWAYS) {
            add(read(name), settings, text);
        }
        if (settings.encoder()) {
            add(read("encoder"), settings, text);
        }
        return text.toString();
    }

    /** Adds a source without its comments. Few lines have marks, and matching is slow before the JVM has compiled it. */
    private static void add(String part, KernelSettings settings, StringBuilder text) {
        for (String line : (Iterable<String>) part.lines()::iterator) {
            int comment = line.indexOf('#');
            String code = comment < 0 ? line : line.substring(0, comment);
            boolean marked = code.indexOf('{') >= 0 || code.contains("w.");
            text.append(marked ? resolved(code, settings) : code).append('\n');
        }
    }

    private static String resolved(String line, KernelSettings settings) {
        WeightOrder weights = settings.weights();
        return MARK.matcher(line).replaceAll(found -> {
            if (found.group(1) != null) {
                return choice(settings.choices(), found.group(1));
            }
            String block = found.group(3);
            return block == null ? weights.place("w", found.group(2)) : weights.block("w", found.group(2), block);
        });
    }

    private static String choice(Map<String, String> choices, String name) {
        String choice = choices.get(name);
        if (choice == null) {
            throw new IllegalArgumentException("there is no choice named %s; there are %s".formatted(name, choices));
        }
        return choice;
    }

    /** Returns a source unchanged. */
    static String read(String name) {
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
