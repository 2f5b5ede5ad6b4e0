package io.heed.checkpoint;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

/**
 * The Jinja templates with which other programs turn a conversation into a text. Heed keeps them but does not run them.
 *
 * @param byName the templates by name; the default one is called {@value #DEFAULT}
 */
public record ChatTemplates(Map<String, String> byName) {

    /** The name of the template that is used if none is asked for. */
    public static final String DEFAULT = "default";

    /** Their key in tokenizer_config.json. */
    public static final String KEY = "chat_template";

    private static final String NAME = "name";
    private static final String TEMPLATE = "template";
    private static final String SUFFIX = ".jinja";

    /**
     * Reads those of a tokenizer_config.json: a text, or a list of objects with a name and a template.
     *
     * @param settings its content
     */
    public static ChatTemplates of(JsonNode settings) {
        JsonNode said = settings.path(KEY);
        Map<String, String> all = new LinkedHashMap<>();
        if (said.isString()) {
            all.put(DEFAULT, said.asString());
        } else if (said.isArray()) {
            said.forEach(one ->
                    all.put(one.path(NAME).asString(""), one.path(TEMPLATE).asString("")));
        }
        return new ChatTemplates(all);
    }

    /**
     * Reads those of a folder that are in files of their own: chat_template.jinja, and others by name in
     * additional_chat_templates.
     *
     * @throws HeedException naming a file that cannot be read, or is not small or not text
     */
    static ChatTemplates inFiles(Path folder) {
        Map<String, String> all = new TreeMap<>();
        Path usual = folder.resolve(KEY + SUFFIX);
        if (Files.isRegularFile(usual)) {
            all.put(DEFAULT, text(usual));
        }
        Path others = folder.resolve("additional_chat_templates");
        if (Files.isDirectory(others)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(others, "*" + SUFFIX)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    all.put(name.substring(0, name.length() - SUFFIX.length()), text(file));
                }
            } catch (IOException e) {
                throw new HeedException("cannot read %s: %s".formatted(others, e.getMessage()), e);
            }
        }
        return new ChatTemplates(all);
    }

    /** Python reads any line end as \\n. */
    private static String text(Path file) {
        return JsonFile.text(file).replaceAll("\\r\\n?", "\n");
    }

    /** Their value in tokenizer_config.json: a text if there is only the default one, else a list. */
    public JsonNode json() {
        if (byName.keySet().equals(Set.of(DEFAULT))) {
            return StringNode.valueOf(byName.get(DEFAULT));
        }
        ArrayNode list = JsonMapper.shared().createArrayNode();
        byName.forEach((name, template) -> list.addObject().put(NAME, name).put(TEMPLATE, template));
        return list;
    }
}
