package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Joins the kernel sources for one model, replacing each {@code {choice}} by the function the model calls and each weight's name by its
 * index. Functions that the model never calls are left out, so an unused variant costs nothing.
 */
final class KernelText {

    private static final List<String> TEXTS = List.of(
            "transformer", "encoder", "positions", "attention", "norms", "feed_forward", "projections", "losses");

    /** The functions that {@link Kernels} calls. */
    private static final List<String> CALLED =
            List.of("transform", "resume", "read", "read_one", "head", "cross_entropy", "foresee");

    private static final List<String> CALLED_WITH_ENCODER = List.of("translate", "read_source");

    /** A choice, a weight, or the weights of a block. */
    private static final Pattern MARK = Pattern.compile("\\{(\\w+)}|\\bw\\.(\\w+)(?:\\[([^]]+)])?");

    private static final Pattern CALL = Pattern.compile("\\(self\\)\\.(\\w+)\\(");
    private static final String FUNCTION = "  def ";

    private KernelText() {}

    /**
     * Returns the source of one module.
     *
     * @throws IllegalArgumentException if a source names a weight or a choice that the model does not have
     */
    static String of(KernelSettings settings) {
        StringBuilder text = new StringBuilder();
        Map<String, StringBuilder> functions = functions(text);
        Deque<String> wanted = new ArrayDeque<>(CALLED);
        if (settings.encoder()) {
            wanted.addAll(CALLED_WITH_ENCODER);
        }
        while (!wanted.isEmpty()) {
            StringBuilder function = functions.remove(wanted.pop());
            if (function != null) { // once
                String resolved = resolved(function, settings);
                text.append(resolved);
                CALL.matcher(resolved).results().forEach(call -> wanted.push(call.group(1)));
            }
        }
        return text.toString();
    }

    /** Splits the sources into functions, without comments; appends what precedes the first one to {@code head}. */
    private static Map<String, StringBuilder> functions(StringBuilder head) {
        Map<String, StringBuilder> functions = new HashMap<>();
        StringBuilder current = head;
        for (String name : TEXTS) {
            for (String line : (Iterable<String>) read(name).lines()::iterator) {
                if (line.startsWith(FUNCTION)) {
                    current = new StringBuilder();
                    functions.put(line.substring(FUNCTION.length(), line.indexOf('(')), current);
                }
                int comment = line.indexOf('#');
                current.append(comment < 0 ? line : line.substring(0, comment)).append('\n');
            }
        }
        return functions;
    }

    private static String resolved(CharSequence text, KernelSettings settings) {
        WeightOrder weights = settings.weights();
        return MARK.matcher(text).replaceAll(found -> {
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
