package io.heed.optimizer;

import ai.djl.ndarray.NDArray;
import io.heed.SettingWord;
import io.heed.model.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rule that turns gradients into updates. */
public enum OptimizerChoice implements SettingWord {
    /** Muon for the matrices of the layers, AdamW for embeddings, norms and biases. */
    MUON("Muon for the layers' matrices and AdamW for the rest") {
        @Override
        public List<Optimizer> of(Map<Weight, NDArray> parameters, Optimizer.Context context) {
            Map<Weight, NDArray> matrices = new LinkedHashMap<>();
            Map<Weight, NDArray> rest = new LinkedHashMap<>();
            parameters.forEach((weight, array) -> (weight.matrices().isEmpty() ? rest : matrices).put(weight, array));
            List<Optimizer> both = new ArrayList<>();
            if (!matrices.isEmpty()) {
                both.add(new Muon(matrices, context));
            }
            if (!rest.isEmpty()) {
                both.add(new AdamW(rest, context));
            }
            return both;
        }
    },
    /** AdamW for everything. */
    ADAMW("AdamW for everything") {
        @Override
        public List<Optimizer> of(Map<Weight, NDArray> parameters, Optimizer.Context context) {
            return List.of(new AdamW(parameters, context));
        }
    };

    private final String meaning;

    OptimizerChoice(String meaning) {
        this.meaning = meaning;
    }

    /** Creates the optimizers of some parameters. */
    public abstract List<Optimizer> of(Map<Weight, NDArray> parameters, Optimizer.Context context);

    @Override
    public String meaning() {
        return meaning;
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
