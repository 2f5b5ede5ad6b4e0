package io.heed.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds tokenizers from text, as the {@code tokenizer.json} that Hugging Face's tokenizers library defines.
 *
 * <p>Vocabularies are in order of frequency, then of spelling, so that the same text gives the same ids.
 */
public final class TokenizerBuilder {

    /** Stands for a word the vocabulary does not have. */
    static final String UNKNOWN = "[UNK]";
    /** Begins every sentence. */
    static final String START = "[BOS]";
    /** Ends every sentence that is trained on. */
    static final String END = "[EOS]";

    private static final String ANY_CHARACTER = "[\\s\\S]";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TokenizerBuilder() {}

    /**
     * Builds a tokenizer.
     *
     * @param text what to cut
     * @param vocabulary the largest number of tokens, the rarest left out
     * @return the tokenizer.json
     */
    public static String build(TokenizerType type, String text, int vocabulary) {
        return switch (type) {
            case WORD -> words(text, vocabulary);
            case CHARACTER -> characters(text, vocabulary);
        };
    }

    private static String words(String text, int vocabulary) {
        Map<String, Integer> counts = new HashMap<>();
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().forEach(c -> {
            boolean punctuation = isPunctuation(c);
            if (punctuation || isSpace(c)) {
                count(counts, word);
            }
            if (punctuation) {
                count(counts, word.appendCodePoint(c));
            } else if (!isSpace(c)) {
                word.append(Character.toString(c).toLowerCase(Locale.ROOT));
            }
        });
        count(counts, word);

        List<String> special = List.of(UNKNOWN, START, END);
        ObjectNode root = skeleton(vocabulary(counts, special, vocabulary), special);
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        steps.addObject().put("type", "NFC");
        steps.addObject().put("type", "Lowercase");
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
        template.putArray("single").add(piece("SpecialToken", START)).add(piece("Sequence", "A"));
        template.putArray("pair")
                .add(piece("SpecialToken", START))
                .add(piece("Sequence", "A"))
                .add(piece("Sequence", "B"));
        ObjectNode start = template.putObject("special_tokens").putObject(START);
        start.put("id", START);
        start.putArray("ids").add(special.indexOf(START));
        start.putArray("tokens").add(START);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static void count(Map<String, Integer> counts, StringBuilder word) {
        if (!word.isEmpty()) {
            counts.merge(word.toString(), 1, Integer::sum);
            word.setLength(0);
        }
    }

    private static String characters(String text, int vocabulary) {
        Map<String, Integer> counts = new HashMap<>();
        text.codePoints().forEach(c -> counts.merge(Character.toString(c), 1, Integer::sum));
        List<String> special = List.of(UNKNOWN);
        ObjectNode root = skeleton(vocabulary(counts, special, vocabulary), special);
        root.putNull("normalizer");
        ObjectNode split = root.putObject("pre_tokenizer").put("type", "Split");
        split.putObject("pattern").put("Regex", ANY_CHARACTER);
        split.put("behavior", "Isolated").put("invert", false);
        root.putNull("post_processor");
        root.putObject("decoder").put("type", "Fuse");
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** Whether a tokenizer.json cuts text into single characters and does nothing else, as those built here do. */
    static boolean cutsCharacters(JsonNode root) {
        return root.path("model").path("type").asString("").equals("WordLevel")
                && root.path("normalizer").isNull()
                && root.path("pre_tokenizer")
                        .path("pattern")
                        .path("Regex")
                        .asString("")
                        .equals(ANY_CHARACTER);
    }

    private static List<String> vocabulary(Map<String, Integer> counts, List<String> special, int limit) {
        List<String> tokens = new ArrayList<>(special);
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .filter(token -> !special.contains(token))
                .limit(Math.max(0, limit - special.size()))
                .forEach(tokens::add);
        return tokens;
    }

    private static ObjectNode skeleton(List<String> tokens, List<String> special) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : special) {
            added.addObject()
                    .put("id", tokens.indexOf(token))
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
            root.putNull(part); // in the order of the library's own files
        }
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.get(id), id);
        }
        model.put("unk_token", UNKNOWN);
        return root;
    }

    private static ObjectNode piece(String kind, String id) {
        ObjectNode piece = JSON.createObjectNode();
        piece.putObject(kind).put("id", id).put("type_id", 0);
        return piece;
    }

    /** Unicode's White_Space, as the library's BertPreTokenizer has it. */
    private static boolean isSpace(int c) {
        boolean control = (c >= '\t' && c <= '\r') || c == 0x85;
        return control || Character.isSpaceChar(c);
    }

    /** ASCII's marks and Unicode's class P, as the library's BertPreTokenizer has it. */
    private static boolean isPunctuation(int c) {
        boolean ascii = c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
        return ascii
                || switch (Character.getType(c)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION -> true;
                    default -> false;
                };
    }
}
