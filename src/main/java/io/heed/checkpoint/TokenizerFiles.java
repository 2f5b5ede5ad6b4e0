package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.text.Visible;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the tokenizer of a folder: tokenizer.json, or GPT-2's older format, with tokens and ids in vocab.json and
 * merges in merges.txt.
 */
public final class TokenizerFiles {

    static final String FILE = "tokenizer.json";
    static final String CONFIG = "tokenizer_config.json";

    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String ADDED = "added_tokens.json";

    private TokenizerFiles() {}

    /** Whether a folder has a tokenizer. */
    static boolean areIn(Path folder) {
        return has(folder, FILE) || (has(folder, VOCABULARY) && has(folder, MERGES));
    }

    /**
     * Reads the tokenizer of a folder.
     *
     * @throws HeedException naming the file and what is wrong with it, or what is missing
     */
    public static Tokenizer read(Path folder) {
        if (!areIn(folder)) {
            throw new HeedException("%s has no %s, nor %s and %s".formatted(folder, FILE, VOCABULARY, MERGES));
        }
        return tokenizer(folder, SpecialIds.NONE, settings(folder));
    }

    /**
     * Reads the tokenizer of a model's folder, or creates a tokenizer of ids if it has none.
     *
     * @param ids the special ids in the model's files, and the number of tokens it knows; a text with any other token
     *     is refused
     * @throws HeedException naming the file and what is wrong with it
     */
    static Tokenizer read(Path folder, SpecialIds ids) {
        return read(folder, ids, settings(folder));
    }

    /**
     * Reads it with settings that have been read.
     *
     * @param settings by {@link #settings}
     */
    static Tokenizer read(Path folder, SpecialIds ids, ObjectNode settings) {
        if (!areIn(folder)) {
            return Tokenizer.ofIds(ids);
        }
        return tokenizer(folder, ids, settings).limitedTo(ids.rows());
    }

    /**
     * Reads the settings beside a tokenizer, which are empty without one.
     *
     * @throws HeedException naming a file that is not JSON or not text
     */
    static ObjectNode settings(Path folder) {
        return areIn(folder)
                ? TokenizerSettings.read(folder)
                : JsonMapper.shared().createObjectNode();
    }

    private static Tokenizer tokenizer(Path folder, SpecialIds ids, ObjectNode settings) {
        if (!has(folder, FILE)) {
            return Tokenizer.of(
                    TokenizerJson.of(json(folder), folder.resolve(VOCABULARY).toString()), ids);
        }
        TokenizerJson json = TokenizerJson.read(folder.resolve(FILE));
        boolean changed = TokenizerSettings.areIn(folder) && TokenizerSettings.put(settings, (ObjectNode) json.root());
        return Tokenizer.of(changed ? json.rewritten() : json, ids);
    }

    private static boolean has(Path folder, String file) {
        return Files.isRegularFile(folder.resolve(file));
    }

    private static String json(Path folder) {
        Map<Integer, String> taken = new HashMap<>();
        Map<String, Integer> vocabulary = tokens(folder.resolve(VOCABULARY), taken);
        List<List<String>> merges = merges(folder.resolve(MERGES), vocabulary);
        Map<String, Integer> special = new LinkedHashMap<>();
        Integer end = vocabulary.get(TokenizerBuilder.END_OF_TEXT);
        if (end != null) {
            special.put(TokenizerBuilder.END_OF_TEXT, end);
        }
        if (has(folder, ADDED)) {
            special.putAll(tokens(folder.resolve(ADDED), taken));
        }
        return TokenizerBuilder.bytePairs(vocabulary, merges, special, prefixSpace(folder.resolve(CONFIG)));
    }

    /** Reads tokens and their ids, none of which may be taken already. */
    private static Map<String, Integer> tokens(Path file, Map<Integer, String> taken) {
        JsonNode root = JsonFile.large(file);
        if (!root.isObject()) {
            throw new HeedException("%s is not a JSON object of tokens and their ids".formatted(file));
        }
        Map<String, Integer> tokens = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            String token = Visible.text(entry.getKey());
            JsonNode id = entry.getValue();
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw new HeedException("%s: the id of \"%s\" is %s, not a whole number of at least 0"
                        .formatted(file, token, shown(id)));
            }
            String other = taken.put(id.intValue(), token);
            if (other != null && !other.equals(token)) {
                throw new HeedException(
                        "%s: \"%s\" and \"%s\" have the same id, %d".formatted(file, other, token, id.intValue()));
            }
            tokens.put(entry.getKey(), id.intValue());
        }
        return tokens;
    }

    /** Reads the merges, one per line: two tokens separated by a space. The first line may give the format's version. */
    private static List<List<String>> merges(Path file, Map<String, Integer> vocabulary) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new HeedException("%s is not text in UTF-8".formatted(file), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
        List<List<String>> merges = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isEmpty() || (i == 0 && line.startsWith("#version"))) {
                continue;
            }
            List<String> pair = List.of(line.split(" ", -1));
            if (pair.size() != 2 || pair.contains("")) {
                throw new HeedException(
                        "%s:%d: \"%s\" is not two tokens separated by a space".formatted(file, i + 1, shown(line)));
            }
            for (String token : List.of(pair.get(0), pair.get(1), pair.get(0) + pair.get(1))) {
                if (!vocabulary.containsKey(token)) {
                    throw new HeedException(
                            "%s:%d: \"%s\" is not a token of %s".formatted(file, i + 1, shown(token), VOCABULARY));
                }
            }
            merges.add(pair);
        }
        return merges;
    }

    /** Whether tokenizer_config.json, if there is one, asks for a space before a text. */
    private static boolean prefixSpace(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        JsonNode root = JsonFile.small(file);
        if (root.path("add_bos_token").asBoolean(false)) {
            throw new HeedException(
                    "%s: add_bos_token true is not supported without a %s; write one with transformers' save_pretrained"
                            .formatted(file, FILE));
        }
        return root.path("add_prefix_space").asBoolean(false);
    }

    private static String shown(Object value) {
        String text = Visible.text(value.toString());
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
