package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a tokenizer.json from a file's keys: byte-level BPE with merges (model {@code gpt2}), or SentencePiece's BPE over characters, with
 * scores, a mark for spaces and tokens for bytes (model {@code llama}).
 */
final class GgufTokenizer {

    /** The mark for a space. */
    private static final String SPACE = "▁";

    private final GgufMetadata metadata;
    private final GgufVocabulary vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();

    private GgufTokenizer(GgufMetadata metadata, GgufVocabulary vocabulary) {
        this.metadata = metadata;
        this.vocabulary = vocabulary;
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            ids.put(vocabulary.tokens().get(id), id);
        }
    }

    /**
     * Makes a tokenizer.json.
     *
     * @throws HeedException naming the key and the value, if the kind of tokenizer is unknown or something is wrong
     */
    static ObjectNode json(GgufMetadata metadata) {
        GgufTokenizer made = new GgufTokenizer(metadata, GgufVocabulary.of(metadata));
        return switch (metadata.text(GgufVocabulary.MODEL)) {
            case "gpt2" -> made.byteLevel();
            case "llama" -> made.scored();
            default -> throw metadata.wrong(GgufVocabulary.MODEL, "and Heed reads gpt2 and llama");
        };
    }

    private ObjectNode byteLevel() {
        String name = metadata.textIn(GgufVocabulary.PRE).orElse(PreTokenizer.GPT2.label());
        PreTokenizer words = PreTokenizer.of(name)
                .orElseThrow(() -> metadata.wrong(GgufVocabulary.PRE, "and Heed reads " + PreTokenizer.all()));
        if (metadata.truth(GgufVocabulary.ADD_SPACE).orElse(false)) {
            throw metadata.wrong(GgufVocabulary.ADD_SPACE, "which no byte-level tokenizer has");
        }
        ObjectNode root = skeleton();
        root.set("normalizer", words.normalizer());
        root.set("pre_tokenizer", words.json());
        root.set("post_processor", template(root, words.beginsWithMark()));
        root.set("decoder", PreTokenizer.byteLevel());
        ObjectNode model = model(root).putNull("unk_token");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", words.keepsTokens());
        putTokens(model);
        ArrayNode merges = model.putArray("merges");
        for (String merge : metadata.texts(GgufVocabulary.MERGES)) {
            List<String> pair = List.of(merge.split(" ", -1));
            if (pair.size() != 2 || !ids.keySet().containsAll(pair) || !ids.containsKey(pair.get(0) + pair.get(1))) {
                throw metadata.wrong(
                        GgufVocabulary.MERGES,
                        "of which \"%s\" is not two tokens that form one".formatted(FileCursor.shown(merge)));
            }
            pair.forEach(merges.addArray()::add);
        }
        return root;
    }

    private ObjectNode scored() {
        boolean space = metadata.truth(GgufVocabulary.ADD_SPACE).orElse(true);
        ObjectNode root = skeleton();
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (space) {
            steps.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replace(steps, " ", SPACE);
        root.putNull("pre_tokenizer");
        root.set("post_processor", template(root, true));
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders, SPACE, " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (space) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode model = model(root);
        vocabulary
                .token(Mark.UNKNOWN)
                .ifPresentOrElse(unknown -> model.put("unk_token", unknown), () -> model.putNull("unk_token"));
        model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
        putTokens(model);
        ArrayNode merges = model.putArray("merges");
        scoredMerges().forEach(merge -> merges.addArray().add(merge.left).add(merge.right));
        return root;
    }

    private static void replace(ArrayNode steps, String from, String to) {
        ObjectNode step = steps.addObject().put("type", "Replace");
        step.putObject("pattern").put("String", from);
        step.put("content", to);
    }

    private record Merge(String left, String right, double score) {}

    /** The merges, that of the highest-scoring token first: all pairs of tokens that form one. */
    private List<Merge> scoredMerges() {
        NumberArray scores = metadata.numbers(GgufVocabulary.SCORES)
                .filter(numbers -> numbers.length() == vocabulary.tokens().size())
                .orElseThrow(() -> metadata.wrong(
                        GgufVocabulary.SCORES,
                        "and %d tokens need scores"
                                .formatted(vocabulary.tokens().size())));
        Comparator<Merge> byParts = Comparator.<Merge>comparingDouble(merge -> scores.real(id(merge.left)))
                .thenComparingDouble(merge -> scores.real(id(merge.right)))
                .reversed();
        List<Merge> all = new ArrayList<>();
        for (int id = 0; id < scores.length(); id++) {
            String token = vocabulary.tokens().get(id);
            List<Merge> ways = new ArrayList<>();
            for (int at = 1; at < token.length(); at++) {
                Merge way = new Merge(token.substring(0, at), token.substring(at), scores.real(id));
                if (ids.containsKey(way.left) && ids.containsKey(way.right)) {
                    ways.add(way);
                }
            }
            ways.sort(byParts);
            all.addAll(ways);
        }
        all.sort(Comparator.comparingDouble(Merge::score).reversed());
        return all;
    }

    private int id(String token) {
        return Objects.requireNonNull(ids.get(token));
    }

    private ObjectNode skeleton() {
        ObjectNode root = JsonMapper.shared().createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            if (vocabulary.isAdded(id)) {
                added.addObject()
                        .put("id", id)
                        .put("content", vocabulary.tokens().get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", vocabulary.isMark(id));
            }
        }
        return root;
    }

    private static ObjectNode model(ObjectNode root) {
        ObjectNode model = root.putObject("model").put("type", "BPE");
        for (String part : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.putNull(part);
        }
        return model;
    }

    private void putTokens(ObjectNode model) {
        ObjectNode tokens = model.putObject("vocab");
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            tokens.put(vocabulary.tokens().get(id), id);
        }
    }

    /** The marks around every text, as the file says or, if it does not, as llama.cpp assumes. */
    private JsonNode template(ObjectNode root, boolean beginsWithMark) {
        Optional<String> start = around(GgufVocabulary.ADD_START, Mark.START, beginsWithMark);
        Optional<String> end = around(GgufVocabulary.ADD_END, Mark.END, false);
        if (start.isEmpty() && end.isEmpty()) {
            return root.nullNode();
        }
        ObjectNode template = root.objectNode().put("type", "TemplateProcessing");
        ObjectNode special = root.objectNode();
        for (String kind : List.of("single", "pair")) {
            ArrayNode pieces = template.putArray(kind);
            for (int text = 0; text < (kind.equals("single") ? 1 : 2); text++) {
                int type = text;
                start.ifPresent(mark -> piece(pieces, "SpecialToken", mark, type));
                piece(pieces, "Sequence", text == 0 ? "A" : "B", type);
                end.ifPresent(mark -> piece(pieces, "SpecialToken", mark, type));
            }
        }
        for (Optional<String> mark : List.of(start, end)) {
            mark.ifPresent(token -> {
                ObjectNode one = special.putObject(token).put("id", token);
                one.putArray("ids").add(id(token));
                one.putArray("tokens").add(token);
            });
        }
        template.set("special_tokens", special);
        return template;
    }

    private static void piece(ArrayNode pieces, String kind, String id, int type) {
        pieces.addObject().putObject(kind).put("id", id).put("type_id", type);
    }

    private Optional<String> around(String key, Mark mark, boolean otherwise) {
        if (!metadata.truth(key).orElse(otherwise)) {
            return Optional.empty();
        }
        Optional<String> token = vocabulary.token(mark);
        if (token.isEmpty() && metadata.has(key)) {
            throw metadata.wrong(key, "and there is no " + mark.key());
        }
        return token;
    }
}
