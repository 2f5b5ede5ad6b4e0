package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Writes a tokenizer.json of byte-level BPE as a GGUF file's keys. */
final class TokenizerKeys {

    private final TokenizerJson json;
    private final String[] tokens;
    private final int[] types;

    private TokenizerKeys(TokenizerJson json, int rows) {
        this.json = json;
        tokens = new String[rows];
        types = new int[rows];
        Arrays.fill(types, GgufVocabulary.UNUSED);
    }

    /**
     * Puts a tokenizer's keys.
     *
     * @param rows the number of rows of the model; a row without a token is named like {@code [PAD12]} and never produced by the tokenizer
     * @throws HeedException if a GGUF file cannot express the tokenizer
     */
    static void put(Map<String, GgufMetadata.Value> keys, TokenizerJson json, int rows, Map<Mark, Integer> marks) {
        new TokenizerKeys(json, rows).put(keys, marks);
    }

    private void put(Map<String, GgufMetadata.Value> keys, Map<Mark, Integer> marks) {
        PreTokenizer words = words();
        takeTokens();
        keys.put(GgufVocabulary.MODEL, GgufMetadata.Value.of("gpt2"));
        keys.put(GgufVocabulary.PRE, GgufMetadata.Value.of(words.label()));
        keys.put(GgufVocabulary.TOKENS, GgufMetadata.Value.of(List.of(tokens)));
        keys.put(GgufVocabulary.TYPES, GgufMetadata.Value.of(NumberArray.ofInts(types)));
        keys.put(GgufVocabulary.MERGES, GgufMetadata.Value.of(merges()));
        marks.forEach((mark, id) -> keys.put(mark.key(), GgufMetadata.Value.of((int) id)));
        putAround(keys);
    }

    private PreTokenizer words() {
        JsonNode root = json.root();
        if (!root.path("model").path("type").asString("").equals("BPE")
                || root.path("model").path("byte_fallback").asBoolean(false)) {
            throw refused("is not byte-level BPE, the only kind that can be written as GGUF");
        }
        PreTokenizer words =
                PreTokenizer.in(root).orElseThrow(() -> refused("cuts words in a way that GGUF has no name for"));
        if (words.keepsTokens() != root.path("model").path("ignore_merges").asBoolean(false)) {
            throw refused("has another model.ignore_merges than GGUF's " + words.label());
        }
        return words;
    }

    private HeedException refused(String why) {
        return new HeedException("%s %s; train with tokenizer.type: bpe, or leave the tokenizer out with --no-tokenizer"
                .formatted(json.where(), why));
    }

    private void takeTokens() {
        for (Map.Entry<String, JsonNode> token :
                json.root().path("model").path("vocab").properties()) {
            take(token.getKey(), token.getValue().asInt(-1), GgufVocabulary.NORMAL);
        }
        for (JsonNode added : json.root().path("added_tokens")) {
            boolean special = added.path("special").asBoolean(false);
            take(
                    added.path("content").asString(""),
                    added.path("id").asInt(-1),
                    special ? GgufVocabulary.CONTROL : GgufVocabulary.USER_DEFINED);
        }
        for (int id = 0; id < tokens.length; id++) {
            if (tokens[id] == null) {
                tokens[id] = "[PAD%d]".formatted(id);
            }
        }
    }

    private void take(String token, int id, int type) {
        if (id < 0 || id >= tokens.length) {
            throw new HeedException("%s: the id of \"%s\" is %d, and the model knows the tokens 0 to %d"
                    .formatted(json.where(), FileCursor.shown(token), id, tokens.length - 1));
        }
        tokens[id] = token;
        types[id] = type;
    }

    private List<String> merges() {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : json.root().path("model").path("merges")) {
            merges.add(
                    merge.isArray()
                            ? merge.path(0).asString("") + " " + merge.path(1).asString("")
                            : merge.asString(""));
        }
        return merges;
    }

    /** The mark before every text, if there is one. */
    private void putAround(Map<String, GgufMetadata.Value> keys) {
        try (Tokenizer tokenizer = Tokenizer.of(json, SpecialIds.NONE)) {
            long[] before = tokenizer.sentenceMarks().beginning();
            int after = tokenizer.sentenceMarks().around() - before.length;
            if (before.length > 1 || after > 0) {
                throw refused("puts %d marks around a text, and GGUF can express only one, before it"
                        .formatted(before.length + after));
            }
            keys.put(GgufVocabulary.ADD_START, GgufMetadata.Value.of(before.length > 0));
            if (before.length > 0) {
                keys.put(Mark.START.key(), GgufMetadata.Value.of((int) before[0]));
            }
        }
    }
}
