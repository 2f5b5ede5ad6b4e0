package io.heed.checkpoint.gguf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How byte-level tokenizers cut a text into the words within which bytes are merged. A GGUF file only names the way
 * ({@code tokenizer.ggml.pre}), and llama.cpp knows what the name means; files older than that key use GPT-2's.
 */
enum PreTokenizer {
    /** Contractions, letters, digits, others, each with a space before it (Radford et al. 2019). */
    GPT2("gpt-2 default mpt olmo jais phi-2 trillion granite-docling", Cut.BY_BYTE_LEVEL, ""),
    /** As GPT-2's, but each digit is a word of its own. */
    DIGITS("smollm starcoder refact command-r codeshell exaone minerva-7b", Cut.DIGITS_FIRST, ""),
    /** As tiktoken's cl100k_base: digits in groups of up to three. */
    LLAMA3("llama-bpe llama3 llama-v3", Cut.BY_PATTERN, "{1,3}"),
    /** As that, but each digit is a word of its own; text is normalised to Unicode's form C first. */
    QWEN2("qwen2 deepseek-r1-qwen megrez", Cut.BY_PATTERN, "");

    private enum Cut {
        BY_BYTE_LEVEL,
        DIGITS_FIRST,
        BY_PATTERN
    }

    private static final String PATTERN = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final String names;
    private final Cut cut;
    private final String digits;

    PreTokenizer(String names, Cut cut, String digits) {
        this.names = names;
        this.cut = cut;
        this.digits = digits;
    }

    private List<String> names() {
        return List.of(names.split(" "));
    }

    /** The name to write. */
    String label() {
        return names().get(0);
    }

    static Optional<PreTokenizer> of(String name) {
        return Stream.of(values()).filter(known -> known.names().contains(name)).findFirst();
    }

    /** The names of all, for messages. */
    static String all() {
        return Stream.of(values()).flatMap(known -> known.names().stream()).collect(Collectors.joining(", "));
    }

    /** Whether a text starts with the start mark if a file does not say. */
    boolean beginsWithMark() {
        return this == LLAMA3;
    }

    /** Whether a word that is a token stays whole even if no merges lead to it. */
    boolean keepsTokens() {
        return this == LLAMA3;
    }

    /** The {@code normalizer} of a tokenizer.json, null if nothing is changed. */
    JsonNode normalizer() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        return this == QWEN2 ? root.put("type", "NFC") : root.nullNode();
    }

    /** The {@code pre_tokenizer} of a tokenizer.json. */
    ObjectNode json() {
        ObjectNode bytes = byteLevel().put("use_regex", cut != Cut.BY_PATTERN);
        if (cut == Cut.BY_BYTE_LEVEL) {
            return bytes;
        }
        ObjectNode sequence = JsonMapper.shared().createObjectNode().put("type", "Sequence");
        ObjectNode first = sequence.putArray("pretokenizers").addObject();
        if (cut == Cut.DIGITS_FIRST) {
            first.put("type", "Digits").put("individual_digits", true);
        } else {
            first.put("type", "Split").putObject("pattern").put("Regex", PATTERN.formatted(digits));
            first.put("behavior", "Isolated").put("invert", false);
        }
        sequence.withArray("pretokenizers").add(bytes);
        return sequence;
    }

    /** The step of a tokenizer.json that spells bytes as characters. */
    static ObjectNode byteLevel() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    /** The way in which a tokenizer.json cuts, if it is one of these. */
    static Optional<PreTokenizer> in(JsonNode tokenizer) {
        JsonNode found = withoutOffsets(tokenizer.path("pre_tokenizer"));
        JsonNode normalizer = tokenizer.path("normalizer");
        boolean unchanged = normalizer.isMissingNode() || normalizer.isNull() || isEmptySequence(normalizer);
        return Stream.of(values())
                .filter(known -> withoutOffsets(known.json()).equals(found))
                .filter(known -> known.normalizer().isNull()
                        ? unchanged
                        : known.normalizer().equals(normalizer))
                .findFirst();
    }

    private static boolean isEmptySequence(JsonNode normalizer) {
        return normalizer.path("normalizers").isArray()
                && normalizer.path("normalizers").isEmpty();
    }

    /** A copy without what changes no token. */
    private static JsonNode withoutOffsets(JsonNode step) {
        JsonNode copy = step.deepCopy();
        copy.findParents("trim_offsets").forEach(parent -> ((ObjectNode) parent).remove("trim_offsets"));
        return copy;
    }
}
