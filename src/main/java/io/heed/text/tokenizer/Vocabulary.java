package io.heed.text.tokenizer;

import io.heed.HeedException;
import io.heed.text.Visible;
import io.heed.text.WhiteSpace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The tokens of a tokenizer: their ids, their spelling, and the text that they stand for. */
public final class Vocabulary {

    private final Map<Integer, String> tokens; // not a list: ids may be sparse
    private final Map<String, Integer> ids = new HashMap<>();
    private final int size; // texts with larger ids are refused
    private final int unknown;
    private final List<String> added = new ArrayList<>();
    private final Set<Integer> marks = new LinkedHashSet<>();
    private final boolean bytes;

    /** Reads the vocabulary of a tokenizer.json. */
    Vocabulary(JsonNode root) {
        tokens = tokens(root);
        tokens.forEach((id, token) -> ids.merge(token, id, Math::max));
        size = tokens.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
        for (JsonNode token : root.path("added_tokens")) {
            added.add(token.path("content").asString());
            if (token.path("special").asBoolean(false)) {
                marks.add(token.path("id").asInt());
            }
        }
        bytes = root.path("decoder").findValuesAsString("type").contains("ByteLevel");
        JsonNode unknown = root.path("model").path("unk_id"); // named so if tokens have scores
        this.unknown = unknown.isInt()
                ? unknown.intValue()
                : ids.getOrDefault(root.path("model").path("unk_token").asString(""), -1);
    }

    private Vocabulary(Vocabulary whole, int size) {
        tokens = whole.tokens;
        whole.ids.forEach((token, id) -> {
            if (id < size) {
                ids.put(token, id);
            }
        });
        this.size = size;
        added.addAll(whole.added);
        whole.marks.stream().filter(id -> id < size).forEach(marks::add);
        bytes = whole.bytes;
        unknown = whole.unknown;
    }

    /** Limits a vocabulary to its first tokens; the others are refused. */
    Vocabulary limitedTo(int size) {
        return new Vocabulary(this, size);
    }

    private static Map<Integer, String> tokens(JsonNode root) {
        Map<Integer, String> tokens = new HashMap<>();
        JsonNode vocabulary = root.path("model").path("vocab");
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
            put(tokens, entry.getValue().asInt(), entry.getKey());
        }
        for (JsonNode scored : vocabulary.isArray() ? vocabulary : List.<JsonNode>of()) { // each token with its score
            put(tokens, tokens.size(), scored.path(0).asString());
        }
        for (JsonNode added : root.path("added_tokens")) {
            put(tokens, added.path("id").asInt(), added.path("content").asString());
        }
        return tokens;
    }

    private static void put(Map<Integer, String> tokens, int id, String token) {
        if (id < 0 || id > TokenizerShape.MOST_TOKENS) {
            throw new IllegalArgumentException("the id of \"%s\" is %d".formatted(token, id));
        }
        tokens.put(id, token);
    }

    /** The number of tokens that texts may have: the largest id plus one. */
    int size() {
        return size;
    }

    /** The ids of the tokens that texts may have. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** The tokens that are searched for before a text is cut. */
    List<String> added() {
        return added;
    }

    /** The id of unknown words, or -1. */
    int unknownId() {
        return unknown;
    }

    /** Whether tokens are spelled in bytes. */
    boolean spellsBytes() {
        return bytes;
    }

    /** The tokens that are refused in texts, in the order of their ids. */
    public List<String> refused() {
        return tokens.entrySet().stream()
                .filter(entry -> entry.getKey() >= size)
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Returns these ids, or refuses them if one is beyond the limit. */
    long[] known(long[] ids) {
        for (long id : ids) {
            if (id >= size) {
                throw new HeedException(
                        "the text has \"%s\", token %d of the tokenizer, but the model only knows tokens 0 to %d; leave it out"
                                .formatted(Visible.token(tokens.getOrDefault((int) id, "")), id, size - 1));
            }
        }
        return ids;
    }

    /** Whether a token that is searched for before words are cut may cross the end of a word. */
    boolean hasMarksWithSpaces() {
        return added.stream().anyMatch(token -> token.codePoints().anyMatch(WhiteSpace::isUnicode));
    }

    /** Whether the vocabulary has a token with this id; a model may have more rows. */
    public boolean hasToken(int id) {
        return tokens.containsKey(id);
    }

    /** The token of an id, as the vocabulary spells it; {@code <id 303>} if there is none. */
    public String token(int id) {
        String token = tokens.get(id);
        return token == null ? "<id %d>".formatted(id) : token;
    }

    /**
     * The token of an id as it is shown ({@link Visible#token}); if the vocabulary spells bytes, their text, with {@code <0xE4>} for a byte
     * of an incomplete character.
     */
    public String shown(int id) {
        String token = token(id);
        return Visible.token(bytes && hasToken(id) && !added.contains(token) ? ByteAlphabet.text(token) : token);
    }

    /** The id of a token, if the vocabulary has it. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id of words that are not in the vocabulary, if there is one. */
    public OptionalInt unknown() {
        return unknown < 0 ? OptionalInt.empty() : OptionalInt.of(unknown);
    }

    /** The number of bytes of text that a token stands for, as the vocabulary spells it; 0 for a mark or an id without a token. */
    public int bytes(int id) {
        if (marks.contains(id) || !hasToken(id)) {
            return 0;
        }
        return bytes ? ByteAlphabet.bytes(token(id)) : token(id).getBytes(StandardCharsets.UTF_8).length;
    }

    /** The ids of marks, which stand for no specific text: the start or end of a sentence, or an unknown word. */
    public Set<Integer> marks() {
        return Collections.unmodifiableSet(marks);
    }
}
