package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.heed.kernels.GradMode;
import io.heed.model.Trace;
import io.heed.model.Transformer;
import io.heed.text.Batch;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Finds where numbers that are none come from. */
final class Diagnosis {

    /** The largest number of rows of a batch that are read again, step by step. */
    private static final int ROWS = 64;

    private Diagnosis() {}

    /** The first weight that is no number. */
    static Optional<String> weight(Map<String, NDArray> weights) {
        return first(weights).map(name -> "%s (%s)".formatted(name, LayerWatch.layer(name)));
    }

    /** The first gradient that is no number. */
    static Optional<String> gradient(Map<String, NDArray> gradients) {
        return first(gradients).map(name -> "the gradient of %s (%s)".formatted(name, LayerWatch.layer(name)));
    }

    private static Optional<String> first(Map<String, NDArray> arrays) {
        return arrays.entrySet().stream()
                .filter(entry -> !isFinite(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The first step of a forward pass that computes what is no number. */
    static Optional<String> step(Transformer transformer, Batch batch, NDManager owner) {
        AtomicReference<String> found = new AtomicReference<>();
        Trace trace = new Trace(Set.of(), (layer, step, value) -> {
            boolean masked = step == Trace.Step.SCORES; // minus infinity where a key is hidden
            if (found.get() == null && !masked && !isFinite(value)) {
                String name = step.name().toLowerCase(Locale.ROOT);
                found.set(layer < 0 ? name : "%s of layer %d".formatted(name, layer));
            }
            return value;
        });
        int parts = (batch.rows() + ROWS - 1) / ROWS;
        try (GradMode off = GradMode.off();
                NDManager reading = owner.newSubManager()) {
            NDList inputs = Inputs.of(batch.split(parts).get(0), reading);
            transformer.forward(new ParameterStore(reading, false), inputs, false, trace.asParams());
        }
        return Optional.ofNullable(found.get());
    }

    private static boolean isFinite(NDArray array) {
        try (GradMode off = GradMode.off();
                NDManager looking = array.getManager().newSubManager()) {
            NDArray alias = array.stopGradient();
            alias.attach(looking);
            return alias.mul(looking.create(0f)).sum().getFloat() == 0; // 0·∞ and 0·NaN are NaN
        }
    }
}
