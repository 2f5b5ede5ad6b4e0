package io.heed.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
    private static final List<String> OF_TOKENIZER = Stream.concat(
                    TokenizerSettings.MARKS.stream(),
                    Stream.of(
                            TokenizerSettings.ADDITIONAL,
                            "extra_special_tokens",
                            ChatTemplates.KEY,
                            "clean_up_tokenization_spaces",
                            "padding_side",
                            "truncation_side",
                            "split_special_tokens"))
            .toList();

    /** The ids are written as {@link GenerationConfig} reads them; the others describe the file itself. */
    private static final List<String> NOT_OF_GENERATION =
            List.of("bos_token_id", "eos_token_id", "pad_token_id", "_from_model_config", "transformers_version");

    /**
     * Reads those of a folder.
     *
     * @param settings by {@link TokenizerFiles#settings}
     * @throws io.heed.HeedException naming a file that is not JSON
     */
    static KeptSettings read(Path folder, ObjectNode settings) {
        ObjectNode tokenizer = JsonMapper.shared().createObjectNode();
        OF_TOKENIZER.stream().filter(settings::has).forEach(key -> tokenizer.set(key, settings.path(key)));
        ObjectNode generation = JsonMapper.shared().createObjectNode();
        Path file = folder.resolve(GenerationConfig.FILE);
        if (Files.isRegularFile(file) && JsonFile.small(file) instanceof ObjectNode said) {
            generation.setAll(said);
            generation.remove(NOT_OF_GENERATION);
        }
        return new KeptSettings(tokenizer, generation);
    }
}
