package io.heed.checkpoint;

import io.heed.HeedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads tokenizer_config.json and what stands in the files beside it, and applies it to the tokenizer.json, as transformers 4.52 does (PreTrainedTokenizerFast):
 * whether a text is tokenized as if it started with a space, and the added tokens, which are matched before a text is
 * tokenized.
 */
final class TokenizerSettings {

    private static final String PREFIX_SPACE = "add_prefix_space";

    /** The properties of an added token besides its text, each true or false. */
    private static final List<String> WAYS = List.of("single_word", "lstrip", "rstrip", "normalized", "special");

    static final List<String> MARKS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final String MAP = "special_tokens_map.json";
    private static final String ADDED = "added_tokens_decoder";
    static final String ADDITIONAL = "additional_special_tokens";

    private TokenizerSettings() {}

    /** Whether a folder has settings. */
    static boolean areIn(Path folder) {
        return Stream.of(TokenizerFiles.CONFIG, MAP).anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    /**
     * Reads the settings of a folder: tokenizer_config.json; where that lists no added tokens, the names of special tokens in
     * special_tokens_map.json; and the chat templates in files of their own, which replace those of tokenizer_config.json.
     *
     * @throws HeedException naming a file that is not JSON or not text
     */
    static ObjectNode read(Path folder) {
        ObjectNode settings = object(folder.resolve(TokenizerFiles.CONFIG));
        if (!settings.has(ADDED)) {
            Set<JsonNode> additional = new LinkedHashSet<>();
            settings.path(ADDITIONAL).forEach(additional::add);
            settings.setAll(object(folder.resolve(MAP)));
            if (settings.path(ADDITIONAL).isArray()) {
                settings.path(ADDITIONAL).forEach(additional::add);
                settings.putArray(ADDITIONAL).addAll(additional);
            }
        }
        ChatTemplates templates = ChatTemplates.inFiles(folder);
        if (!templates.byName().isEmpty()) {
            settings.set(ChatTemplates.KEY, templates.json());
        }
        return settings;
    }

    private static ObjectNode object(Path file) {
        return Files.isRegularFile(file) && JsonFile.small(file) instanceof ObjectNode object
                ? object
                : JsonMapper.shared().createObjectNode();
    }

    /**
     * Applies settings to a tokenizer.json.
     *
     * @return whether anything was changed
     */
    static boolean put(JsonNode settings, ObjectNode tokenizer) {
        boolean changed = prefixSpace(settings, tokenizer.path("pre_tokenizer"));
        List<Map.Entry<String, JsonNode>> added = settings.path(ADDED).properties().stream()
                .filter(entry -> entry.getKey().matches("\\d{1,9}"))
                .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.getKey())))
                .toList();
        for (Map.Entry<String, JsonNode> entry : added) {
            changed |= add(tokenizer, entry.getValue());
        }
        for (String mark : marks(settings)) {
            ObjectNode token = tokenizer.objectNode().put("content", mark).put("special", true);
            changed |= find(tokenizer, mark) == null && add(tokenizer, token);
        }
        return changed;
    }

    /** If the setting is missing, transformers assumes false. */
    private static boolean prefixSpace(JsonNode settings, JsonNode words) {
        boolean wanted = settings.path(PREFIX_SPACE).asBoolean(false);
        if (!words.path(PREFIX_SPACE).isBoolean() || words.path(PREFIX_SPACE).booleanValue() == wanted) {
            return false;
        }
        ((ObjectNode) words).put(PREFIX_SPACE, wanted);
        return true;
    }

    /** The special tokens in the settings, with GPT-2's own for those its tokenizer does not name. */
    private static Set<String> marks(JsonNode settings) {
        boolean gpt2 = settings.path("tokenizer_class").asString("").matches("GPT2Tokenizer(Fast)?");
        List<JsonNode> named = new ArrayList<>();
        Set<String> marks = new LinkedHashSet<>();
        for (String mark : MARKS) {
            if (gpt2 && MARKS.indexOf(mark) < 3 && !settings.has(mark)) {
                marks.add("<|endoftext|>");
            }
            named.add(settings.path(mark));
        }
        settings.path(ADDITIONAL).forEach(named::add);
        for (JsonNode mark : named) {
            marks.add(mark.isObject() ? mark.path("content").asString("") : mark.asString(""));
        }
        marks.remove("");
        return marks;
    }

    private static @Nullable ObjectNode find(ObjectNode tokenizer, String content) {
        for (JsonNode token : tokenizer.path("added_tokens")) {
            if (token.path("content").asString("").equals(content)) {
                return (ObjectNode) token;
            }
        }
        return null;
    }

    /** Adds an added token or changes its properties; returns whether anything changed. */
    private static boolean add(ObjectNode tokenizer, JsonNode token) {
        String content = token.path("content").asString("");
        if (content.isEmpty()) {
            return false;
        }
        ObjectNode there = find(tokenizer, content);
        ObjectNode made = tokenizer.objectNode();
        made.put("id", there == null ? id(tokenizer, content) : there.path("id").asInt());
        made.put("content", content);
        boolean special = token.path("special").asBoolean(false);
        for (String way : WAYS) {
            made.put(way, token.path(way).asBoolean(way.equals("normalized") && !special));
        }
        if (made.equals(there)) {
            return false;
        }
        if (there == null) {
            tokenizer.withArray("added_tokens").add(made);
        } else {
            there.setAll(made);
        }
        return true;
    }

    /** The id of a token in the vocabulary, or else the next free id. */
    private static int id(ObjectNode tokenizer, String content) {
        JsonNode vocabulary = tokenizer.path("model").path("vocab");
        int next = vocabulary.size();
        if (vocabulary.isArray()) {
            for (int id = 0; id < vocabulary.size(); id++) {
                if (vocabulary.get(id).path(0).asString("").equals(content)) {
                    return id;
                }
            }
        } else if (vocabulary.path(content).isInt()) {
            return vocabulary.path(content).intValue();
        }
        for (JsonNode token : tokenizer.path("added_tokens")) {
            next = Math.max(next, token.path("id").asInt() + 1);
        }
        return next;
    }
}
