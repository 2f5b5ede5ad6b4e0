package io.heed.text.tokenizer;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.DataProgress;
import io.heed.text.StoredText;
import io.heed.text.TextChunk;
import io.heed.text.TextChunks;
import io.heed.text.TextSection;
import io.heed.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds tokenizers from text, as a {@code tokenizer.json} of Hugging Face's tokenizers library.
 *
 * <p>Vocabularies are sorted by frequency, then by code points, so that a text gives the same ids as with the library's trainers.
 */
public final class TokenizerBuilder {

    /** Stands for a word that is not in the vocabulary. */
    static final String UNKNOWN = "[UNK]";
    /** Starts every sentence. */
    static final String START = "[BOS]";
    /** Ends every training sentence. */
    static final String END = "[EOS]";

    /** Ends a text in byte-pair encoding. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Punctuation that mostly occurs within a word, as in {@code ci-dessous} and {@code l'enfant}. */
    private static final List<String> WITHIN_WORDS = List.of("-", "'", "’");

    private static final String ANY_CHARACTER = "[\\s\\S]";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TokenizerBuilder() {}

    /**
     * Builds a tokenizer.
     *
     * @param text the text to learn from
     * @param vocabulary the most tokens; the rarest are left out
     * @return the tokenizer.json
     * @throws HeedException if the vocabulary is too small for the tokens that every tokenizer of the type has
     */
    public static String build(TokenizerType type, String text, int vocabulary) {
        return build(type, Counts.of(type, text.getBytes(StandardCharsets.UTF_8)), vocabulary);
    }

    /**
     * Builds a tokenizer from files of UTF-8.
     *
     * @param vocabulary the most tokens; the rarest are left out
     * @param progress told how reading progresses
     * @return the tokenizer.json
     * @throws HeedException naming the file and the place of an error in the text, or a vocabulary that is too small
     */
    public static String build(TokenizerType type, List<Path> files, int vocabulary, DataProgress progress) {
        List<StoredText> texts = files.stream().map(StoredText::of).toList();
        long all = texts.stream().mapToLong(StoredText::size).sum();
        List<TextSection> sections = TextChunks.of(
                texts,
                DataFormat.STREAM,
                TextChunks.SIZE,
                done -> progress.told(DataProgress.Stage.READING, done, all));
        Counts counts = Counts.of(
                type,
                vocabulary,
                sections,
                TextChunk::read,
                done -> progress.told(DataProgress.Stage.COUNTING, done, all));
        return build(type, counts, vocabulary);
    }

    /** Builds a tokenizer from the counts of a text. */
    public static String build(TokenizerType type, Counts counts, int vocabulary) {
        return switch (type) {
            case WORD -> words(counts, vocabulary);
            case CHARACTER -> characters(counts, vocabulary);
            case BPE -> pairs(counts, vocabulary);
        };
    }

    private static String pairs(Counts counts, int vocabulary) {
        List<String> special = List.of(END_OF_TEXT);
        int least = 256 + special.size();
        if (vocabulary < least) {
            throw new HeedException(
                    "a vocabulary of %d is too small for bpe, which has a token for each byte and %s; give %d or more"
                            .formatted(vocabulary, END_OF_TEXT, least));
        }
        BpeTrainer.Learnt learnt = BpeTrainer.learn(counts, special, vocabulary);
        List<List<String>> merges = learnt.merges().stream()
                .map(pair -> List.of(pair.left(), pair.right()))
                .toList();
        return bytePairs(numbered(learnt.tokens()), merges, numbered(special), false);
    }

