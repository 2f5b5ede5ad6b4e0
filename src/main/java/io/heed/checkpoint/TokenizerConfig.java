package io.heed.checkpoint;

import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.SpecialIds.InFile;
import io.heed.text.tokenizer.Tokenizer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the tokenizer_config.json that makes transformers use the tokenizer.json. */
final class TokenizerConfig {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TokenizerConfig() {}

    /**
     * Returns the content of tokenizer_config.json.
     *
     * @param kept what it says besides; a special token that it names is that, and none where it says null
     */
    static String write(Tokenizer tokenizer, ModelConfig config, ObjectNode kept) {
        ObjectNode root = JSON.createObjectNode();
        root.put("tokenizer_class", "PreTrainedTokenizerFast");
        // Without it transformers adds token_type_ids, and GPT-2 the embedding of token 0 to every token.
        root.putArray("model_input_names").add("input_ids").add("attention_mask");
        root.put("model_max_length", config.context());
        root.put("clean_up_tokenization_spaces", false);
        InFile ids = tokenizer.sentenceMarks().specialIds().model();
        ids.start().ifPresent(start -> put(root, "bos_token", tokenizer, start));
        ids.ends().stream().findFirst().ifPresent(end -> put(root, "eos_token", tokenizer, end));
        // Without it transformers assumes false, whatever tokenizer.json has.
        if (JSON.readTree(tokenizer.json())
                .path("pre_tokenizer")
                .path("add_prefix_space")
                .asBoolean(false)) {
            root.put("add_prefix_space", true);
        }
        tokenizer
                .vocabulary()
                .unknown()
                .ifPresent(
                        unknown -> root.put("unk_token", tokenizer.vocabulary().token(unknown)));
        root.setAll(kept);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void put(ObjectNode root, String key, Tokenizer tokenizer, int id) {
        if (tokenizer.vocabulary().hasToken(id)) {
            root.put(key, tokenizer.vocabulary().token(id));
        }
    }
}
