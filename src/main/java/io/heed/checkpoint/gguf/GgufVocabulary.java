package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens that a file's keys name, and the marks among them.
 *
 * @param tokens by their ids
 * @param types each token's type, as {@code tokenizer.ggml.token_type} numbers it
 * @param marks the ids of marks, by their purpose
 */
record GgufVocabulary(List<String> tokens, List<Integer> types, Map<Mark, Integer> marks) {

    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;

    static final String MODEL = "tokenizer.ggml.model";
    static final String PRE = "tokenizer.ggml.pre";
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TYPES = "tokenizer.ggml.token_type";
    static final String MERGES = "tokenizer.ggml.merges";
    static final String SCORES = "tokenizer.ggml.scores";
    static final String ADD_START = "tokenizer.ggml.add_bos_token";
    static final String ADD_END = "tokenizer.ggml.add_eos_token";
    static final String ADD_SPACE = "tokenizer.ggml.add_space_prefix";
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String TEMPLATES = "tokenizer.chat_templates";

    /** The purpose of a mark. */
    enum Mark {
        START("bos"),
        END("eos"),
        UNKNOWN("unknown"),
        PADDING("padding");

        private final String name;

        Mark(String name) {
            this.name = name;
        }

        /** The key whose value is its id. */
        String key() {
            return "tokenizer.ggml.%s_token_id".formatted(name);
        }

        /** Its name in tokenizer_config.json. */
        String huggingFace() {
            return switch (this) {
                case START -> "bos_token";
                case END -> "eos_token";
                case UNKNOWN -> "unk_token";
                case PADDING -> "pad_token";
            };
        }
    }

    /**
     * Reads a file's vocabulary.
     *
     * @throws HeedException naming the key and what is wrong with it
     */
    static GgufVocabulary of(GgufMetadata metadata) {
        List<String> tokens = metadata.texts(TOKENS);
        if (tokens.isEmpty() || Set.copyOf(tokens).size() < tokens.size()) {
            throw metadata.wrong(TOKENS, tokens.isEmpty() ? "and a model needs some" : twice(tokens));
        }
        List<Integer> types = metadata.numbers(TYPES)
                .map(numbers -> types(metadata, numbers, tokens.size()))
                .orElseGet(() -> tokens.stream().map(token -> NORMAL).toList());
        Map<Mark, Integer> marks = new LinkedHashMap<>();
        for (Mark mark : Mark.values()) {
            OptionalInt id = metadata.whole(mark.key());
            if (id.isPresent() && id.getAsInt() >= tokens.size()) {
                throw metadata.wrong(mark.key(), "and the tokens go from 0 to %d".formatted(tokens.size() - 1));
            }
            id.ifPresent(there -> marks.put(mark, there));
        }
        return new GgufVocabulary(tokens, types, marks);
    }

    private static String twice(List<String> tokens) {
        Set<String> seen = new LinkedHashSet<>();
        String first =
                tokens.stream().filter(token -> !seen.add(token)).findFirst().orElseThrow();
        return "of which \"%s\" occurs twice".formatted(FileCursor.shown(first));
    }

    private static List<Integer> types(GgufMetadata metadata, NumberArray numbers, int count) {
        if (!numbers.type().isWhole() || numbers.length() != count) {
            throw metadata.wrong(TYPES, "and there are %d tokens".formatted(count));
        }
        return IntStream.range(0, count).mapToObj(id -> (int) numbers.whole(id)).toList();
    }

    /** Puts chat templates: the usual one, the names of the others, and each of them under its name, in letters and digits. */
    static void putTemplates(Map<String, GgufMetadata.Value> keys, ChatTemplates templates) {
        Set<String> others = new LinkedHashSet<>();
        templates.byName().forEach((name, template) -> {
            String plain = name.replaceAll("[^a-zA-Z0-9]", "_");
            boolean usual = name.equals(ChatTemplates.DEFAULT);
            keys.put(usual ? TEMPLATE : TEMPLATE + "." + plain, GgufMetadata.Value.of(template));
            if (!usual) {
                others.add(plain);
            }
        });
        if (!others.isEmpty()) {
            keys.put(TEMPLATES, GgufMetadata.Value.of(List.copyOf(others)));
        }
    }

    /**
     * Reads the chat templates of a file.
     *
     * @throws HeedException naming the key and what is wrong with it
     */
    static ChatTemplates templates(GgufMetadata metadata) {
        Map<String, String> all = new LinkedHashMap<>();
        metadata.textIn(TEMPLATE).ifPresent(template -> all.put(ChatTemplates.DEFAULT, template));
        if (metadata.has(TEMPLATES)) {
            for (String name : metadata.texts(TEMPLATES)) {
                all.put(name, metadata.text(TEMPLATE + "." + name));
            }
        }
        return new ChatTemplates(all);
    }

    /** Whether a token is matched in a text before the text is cut. */
    boolean isAdded(int id) {
        return isMark(id) || types.get(id) == USER_DEFINED;
    }

    /** Whether a token stands for no text. */
    boolean isMark(int id) {
        return types.get(id) == CONTROL || types.get(id) == UNKNOWN || marks.containsValue(id);
    }

    /** The token of a mark, if there is one. */
    Optional<String> token(Mark mark) {
        return Optional.ofNullable(marks.get(mark)).map(tokens::get);
    }
}
