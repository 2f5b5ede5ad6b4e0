package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.heed.kernels.GradMode;
import io.heed.model.Trace;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.text.corpus.Batch;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the largest numbers of a step that cannot be taken because its loss or a gradient is not finite. Which operation overflows
 * first depends on the processor, so a place is named even if its numbers are finite.
 */
final class OverflowFinder {

    /** The most rows of a batch that are read again at once, with every step recorded. */
    private static final int ROWS = 64;

    /**
     * The place with the largest numbers.
     *
     * @param name the place, such as "feed_forward_inner of layer 1"
     * @param size the largest absolute value there; NaN or infinite if this is the first place with such a number
     */
    record Place(String name, float size) {

        /** The place with the larger numbers, or the first of them whose size is not finite. */
        static Place larger(@Nullable Place first, Place second) {
            return first == null || (Float.isFinite(first.size) && !(second.size <= first.size)) ? second : first;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s (%.1e)", name, size);
        }
    }

    private final Trace trace = new Trace(Set.of(), this::look);
    private @Nullable Place largest;

    private OverflowFinder() {}

    /** The first weight that is not finite, if any. */
    static Optional<String> weight(Map<Weight, NDArray> weights) {
        return weights.entrySet().stream()
                .filter(entry -> !Float.isFinite(size(entry.getValue())))
                .map(entry -> named(entry.getKey()))
                .findFirst();
    }

    /** The largest gradient. */
    static Place gradient(Map<Weight, NDArray> gradients) {
        return gradients.entrySet().stream()
                .map(entry -> new Place(named(entry.getKey()), size(entry.getValue())))
                .reduce(Place::larger)
                .orElseThrow();
    }

    /** The largest activation of a forward pass over a batch, in the explicit rendering and without dropout. */
    static Place activation(Transformer transformer, Batch batch, NDManager owner) {
        OverflowFinder diagnosis = new OverflowFinder();
        for (Batch part : batch.split((batch.rows() + ROWS - 1) / ROWS)) {
            try (GradMode off = GradMode.off();
                    NDManager reading = owner.newSubManager()) {
                NDList inputs = Inputs.of(part, reading);
                transformer.forward(new ParameterStore(reading, false), inputs, false, diagnosis.trace.asParams());
            }
        }
        if (diagnosis.largest == null) {
            throw new IllegalStateException("a forward pass recorded nothing");
        }
        return diagnosis.largest;
    }

    private NDArray look(Trace.Place place, NDArray value) {
        int layer = place.layer();
        if (place.step() != Trace.Step.SCORES) { // minus infinity where a key is hidden
            String where = switch (place.part()) {
                case ENCODER -> " of encoder layer " + layer;
                case DECODER -> " of layer " + layer;
                case CROSS -> " of the cross-attention of layer " + layer;
            };
            String name = place.step().name().toLowerCase(Locale.ROOT) + (layer < 0 ? "" : where);
            largest = Place.larger(largest, new Place(name, size(value)));
        }
        return value;
    }

    private static String named(Weight weight) {
        return "%s in %s".formatted(weight.name(), weight.place());
    }

    /** The largest absolute value of an array; NaN if it contains one. */
    private static float size(NDArray array) {
        try (GradMode off = GradMode.off();
                NDManager looking = array.getManager().newSubManager()) {
            NDArray alias = array.stopGradient();
            alias.attach(looking);
            return alias.abs().max().getFloat();
        }
    }
}
