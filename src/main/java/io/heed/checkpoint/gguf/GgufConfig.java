package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes config.json and the other JSON files of a folder from a GGUF file's keys. */
final class GgufConfig {

    private static final String SCALING = "rope.scaling.";

    /** Keys that repeat what others say. */
    private static final List<String> REPEATED = List.of(
            "vocab_size", "rope.dimension_count", "attention.key_length", "attention.value_length", "attention.causal");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final GgufArchitecture architecture;

    GgufConfig(GgufFile file) {
        this.file = file;
        metadata = file.metadata();
        architecture = GgufArchitecture.of(metadata);
        refuseOthers();
    }

    GgufArchitecture architecture() {
        return architecture;
    }

    private String key(String name) {
        return architecture.label() + "." + name;
    }

    /** Refuses unknown keys of the architecture, since they may change what is computed. */
    private void refuseOthers() {
        Set<String> known = new HashSet<>();
        architecture.keys().forEach(key -> known.add(key(key.gguf())));
        REPEATED.forEach(name -> known.add(key(name)));
        for (String key : metadata.keys()) {
            boolean scaling = architecture.isRotary() && key.startsWith(key(SCALING));
            if (key.startsWith(architecture.label() + ".") && !known.contains(key) && !scaling) {
                throw metadata.wrong(key, "which is not supported");
            }
        }
    }

    /**
     * Makes the config.json.
     *
     * @throws HeedException naming a key that is missing, wrong or not supported
     */
    ObjectNode json() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putArray("architectures").add(architecture.className());
        root.put("model_type", architecture.label());
        architecture.keys().forEach(key -> put(root, key));
        architecture.words().forEach(root::put);
        long[] tokens = file.tensor("token_embd.weight").shape();
        root.put("vocab_size", Math.toIntExact(tokens[0]));
        root.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
        if (architecture.isRotary()) {
            putHead(root);
            putScaling(root);
        }
        putMarks(root);
        root.put("torch_dtype", "float32");
        return root;
    }

    private void put(ObjectNode root, GgufArchitecture.Key key) {
        String name = key(key.gguf());
        if (metadata.has(name) || key.otherwise().isEmpty()) {
            if (key.whole()) {
                root.put(key.huggingFace(), metadata.positive(name));
            } else {
                root.put(key.huggingFace(), above(name));
            }
        } else if (key.whole()) {
            root.put(key.huggingFace(), metadata.positive(key(key.otherwise())));
        } else {
            root.put(key.huggingFace(), Double.parseDouble(key.otherwise()));
        }
    }

    private double above(String name) {
        double number = metadata.number(name)
                .orElseThrow(() -> new HeedException("%s has no key %s".formatted(file.file(), name)));
        if (number <= 0) {
            throw metadata.wrong(name, "not above 0");
        }
        return number;
    }

    /** The width of a head; the widths that the file gives for keys, values and the rotated part must equal it. */
    private void putHead(ObjectNode root) {
        int width = metadata.positive(key("embedding_length"));
        String count = key("attention.head_count");
        int heads = metadata.positive(count);
        String own = key("attention.key_length");
        if (!metadata.has(own) && width % heads != 0) {
            throw metadata.wrong(count, "which does not divide %s, %d".formatted(key("embedding_length"), width));
        }
        int head = metadata.has(own) ? metadata.positive(own) : width / heads;
        for (String name : List.of("attention.value_length", "rope.dimension_count")) {
            if (metadata.whole(key(name)).orElse(head) != head) {
                throw metadata.wrong(key(name), "and a head of this kind of model is %d wide".formatted(head));
            }
        }
        if (head % 2 != 0) {
            throw metadata.wrong(count, "and heads of %d are not made of pairs".formatted(head));
        }
        root.put("head_dim", head);
    }

    private void putScaling(ObjectNode root) {
        String type = metadata.textIn(key(SCALING + "type")).orElse("none");
        Set<String> used = new HashSet<>(Set.of(key(SCALING + "type"), key(SCALING + "finetuned")));
        switch (type) {
            case "none" -> root.putNull("rope_scaling");
            case "linear" ->
                root.putObject("rope_scaling").put("rope_type", type).put("factor", factor(used));
            case "yarn" -> {
                String original = key(SCALING + "original_context_length");
                used.add(original);
                root.putObject("rope_scaling")
                        .put("rope_type", type)
                        .put("factor", factor(used))
                        .put("original_max_position_embeddings", metadata.positive(original));
            }
            default -> throw metadata.wrong(key(SCALING + "type"), "and Heed reads none, linear and yarn");
        }
        for (String key : metadata.keys()) {
            if (key.startsWith(key(SCALING)) && !used.contains(key)) {
                throw metadata.wrong(key, "which is not supported with scaling of type " + type);
            }
        }
    }

    private double factor(Set<String> used) {
        used.add(key(SCALING + "factor"));
        return above(key(SCALING + "factor"));
    }

    private void putMarks(ObjectNode root) {
        for (Mark mark : Mark.values()) {
            if (mark != Mark.UNKNOWN) {
                metadata.whole(mark.key()).ifPresent(id -> root.put(mark.huggingFace() + "_id", id));
            }
        }
    }

    /** Makes the generation_config.json. */
    ObjectNode generation() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        putMarks(root);
        return root;
    }

    /** Makes the tokenizer_config.json. */
    ObjectNode tokenizer(GgufVocabulary vocabulary, JsonNode config) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("tokenizer_class", "PreTrainedTokenizerFast");
        root.putArray("model_input_names").add("input_ids").add("attention_mask");
        root.put(
                "model_max_length",
                config.path(architecture.huggingFace("context_length")).asInt());
        root.put("clean_up_tokenization_spaces", false);
        for (Mark mark : Mark.values()) {
            vocabulary.token(mark).ifPresent(token -> root.put(mark.huggingFace(), token));
        }
        ChatTemplates templates = GgufVocabulary.templates(metadata);
        if (!templates.byName().isEmpty()) {
            root.set(ChatTemplates.KEY, templates.json());
        }
        return root;
    }
}
