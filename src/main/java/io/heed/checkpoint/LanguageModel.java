package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.heed.HeedException;
import io.heed.kernels.GradMode;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transformer and the tokenizer it was trained with, ready to read text. Closing it frees both.
 *
 * <p>Reading changes nothing, so several threads may read at once.
 */
public final class LanguageModel implements AutoCloseable {

    private final NDManager manager;
    private final Transformer transformer;
    private final Tokenizer tokenizer;
    private final ParameterStore parameters;
    private final List<String> notes;
    private final TailEncoder ends;

    /**
     * Joins a transformer and its tokenizer.
     *
     * @param manager what owns the transformer's weights
     */
    public LanguageModel(NDManager manager, Transformer transformer, Tokenizer tokenizer) {
        this(manager, transformer, tokenizer, List.of());
    }

    LanguageModel(NDManager manager, Transformer transformer, Tokenizer tokenizer, List<String> notes) {
        this.manager = manager;
        this.transformer = transformer;
        this.tokenizer = tokenizer;
        this.notes = notes;
        ends = new TailEncoder(tokenizer);
        parameters = new ParameterStore(manager, false);
    }

    /** The transformer. */
    public Transformer transformer() {
        return transformer;
    }

    /** Returns a weight as it is, the model's own. */
    public NDArray weights(Weight weight) {
        return Objects.requireNonNull(transformer.namedParameters().get(weight.name()))
                .getArray();
    }

    /**
     * Returns a weight of a layer as it is, the model's own.
     *
     * @throws IllegalArgumentException if there is none
     */
    public NDArray weights(Trace.Part part, int layer, Weight.Role role) {
        return weights(transformer.plan().get(part, layer, role));
    }

    /** How many weights there are. */
    public long weights() {
        return transformer.plan().weights().stream()
                .mapToLong(weight -> weight.shape().size())
                .sum();
    }

    /** What logits are made with, (V,C), the model's own: its embeddings, where the head is tied. */
    public NDArray unembedding() {
        return weights(transformer.plan().head());
    }

    /** What cuts text into the transformer's tokens. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** What whoever uses the model is to know of its files, a sentence each: what was read in another way than it is stored. */
    public List<String> notes() {
        return notes;
    }

    /** The largest number of tokens it reads at once. */
    public int context() {
        return transformer.config().context();
    }

    /** Where it computes. */
    public Device device() {
        return manager.getDevice();
    }

    /** Returns a manager for the arrays of one reading, to be closed after it. */
    public NDManager newReading() {
        return manager.newSubManager();
    }

    /**
     * Cuts a text into this model's tokens.
     *
     * @throws HeedException if there is nothing to read
     */
    public Encoded encode(String text) {
        Encoded encoded = tokenizer.encode(text);
        requireTokens(encoded.length());
        return encoded;
    }

    /**
     * Cuts a text into this model's tokens and keeps the last. A long text takes much less
     * time than {@link #encode} does.
     *
     * @param count how many tokens to keep
     * @param pause called now and then; ends the work by throwing
     * @throws HeedException if there is nothing to read, or the text is long and cannot be cut in parts
     */
    public TailEncoder.End encodeEnd(String text, int count, Runnable pause) {
        TailEncoder.End end = ends.encode(text, count, pause);
        requireTokens(end.omitted() + end.tokens().length());
        return end;
    }

    private void requireTokens(int count) {
        if (count <= tokenizer.marksAround()) {
            throw new HeedException("the text is empty; give a word or more, as in \"the cat sat on the\"");
        }
    }

    /**
     * Takes tokens by their ids.
     *
     * @throws HeedException if one is no row of this model's
     */
    public Encoded encoded(long[] ids) {
        int rows = transformer.config().vocabulary();
        for (long id : ids) {
            if (id < 0 || id >= rows) {
                throw new HeedException(
                        "the id %d is not of the vocabulary, which goes from 0 to %d".formatted(id, rows - 1));
            }
        }
        return tokenizer.encoded(ids);
    }

    /**
     * Reads one sequence.
     *
     * @param reading whose arrays the results become
     * @param ids at least one token, at most {@link #context()}
     * @param trace what records every step, or null
     * @return the logits (1,T,V)
     */
    public NDArray read(NDManager reading, long[] ids, @Nullable Trace trace) {
        return read(reading, new long[][] {ids}, trace);
    }

