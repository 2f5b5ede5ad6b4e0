package io.heed.inspect.page;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ES modules joined into one classic script, so that a page can hold it: each module becomes a function that returns what the module
 * exports, and is called after those it imports from. An export has the value it has at that moment. Lines with only a comment are
 * left out.
 *
 * <p>It reads only a part of the syntax: at the start of a line, {@code import {a, b as c} from "./x.js";} and {@code export} before a
 * {@code const}, a function or a class. Any other import or export is refused, and so are cycles and missing names.
 */
public final class ScriptBundle {

    private static final Pattern COMMENT = Pattern.compile("^ *//.*\\n", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^import \\{([\\w$, ]+)} from \"(\\.[^\"]+\\.js)\";$", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export (?=(?:const|class|function\\*?|async function\\*?) ([\\w$]+))", Pattern.MULTILINE);
    private static final Pattern OTHER =
            Pattern.compile("^(?:(?:import|export)\\b.*|.*\\bimport *[(.].*)$", Pattern.MULTILINE);

    private final UnaryOperator<String> resources;
    private final Map<String, Joined> modules = new LinkedHashMap<>(); // by path, those that others import first
    private final Set<String> begun = new LinkedHashSet<>(); // and not yet joined

    /** A module as a function with the variable that holds what it returns. */
    private record Joined(String variable, Set<String> exports, String text) {}

    private ScriptBundle(UnaryOperator<String> resources) {
        this.resources = resources;
    }

    /**
     * Joins a module and all that it imports.
     *
     * @param beside a class whose package's resources contain the module
     * @param entry the name of its file
     * @throws IllegalStateException if one is missing or cannot be joined
     */
    public static String of(Class<?> beside, String entry) {
        return of("/" + beside.getPackageName().replace('.', '/') + "/" + entry, PageParts::resource);
    }

    /**
     * Joins modules.
     *
     * @param entry the path of the first
     * @param resources gives the text of a module by its path
     */
    static String of(String entry, UnaryOperator<String> resources) {
        ScriptBundle bundle = new ScriptBundle(resources);
        bundle.module(entry);
        StringBuilder script = new StringBuilder("\"use strict\";\n{\n");
        bundle.modules.values().forEach(module -> script.append(module.text));
        return script.append("}\n").toString();
    }

    /** Adds a module to the bundle, after everything it imports, and returns it. */
    private Joined module(String path) {
        Joined known = modules.get(path);
        if (known != null) {
            return known;
        }
        if (!begun.add(path)) {
            throw new IllegalStateException("%s imports itself by way of %s".formatted(path, begun));
        }
        String code = COMMENT.matcher(resources.apply(path)).replaceAll("");
        String text = IMPORT.matcher(code)
                .replaceAll(found -> Matcher.quoteReplacement(imported(path, found.group(1), found.group(2))));
        Set<String> exports = new LinkedHashSet<>();
        text = EXPORT.matcher(text).replaceAll(found -> {
            exports.add(found.group(1));
            return "";
        });
        Matcher other = OTHER.matcher(text);
        if (other.find()) {
            throw new IllegalStateException("%s: no bundle can hold: %s".formatted(path, other.group()));
        }
        String variable = "module" + modules.size();
        String function =
                "const %s = (() => {\n%s\nreturn {%s};\n})();\n".formatted(variable, text, String.join(", ", exports));
        Joined made = new Joined(variable, exports, function);
        begun.remove(path);
        modules.put(path, made);
        return made;
    }

    /** The line that replaces an import. */
    private String imported(String importer, String names, String from) {
        String path = URI.create(importer).resolve(from).getPath();
        Joined module = module(path);
        List<String> taken = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            String[] words = name.strip().split(" as ", 2);
            if (!module.exports.contains(words[0])) {
                throw new IllegalStateException(
                        "%s imports %s, which %s does not export".formatted(importer, words[0], path));
            }
            taken.add(String.join(": ", words));
        }
        return "const {%s} = %s;".formatted(String.join(", ", taken), module.variable);
    }
}
