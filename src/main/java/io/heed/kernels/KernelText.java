package io.heed.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Joins the kernel sources for one model, replacing each {@code {choice}} by what the model has there and each weight's name by its
 * index. Functions that the model never calls are left out, so an unused variant costs nothing.
 */
final class KernelText {

    private static final List<String> ALWAYS = List.of(
            "transformer",
            "positions",
            "attention",
            "norms",
            "feed_forward",
            "projections",
            "packed",
            "formats",
            "losses");

    /** A choice, a weight, or the weights of a block. */
    private static final Pattern MARK = Pattern.compile("\\{(\\w+)}|\\bw\\.(\\w+)(?:\\[([^]]+)])?");

    private static final String CALL = "(self).";
    private static final String FUNCTION = "  def ";

    private KernelText() {}

    /**
     * Returns the source of one module.
     *
     * @param called the functions that are called from Java
     * @throws IllegalArgumentException if a source names a weight or a choice that the model does not have
     */
    static String of(KernelSettings settings, List<String> called) {
        StringBuilder text = new StringBuilder();
        Map<String, List<String>> functions = new HashMap<>();
        for (String name : ALWAYS) {
            split(name, functions, text);
        }
        if (settings.encoder()) {
            split("encoder", functions, text);
        }
        Deque<String> wanted = new ArrayDeque<>(called);
        while (!wanted.isEmpty()) {
            List<String> function = functions.remove(wanted.pop());
            if (function != null) { // once
                for (String line : function) {
                    // few lines have marks, and matching is slow before the JVM has compiled it
                    boolean marked = line.indexOf('{') >= 0 || line.contains("w.");
                    String resolved = marked ? resolved(line, settings) : line;
                    text.append(resolved).append('\n');
                    addCalled(resolved, wanted);
                }
            }
        }
        return text.toString();
    }

    /** Adds the functions that a line calls. */
    private static void addCalled(String line, Deque<String> wanted) {
        for (int at = line.indexOf(CALL); at >= 0; at = line.indexOf(CALL, at)) {
            at += CALL.length();
            wanted.push(line.substring(at, line.indexOf('(', at)));
        }
    }

    /** Splits a source into the lines of its functions, without comments; appends what precedes the first one to {@code head}. */
    private static void split(String name, Map<String, List<String>> functions, StringBuilder head) {
        List<String> current = null;
        for (String line : (Iterable<String>) read(name).lines()::iterator) {
            int comment = line.indexOf('#');
            String code = comment < 0 ? line : line.substring(0, comment);
            if (code.startsWith(FUNCTION)) {
                current = new ArrayList<>();
                functions.put(code.substring(FUNCTION.length(), code.indexOf('(')), current);
            }
            if (current == null) {
                head.append(code).append('\n');
            } else {
                current.add(code);
            }
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
