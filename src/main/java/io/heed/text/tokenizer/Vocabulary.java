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

/** The tokens of a tokenizer: their ids, how they are spelled, and what they stand for. */
public final class Vocabulary {

    private final Map<Integer, String> tokens; // not a list: one id may be far above the others
    private final Map<String, Integer> ids = new HashMap<>();
    private final int size; // tokens with larger ids are refused where a text has them
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
        JsonNode unknown = root.path("model").path("unk_id"); // so where tokens have scores
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

    /** The first tokens of this vocabulary, of which the others are refused. */
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

    /** The number of tokens that texts may have: the largest id and one. */
    int size() {
        return size;
    }

    /** The ids of the tokens that texts may have. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** The tokens that are looked for before a text is cut. */
    List<String> added() {
        return added;
    }

    /** The id that unknown words get, or -1. */
    int unknownId() {
        return unknown;
    }

    /** Whether tokens are spelled in bytes. */
    boolean spellsBytes() {
        return bytes;
    }

    /** The tokens that are refused where a text has them, in the order of their ids. */
    public List<String> refused() {
        return tokens.entrySet().stream()
                .filter(entry -> entry.getKey() >= size)
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Returns these ids, or refuses them where one is beyond the limit. */
    long[] known(long[] ids) {
        for (long id : ids) {
            if (id >= size) {
                throw new HeedException(
                        "the text has \"%s\", token %d of the tokenizer, and the model knows the tokens 0 to %d; leave it out"
                                .formatted(Visible.token(tokens.getOrDefault((int) id, "")), id, size - 1));
            }
        }
        return ids;
    }

    /** Whether a token that is looked for before words are cut may reach over the end of one. */
    boolean hasMarksWithSpaces() {
        return added.stream().anyMatch(token -> token.codePoints().anyMatch(WhiteSpace::isUnicode));
    }

    /** Whether the vocabulary has a token of this id; a model may have more rows than that. */
    public boolean hasToken(int id) {
        return tokens.containsKey(id);
    }

    /** The token of an id, as the vocabulary spells it; {@code <id 303>} where the vocabulary has none. */
    public String token(int id) {
        String token = tokens.get(id);
        return token == null ? "<id %d>".formatted(id) : token;
    }

    /**
     * The token of an id as people see it ({@link Visible#token}): the text that it stands for, where the vocabulary spells bytes, with
     * {@code <0xE4>} for a byte that is part of a character.
     */
    public String shown(int id) {
        String token = token(id);
        return Visible.token(bytes && hasToken(id) && !added.contains(token) ? ByteAlphabet.text(token) : token);
    }

    /** The id of a token, where the vocabulary has it. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id that words get that the vocabulary does not have, where there is one. */
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

    /** The ids of marks, which stand for no text of their own: for the start or end of a sentence, or for an unknown word. */
    public Set<Integer> marks() {
        return Collections.unmodifiableSet(marks);
    }
}
