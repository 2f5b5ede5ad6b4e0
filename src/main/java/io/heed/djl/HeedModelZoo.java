package io.heed.djl;

import ai.djl.repository.zoo.ModelZoo;
import java.nio.file.Path;
import java.util.Set;

/**
 * One model folder, for {@code Criteria.builder().setTypes(String.class, NextWords.class).optModelZoo(new HeedModelZoo(folder))}.
 *
 * <p>From a {@code String}, its predictors make one of these; {@code batchPredict} reads texts of any lengths together.
 *
 * <ul>
 *   <li>{@link io.heed.predict.NextWords}, what may come next; {@code optArgument("top", 5)} says how many to name.
 *   <li>{@link io.heed.predict.Generated}, a continuation; {@code tokens}, 32 if not given, is the largest number of tokens to add, and
 *       {@code temperature}, {@code topK}, {@code topP}, {@code minP}, {@code repetitionPenalty} and {@code seed} say how they are
 *       chosen ({@link io.heed.predict.Sampling}): the likeliest always if nothing is said.
 *   <li>{@link io.heed.predict.Score}, how well the text was foreseen.
 * </ul>
 *
 * <p>While one of them answers, the engine's operations use one thread where the model has fewer than {@link
 * io.heed.kernels.EngineThreads#WORTH_SHARING} weights, as more would make it slower; {@code optArgument("engineThreads", n)} says how
 * many, 0 as many as the calling thread's other operations.
 *
 * <p>With {@code optTranslatorFactory} a model takes any other types. Its block is the {@link io.heed.model.Transformer}: ids (B,T)
 * int64 in, logits (B,T,V) out.
 *
 * <p>{@code optDevice} says where to compute; if it does not, that is the first CUDA device or else the CPU. Loading throws {@code
 * MalformedModelException} for a folder that is no model, {@code ModelNotFoundException} for types that are not those above, and
 * {@link io.heed.HeedException} for a device that is not there or an argument that is unknown or out of range. Models and predictors
 * may be used by several threads at once. Closing the {@code ZooModel} frees all that was loaded.
 */
public final class HeedModelZoo extends ModelZoo {

    static final String GROUP = "io.heed";
    static final String ENGINE = "PyTorch";

    /**
     * Names a model, which is read when a {@code Criteria} loads it.
     *
     * @param folder config.json, model.safetensors and tokenizer.json, as {@link io.heed.checkpoint.ModelFolder} writes them
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
