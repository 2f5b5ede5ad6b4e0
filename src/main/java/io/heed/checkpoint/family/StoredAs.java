package io.heed.checkpoint.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.heed.model.shape.ModelConfig;
import java.util.List;

/**
 * How a family stores a weight.
 *
 * @param tensors the names, without prefix, of the tensors whose columns are side by side in the weight; none if the family has no such
 *     weight
 * @param order the order of these tensors' numbers
 */
public record StoredAs(List<String> tensors, Order order) {

    /** An order of numbers. */
    public enum Order {
        /** As in the plan: (in, out). */
        AS_PLANNED,
        /** (out, in), as in PyTorch's linear layers. */
        TRANSPOSED,
        /** (out, in), each head's queries, keys and values side by side: H times 3·D rows. */
        BY_HEAD
    }

    /** Not at all. */
    static final StoredAs NOTHING = new StoredAs(List.of(), Order.AS_PLANNED);

    /**
     * The shapes of its tensors.
     *
     * @param weight the weight's shape
     */
    public List<Shape> shapes(Shape weight, ModelConfig config) {
        return columns(weight, config).stream()
                .map(size -> weight.dimension() == 1
                        ? new Shape(size)
                        : order == Order.AS_PLANNED ? new Shape(weight.get(0), size) : new Shape(size, weight.get(0)))
                .toList();
    }

    /** The number of a weight's columns in each tensor: all of them, or if there are three, those of queries, keys and values. */
    public List<Long> columns(Shape weight, ModelConfig config) {
        return switch (tensors.size()) {
            case 0 -> List.of();
            case 1 -> List.of(weight.get(weight.dimension() - 1));
            default -> List.of((long) config.queriesWidth(), (long) config.keysWidth(), (long) config.keysWidth());
        };
    }

    /** Whether it is a single tensor that equals the weight. */
    public boolean isAsPlanned() {
        return order == Order.AS_PLANNED && tensors.size() == 1;
    }

    /** Converts a tensor to the plan's order. */
    public NDArray planned(NDArray stored, ModelConfig config) {
        NDArray rows = order == Order.BY_HEAD
                ? stored.reshape(config.heads(), 3, config.headWidth(), -1)
                        .transpose(1, 0, 2, 3)
                        .reshape(stored.getShape())
                : stored;
        return order != Order.AS_PLANNED && rows.getShape().dimension() == 2 ? rows.transpose() : rows;
    }

    /** Converts a part of a weight to the order of its tensor. */
    public NDArray stored(NDArray planned, ModelConfig config) {
        NDArray rows = order != Order.AS_PLANNED && planned.getShape().dimension() == 2 ? planned.transpose() : planned;
        return order == Order.BY_HEAD
                ? rows.reshape(3, config.heads(), config.headWidth(), -1)
                        .transpose(1, 0, 2, 3)
                        .reshape(rows.getShape())
                : rows;
    }

    /** Tensors in the plan's order. */
    public static StoredAs planned(String... tensors) {
        return new StoredAs(List.of(tensors), Order.AS_PLANNED);
    }

    /** Queries, keys and values in one tensor, head by head. */
    static StoredAs byHead(String tensor) {
        return new StoredAs(List.of(tensor), Order.BY_HEAD);
    }

    /** Transposed matrices. */
    static StoredAs transposed(String... tensors) {
        return new StoredAs(List.of(tensors), Order.TRANSPOSED);
    }
}
