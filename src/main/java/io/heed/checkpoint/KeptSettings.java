package io.heed.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings of a model folder that Heed does not use but keeps for other programs, such as chat templates and a temperature. They are
 * written again with the model.
 *
 * @param tokenizer those of tokenizer_config.json and the files beside it
 * @param generation those of generation_config.json
 */
public record KeptSettings(ObjectNode tokenizer, ObjectNode generation) {

    /** Those of a model that was not read from a folder. */
    public static final KeptSettings NONE = new KeptSettings(
            JsonMapper.shared().createObjectNode(), JsonMapper.shared().createObjectNode());

    /** What transformers' PreTrainedTokenizerFast reads besides what Heed itself writes. */
    private static final List<String> OF_TOKENIZER = List.of(
            "bos_token",
            "eos_token",
            "unk_token",
            "sep_token",
            "pad_token",
            "cls_token",
            "mask_token",
            "additional_special_tokens",
            "extra_special_tokens",
            ChatTemplates.KEY,
            "clean_up_tokenization_spaces",
            "padding_side",
            "truncation_side",
            "split_special_tokens");

    /** The ids are written as {@link GenerationConfig} reads them; the others describe the file itself. */
    private static final List<String> NOT_OF_GENERATION =
            List.of("bos_token_id", "eos_token_id", "pad_token_id", "_from_model_config", "transformers_version");

    /**
     * Reads those of a folder.
     *
     * @throws io.heed.HeedException naming a file that is not JSON or not text
     */
    public static KeptSettings read(Path folder) {
        ObjectNode tokenizer = JsonMapper.shared().createObjectNode();
        if (TokenizerFiles.areIn(folder)) {
            JsonNode settings = TokenizerSettings.read(folder);
            OF_TOKENIZER.stream().filter(settings::has).forEach(key -> tokenizer.set(key, settings.path(key)));
        }
        ObjectNode generation = JsonMapper.shared().createObjectNode();
        Path file = folder.resolve(GenerationConfig.FILE);
        if (Files.isRegularFile(file) && ModelFolder.json(file) instanceof ObjectNode settings) {
            generation.setAll(settings);
            generation.remove(NOT_OF_GENERATION);
        }
        return new KeptSettings(tokenizer, generation);
    }
}
