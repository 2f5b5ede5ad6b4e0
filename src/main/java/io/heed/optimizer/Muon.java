package io.heed.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Muon, for the matrices of the layers (Keller Jordan 2024; with weight decay, Moonlight, arXiv 2502.16982): {@code m =
 * βm + (1−β)g; θ −= rate·(√max(1, out/in)·orthogonal((1−β)g + βm) + decay·θ)}.
 *
 * <p>Queries, keys and values count as three matrices, though they are stored side by side. Matrices of one shape are
 * orthogonalised in one batch.
 */
public final class Muon implements Optimizer {

    /**
     * The coefficients of three Newton-Schulz iterations, tuned one after the other for gradients divided by their norm (Amsel et
     * al., "Polar Express", arXiv 2505.16932).
     */
    private static final float[] POLYNOMIALS = {
        8.2872f, -23.5959f, 17.3004f,
        4.1070f, -2.9478f, 0.5448f,
        3.9487f, -2.9089f, 0.5518f
    };

    /**
     * Momentum rises from the first to the last value over the first steps, while the earliest gradients are forgotten.
     */
    private static final double FIRST_MOMENTUM = 0.85;

    private static final double LAST_MOMENTUM = 0.95;
    private static final int MOMENTUM_STEPS = 300;

    /**
     * Matrices of one shape, or its transpose.
     *
     * @param parts of each array, which weight it is and which of its columns
     * @param pieces of each array, how many such matrices lie in it side by side
     */
    private record Group(List<Part> parts, NDList parameters, NDList means, List<Long> pieces) {}

    /** Some columns of a weight, or all of them where {@code columns} is null. */
    private record Part(Weight weight, @Nullable NDIndex columns) {

        NDArray of(NDArray whole) {
            return columns == null ? whole : whole.get(columns);
        }
    }

    private final OptimizerKernels kernels;
    private final OptimizerSettings settings;
    private final NDArray polynomials;
    private final Map<Shape, Group> groups = new LinkedHashMap<>();

    /**
     * Creates an optimizer.
     *
     * @param matrices the parameters (in, out)
     */
    Muon(Map<Weight, NDArray> matrices, Context context) {
        kernels = context.kernels();
        settings = context.settings();
        polynomials =
                context.owner().newSubManager(Device.cpu()).create(POLYNOMIALS, new Shape(POLYNOMIALS.length / 3, 3));
        matrices.forEach((weight, matrix) -> {
            NDArray mean = context.of("muon.mean", weight, matrix);
            if (weight.matrices().stream().distinct().count() == 1) {
                add(new Part(weight, null), matrix, mean, weight.matrices().size());
                return;
            }
            long from = 0;
            for (long columns : weight.matrices()) {
                add(new Part(weight, new NDIndex(":, {}:{}", from, from + columns)), matrix, mean, 1);
                from += columns;
            }
        });
    }

    private void add(Part part, NDArray matrix, NDArray mean, long pieces) {
        NDArray own = part.of(matrix); // a view
        long in = own.getShape().get(0);
        long out = own.getShape().get(1) / pieces;
        Group group = groups.computeIfAbsent(
                new Shape(Math.min(in, out), Math.max(in, out)),
                shape -> new Group(new ArrayList<>(), new NDList(), new NDList(), new ArrayList<>()));
        group.parts.add(part);
        group.parameters.add(own);
        group.means.add(part.of(mean));
        group.pieces.add(pieces);
    }

    @Override
    public void step(Map<Weight, NDArray> gradients, Update update) {
        double progress = Math.min(1, (update.number() - 1.0) / MOMENTUM_STEPS);
        double momentum = FIRST_MOMENTUM + progress * (LAST_MOMENTUM - FIRST_MOMENTUM);
        for (Group group : groups.values()) {
            NDList own = new NDList();
            group.parts.forEach(part -> own.add(part.of(Objects.requireNonNull(gradients.get(part.weight)))));
            kernels.muon(
                    group.parameters,
                    own,
                    group.means,
                    group.pieces.stream().mapToLong(Long::longValue).toArray(),
                    polynomials,
                    update.height() * settings.muonLearningRate(),
                    momentum,
                    settings.weightDecay());
        }
    }
}