    /**
     * Builds a tokenizer of GPT-2's byte-level byte-pair encoding from its vocabulary and merges.
     *
     * @param vocabulary its tokens and their ids
     * @param merges the pairs of tokens that become one, in the order of merging
     * @param special the tokens that stand for no bytes, and their ids
     * @param prefixSpace whether a text is cut as if it started with a space
     * @return the tokenizer.json
     */
    public static String bytePairs(
            Map<String, Integer> vocabulary,
            List<List<String>> merges,
            Map<String, Integer> special,
            boolean prefixSpace) {
        ObjectNode root = skeleton(special);
        root.set("pre_tokenizer", byteLevel(prefixSpace));
        root.set("decoder", byteLevel(true));
        ObjectNode model = root.putObject("model").put("type", "BPE");
        for (String part : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.putNull(part);
        }
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        vocabulary.forEach(model.putObject("vocab")::put);
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(pair -> pair.forEach(pairs.addArray()::add));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** Builds a tokenizer that spells ids as numbers. */
    static String ofIds(int vocabulary) {
        ObjectNode root = skeleton(Map.of());
        root.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        ObjectNode ids = model.putObject("vocab");
        IntStream.range(0, vocabulary).forEach(id -> ids.put(String.valueOf(id), id));
        model.put("unk_token", "");
        return JSON.writeValueAsString(root);
    }

    private static ObjectNode byteLevel(boolean prefixSpace) {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", prefixSpace)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static String words(Counts counts, int vocabulary) {
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
        root.set("decoder", spaced());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** The decoder of words: a blank between two, but none at punctuation that mostly occurs within a word. */
    private static ObjectNode spaced() {
        ObjectNode decoder = JSON.createObjectNode().put("type", "Sequence");
        ArrayNode steps = decoder.putArray("decoders");
        steps.addObject().put("type", "WordPiece").put("prefix", "##").put("cleanup", false); // no word starts with ##
        steps.addObject().put("type", "Fuse");
        for (String mark : WITHIN_WORDS) {
            ObjectNode step = steps.addObject().put("type", "Replace");
            step.putObject("pattern").put("Regex", " ?" + mark + " ?");
            step.put("content", mark);
        }
        return decoder;
    }

    private static String characters(Counts counts, int vocabulary) {
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

    /** The type of a tokenizer.json that cuts text exactly like one of words or characters built here, or else null. */
    static @Nullable TokenizerType typeOf(JsonNode root) {
        for (TokenizerType type : List.of(TokenizerType.WORD, TokenizerType.CHARACTER)) {
            JsonNode own = JSON.readTree(build(type, "", 4));
            boolean same =
                    root.path("model").path("type").equals(own.path("model").path("type"))
                            && root.path("model")
                                    .path("unk_token")
                                    .equals(own.path("model").path("unk_token"));
            for (String part : List.of("added_tokens", "normalizer", "pre_tokenizer", "post_processor")) {
                same &= root.path(part).equals(own.path(part));
            }
            if (same) {
                return type;
            }
        }
        return null;
    }

    private record Counted(String token, long count) {}

    private static List<String> vocabulary(Counts counts, List<String> special, int limit) {
        Comparator<Counted> order =
                Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::token, Utf8.ORDER);
        PriorityQueue<Counted> kept = new PriorityQueue<>(order.reversed()); // the last in order is removed first
        counts.forEach((token, count) -> {
            if (!special.contains(token)) {
                kept.add(new Counted(token, count));
                if (kept.size() > limit - special.size()) {
                    kept.remove();
                }
            }
        });
        List<String> tokens = new ArrayList<>(special);
        kept.stream().sorted(order).map(Counted::token).forEach(tokens::add);
        return tokens;
    }

    private static ObjectNode skeleton(List<String> tokens, List<String> special) {
        ObjectNode root = skeleton(numbered(special));
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        numbered(tokens).forEach(model.putObject("vocab")::put);
        model.put("unk_token", UNKNOWN);
        return root;
    }

    private static Map<String, Integer> numbered(List<String> tokens) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        return ids;
    }

    /** Everything but the model. */
    private static ObjectNode skeleton(Map<String, Integer> special) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        special.forEach((token, id) -> added.addObject()
                .put("id", id)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
            root.putNull(part); // in the order of the library's files
        }
        return root;
    }

    private static ObjectNode piece(String kind, String id) {
        ObjectNode piece = JSON.createObjectNode();
        piece.putObject(kind).put("id", id).put("type_id", 0);
        return piece;
    }
    /** ASCII punctuation and Unicode's class P, as in the library's BertPreTokenizer. */
    static boolean isPunctuation(int c) {
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
