package io.heed.djl;

import ai.djl.repository.zoo.ModelZoo;
import java.nio.file.Path;
import java.util.Set;

/**
 * A zoo of one model folder, for {@code Criteria.builder().setTypes(String.class, NextWords.class).optModelZoo(new HeedModelZoo(folder))}.
 *
 * <p>Its predictors turn a {@code String} into one of these; {@code batchPredict} reads texts of any lengths together.
 *
 * <ul>
 *   <li>{@link io.heed.predict.NextWords}, the likeliest next tokens; {@code optArgument("top", 5)} sets how many.
 *   <li>{@link io.heed.predict.Generated}, a continuation; {@code tokens}, by default 32, is the most tokens to add, and
 *       {@code temperature}, {@code topK}, {@code topP}, {@code minP}, {@code repetitionPenalty} and {@code seed} set how they are
 *       chosen ({@link io.heed.predict.Sampling}), by default always the likeliest.
 *   <li>{@link io.heed.predict.Score}, how well the model predicts the text.
 * </ul>
 *
 * <p>During a prediction the engine's operations use one thread if the model has fewer than {@link
 * io.heed.kernels.EngineThreads#WORTH_SHARING} weights, since more would be slower, and in a larger model while others want the processors
 * ({@link io.heed.kernels.SpareProcessors}); {@code optArgument("engineThreads", n)} sets the most, 0 for as many as the calling
 * thread's other operations use.
 *
 * <p>{@code optArgument("weights", "bfloat16")} keeps the large weights in two bytes each, "int8" in one ({@link io.heed.model.WeightFormat}).
 *
 * <p>With {@code optTranslatorFactory} a model takes any other types. Its block is the {@link io.heed.model.Transformer}: ids (B,T)
 * int64 in, logits (B,T,V) out.
 *
 * <p>{@code optDevice} sets the device, by default the first CUDA device or else the CPU. Loading throws {@code
 * MalformedModelException} for a folder that is not a model, {@code ModelNotFoundException} for types other than those above, and
 * {@link io.heed.HeedException} for a device that is missing or an argument that is unknown or out of range. Models and predictors
 * are thread-safe. Closing the {@code ZooModel} frees everything that was loaded.
 */
public final class HeedModelZoo extends ModelZoo {

    static final String GROUP = "io.heed";
    static final String ENGINE = "PyTorch";

    /**
     * Creates the zoo of a model, which is read when a {@code Criteria} loads it.
     *
     * @param folder a folder of config.json, model.safetensors and tokenizer.json, as {@link io.heed.checkpoint.ModelFolder} writes it
     */
    public HeedModelZoo(Path folder) {
        addModel(new FolderLoader(folder));
    }

    @Override
    public String getGroupId() {
        return GROUP;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of(ENGINE);
    }
}
