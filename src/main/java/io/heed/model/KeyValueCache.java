package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import io.heed.kernels.Kernels;
import io.heed.kernels.TensorList;
import io.heed.model.shape.ModelConfig;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of all positions a transformer has read, so that a pass computes only the new ones (Shazeer,
 * arXiv 1911.02150, section 2.4). Closing it frees them.
 *
 * <p>It travels in the {@code params} of {@code Block.forward}. A pass with it reads ids (B,T) as the next T positions
 * and returns the logits of the last one, (B,V). To read rows of different lengths together, pad the shorter ones on
 * the left.
 *
 * <p>Shapes: L layers, B rows, S capacity in positions, K·D the size of a position's keys. The capacity doubles when needed.
 */
public final class KeyValueCache implements AutoCloseable {

    private static final String KEY = "cache";
    private static final int FIRST_ROOM = 64;

    /** The most positions read at once. */
    private static final int AT_ONCE = 1024;

    private final NDManager owner;
    private final NDManager manager;
    private final ModelConfig config;
    private final int[] padding; // of each row
    private final boolean padded; // whether any row is
    private final TensorList hidden; // the padding as an array (B) int64, if any row is padded
    private final NDList source =
            new NDList(); // with an encoder, keys and values of the sources (L,B,S',2K·D) and lengths (B)
    private NDArray kept; // (L,B,S,2K·D)
    private @Nullable TensorList memory; // kept, then source
    private @Nullable TensorList weights; // of the transformer that reads
    private int length;

    /**
     * Creates an empty cache.
     *
     * @param owner the manager, and so the device, that it belongs to
     * @param padding for each row, how many of its first positions are padding, which no query attends to
     */
    public KeyValueCache(NDManager owner, ModelConfig config, int... padding) {
        this.owner = owner;
        this.config = config;
        this.padding = padding.clone();
        manager = owner.newSubManager();
        padded = Arrays.stream(padding).anyMatch(count -> count > 0);
        hidden = new TensorList(manager, padded ? new NDList(manager.create(longs(padding))) : new NDList());
        kept = room(Math.min(FIRST_ROOM, config.context()));
    }

    private NDArray room(int positions) {
        return manager.zeros(
                new Shape(config.layers(), padding.length, positions, 2L * config.keysWidth()), DataType.FLOAT32);
    }

    /** The number of positions read, including padding. */
    public int length() {
        return length;
    }

    /** The number of rows read at once. */
    public int rows() {
        return padding.length;
    }

    /** For each row, how many of its first positions are padding. */
    public int[] padding() {
        return padding.clone();
    }

    /**
     * Forgets all positions from {@code position} on.
     *
     * @param position how many positions to keep
     */
    public void truncate(int position) {
        if (position < 0 || position > length) {
            throw new IllegalArgumentException("cannot keep %d of %d positions".formatted(position, length));
        }
        length = position;
    }

    /**
     * Returns a cache whose rows are copies of rows of this one, which does not change.
     *
     * @param rows for each new row, the row it copies
     */
    public KeyValueCache select(int... rows) {
        int[] theirs = Arrays.stream(rows).map(row -> padding[row]).toArray();
        KeyValueCache selected = new KeyValueCache(owner, config, theirs);
        selected.kept.close();
        try (NDArray sources = selected.manager.create(longs(rows))) {
            selected.kept = kept.get(selected.manager, new NDIndex(":, {}", sources));
            if (!source.isEmpty()) {
                selected.source.add(source.get(0).get(selected.manager, new NDIndex(":, {}", sources)));
                selected.source.add(source.get(1).get(selected.manager, new NDIndex("{}", sources)));
            }
        }
        selected.length = length;
        return selected;
    }

    private static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    /** Returns the {@code params} that carry this cache through {@code Block.forward}. */
    public PairList<String, Object> asParams() {
        return new PairList<>(Collections.singletonList(KEY), Collections.singletonList(this));
    }

    /** Returns the cache in a forward pass's {@code params}, or null. */
    static @Nullable KeyValueCache in(@Nullable PairList<String, Object> params) {
        return params == null ? null : (KeyValueCache) params.get(KEY);
    }

    /**
     * Reads positions after those in the cache and adds theirs, some at a time: so memory grows in proportion to their number, not to its
     * square.
     *
     * @param ids (rows,T) int64
     * @param given the weights as the kernels take them; those of the first pass serve all passes
     * @return the logits of the last position (B,V)
     */
    NDArray read(Kernels kernels, NDArray ids, Supplier<NDList> given) {
        int more = Math.toIntExact(ids.getShape().get(1));
        if (ids.getShape().get(0) != rows()) {
            throw new IllegalArgumentException(
                    "ids of shape %s do not match the cache's %d rows".formatted(ids.getShape(), rows()));
        }
        reserve(more);
        int from = 0;
        for (; more - from > AT_ONCE; from += AT_ONCE) {
            try (NDArray some = ids.get(new NDIndex(":, {}:{}", from, from + AT_ONCE))) {
                readSome(kernels, some, given).close();
            }
        }
        return readSome(kernels, from == 0 ? ids : ids.get(new NDIndex(":, {}:", from)), given);
    }

    private NDArray readSome(Kernels kernels, NDArray ids, Supplier<NDList> given) {
        NDArray logits = kernels.read(ids, weights(given), length, memory(), hidden);
        length += Math.toIntExact(ids.getShape().get(1));
        return logits;
    }

    /** Whether {@link #readNext} can read the next position: it has a single row, without padding, and not its first position. */
    public boolean hasOneRow() {
        return rows() == 1 && !padded && length > 0;
    }

    /**
     * Reads the next position of a single row.
     *
     * @param given as {@link #read} takes them
     * @return the logits (1,V), in this cache's manager
     */
    NDArray readNext(Kernels kernels, long id, Supplier<NDList> given) {
        reserve(1);
        NDArray logits = kernels.readNext(manager, id, weights(given), length, memory());
        length++;
        return logits;
    }

    private TensorList weights(Supplier<NDList> given) {
        TensorList known = weights;
        if (known == null) {
            known = new TensorList(manager, given.get());
            weights = known;
        }
        return known;
    }

    private TensorList memory() {
        TensorList known = memory;
        if (known == null) {
            known = new TensorList(manager, new NDList(kept).addAll(source));
            memory = known;
        }
        return known;
    }

    /** What was made of the arrays that are kept no longer holds. */
    private void forgetMemory() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    /** Makes room for more positions. */
    private void reserve(int positions) {
        int room = Math.toIntExact(kept.getShape().get(2));
        if (length + positions > room) {
            NDArray larger = room(Math.min(config.context(), Math.max(length + positions, 2 * room)));
            larger.set(new NDIndex(":, :, 0:{}", room), kept);
            forgetMemory();
            kept.close();
            kept = larger;
        }
    }

    /**
     * Keeps the keys and values of the sources.
     *
     * @param keysAndValues (L,B,S',2K·D)
     * @param lengths (B) int64
     */
    void lookUp(NDArray keysAndValues, NDArray lengths) {
        keysAndValues.attach(manager);
        NDArray known = lengths.duplicate();
        known.attach(manager);
        source.add(keysAndValues);
        source.add(known);
        forgetMemory();
    }

    @Override
    public void close() {
        manager.close();
    }
}