    /**
     * Reads sequences of one length at once.
     *
     * @param reading whose arrays the results become
     * @param rows B sequences of at least one token, at most {@link #context()}
     * @param trace what records every step, or null
     * @return the logits (B,T,V)
     */
    public NDArray read(NDManager reading, long[][] rows, @Nullable Trace trace) {
        try (GradMode off = GradMode.off()) {
            return transformer
                    .forward(
                            parameters,
                            new NDList(reading.create(rows)),
                            false,
                            trace == null ? null : trace.asParams())
                    .head();
        }
    }

    /**
     * Creates a memory of what is read, which {@link #readOn} goes on from; to be closed after it.
     *
     * @param padding for each row, how many of its first positions are padding
     */
    public KeyValueCache newCache(int... padding) {
        return new KeyValueCache(manager, transformer.config(), padding);
    }

    /**
     * Reads sources and creates a memory to write their translations with; to be closed after it.
     *
     * @param sources one for each row, at least one token and at most {@link #context()}
     * @param padding for each row, how many of the first positions of its translation are padding
     */
    public KeyValueCache newCache(List<long[]> sources, int... padding) {
        KeyValueCache cache = newCache(padding);
        try (GradMode off = GradMode.off();
                NDManager reading = newReading()) {
            transformer.readSource(parameters, ids(reading, sources), lengths(reading, sources), cache);
            return cache;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /**
     * Reads translations beside what they translate.
     *
     * @param reading whose arrays the results become
     * @param sources B sources of at least one token, at most {@link #context()}
     * @param targets as many translations, likewise
     * @param trace what records every step, or null
     * @return the logits (B,T,V), T the length of the longest translation
     */
    public NDArray read(NDManager reading, List<long[]> sources, List<long[]> targets, @Nullable Trace trace) {
        try (GradMode off = GradMode.off()) {
            NDList inputs = new NDList(ids(reading, targets), ids(reading, sources), lengths(reading, sources));
            return transformer
                    .forward(parameters, inputs, false, trace == null ? null : trace.asParams())
                    .head();
        }
    }

    /** (rows, longest), the short ones filled up behind. */
    private static NDArray ids(NDManager reading, List<long[]> rows) {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        return reading.create(
                rows.stream().map(row -> Arrays.copyOf(row, columns)).toArray(long[][]::new));
    }

    private static NDArray lengths(NDManager reading, List<long[]> rows) {
        return reading.create(rows.stream().mapToLong(row -> row.length).toArray());
    }

    /**
     * Reads on after what a cache has kept, and keeps that too.
     *
     * @param rows B sequences of one length, at least one token each
     * @param cache what was read before; with these ids at most {@link #context()} positions
     * @return the logits of the last position of each row (B,V)
     */
    public float[][] readOn(long[][] rows, KeyValueCache cache) {
        try (GradMode off = GradMode.off();
                NDManager reading = newReading()) {
            return rows(transformer
                    .forward(parameters, new NDList(reading.create(rows)), false, cache.asParams())
                    .head());
        }
    }

    /** The rows of an array of two dimensions. */
    private static float[][] rows(NDArray array) {
        FloatBuffer numbers = array.toByteBuffer(true).asFloatBuffer(); // the engine's own memory, on a CPU
        Shape shape = array.getShape();
        float[][] rows = new float[Math.toIntExact(shape.get(0))][Math.toIntExact(shape.get(1))];
        for (float[] row : rows) {
            numbers.get(row);
        }
        return rows;
    }

    /**
     * Goes on reading from a residual stream that stands in a layer.
     *
     * @param residual (B,T,C)
     * @param layer the layer, from 0
     * @param step which of its streams that is: {@code RESIDUAL_BEFORE} or {@code RESIDUAL_MIDDLE}
     * @return the logits of the last position of each row (B,V)
     */
    public float[][] resume(NDArray residual, int layer, Trace.Step step) {
        try (GradMode off = GradMode.off();
                NDArray logits = transformer.resume(parameters, residual, layer, step)) {
            return rows(logits);
        }
    }

    /**
     * Reads a residual stream as the model's end reads the last layer's.
     *
     * @param residual (B,T,C)
     * @return the logits (B,T,V), in the manager of {@code residual}
     */
    public NDArray readResidual(NDArray residual) {
        try (GradMode off = GradMode.off()) {
            return transformer.head(parameters, residual, false);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
